"""Bytes to text: marks, strict UTF-8, Windows-1252 with a notice, and bytes that fit nothing."""

from __future__ import annotations

import pytest

from geodata.encoding import decode, has_undecoded


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("name\nCafé".encode(), "utf-8"),
        ("name\nCafé".encode("utf-8-sig"), "utf-8-sig"),
        ("name\nCafé".encode("utf-16"), "utf-16"),
        ("name\nCafé".encode("utf-16-le"), "utf-16-le"),
        ("name\nCafé".encode("utf-16-be"), "utf-16-be"),
        ("name\nCafé".encode("cp1252"), "cp1252"),
    ],
)
def test_every_usual_encoding_gives_the_same_text(data: bytes, encoding: str) -> None:
    decoded = decode(data)
    assert decoded.text == "name\nCafé"
    assert decoded.encoding == encoding


def test_plain_utf8_needs_no_notice_and_windows_1252_does() -> None:
    assert decode("£5".encode()).notice == ""
    decoded = decode("£5".encode("cp1252"))
    assert decoded.text == "£5"
    assert "Windows-1252" in decoded.notice


def test_a_file_of_mixed_encodings_keeps_its_utf8_and_marks_the_rest() -> None:
    decoded = decode("Café\n".encode() + "Café\n".encode("cp1252"))
    good, bad, _ = decoded.text.split("\n")
    assert good == "Café"
    assert has_undecoded(bad)
    assert "mixes" in decoded.notice


def test_an_undefined_byte_of_windows_1252_is_marked_and_not_guessed() -> None:
    assert has_undecoded(decode(b"caf\xe9 \x81").text)
