"""A page that needs nothing beside it: style sheets and scripts inside, allowed by their fingerprints alone."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from app.bundles import STATIC, get_bundle
from app.maps.csp_map import MapParts, UnknownAssetError


@dataclass(frozen=True)
class Inlined:
    """Texts to stand in style and script elements as they are, and the policy that lets no other run."""

    styles: tuple[str, ...]
    scripts: tuple[str, ...]
    policy: str


def inline(drawing: MapParts, sheets: Iterable[str], scripts: Iterable[str]) -> Inlined:
    """The bundles of ``drawing`` and the files of the page (paths in static/).

    Raises UnknownAssetError for one that would end its own element.
    """
    styles = (*_bundles(drawing.css, "</style"), *_files(sheets, "</style"))
    begin = "L_NO_TOUCH = false; L_DISABLE_3D = false;"
    codes = (*_bundles(drawing.js, "</script"), f"{begin}\n{drawing.script}", *_files(scripts, "</script"))
    policy = "; ".join(
        [
            "default-src 'none'",
            f"script-src {_fingerprints(codes)}",
            f"style-src {_fingerprints(styles)}",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )
    return Inlined(styles, codes, policy)


def _bundles(names: Iterable[str], end: str) -> list[str]:
    return [_checked(name, get_bundle(name).text, end) for name in names]


def _files(paths: Iterable[str], end: str) -> list[str]:
    read = {path: (STATIC / path).read_text(encoding="utf-8").replace("\r\n", "\n") for path in paths}
    return [_checked(path, text, end) for path, text in read.items()]


def _checked(name: str, text: str, end: str) -> str:
    if end in text.lower() or "<!--" in text:
        raise UnknownAssetError(f"{name} would end its own element in the page.")
    return text


def _fingerprints(texts: Iterable[str]) -> str:
    return " ".join(f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for text in texts)
