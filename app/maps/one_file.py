"""A page that needs nothing beside it: style sheets and scripts inside, allowed by their fingerprints alone."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from app.config import ROOT
from app.maps.csp_map import MapParts, UnknownAssetError

STATIC = ROOT / "static"


@dataclass(frozen=True)
class Inlined:
    """Texts to stand in style and script elements as they are, and the policy that lets no other run."""

    styles: tuple[str, ...]
    scripts: tuple[str, ...]
    policy: str


def inline(drawing: MapParts, sheets: Iterable[str], scripts: Iterable[str]) -> Inlined:
    """The files of ``drawing`` and of the page (paths in static/). Raises UnknownAssetError for one that would end
    its own element."""
    styles = tuple(_read(path, "</style") for path in (*drawing.css, *sheets))
    begin = "L_NO_TOUCH = false; L_DISABLE_3D = false;"
    codes = (*(_read(path, "</script") for path in drawing.js), f"{begin}\n{drawing.script}")
    codes += tuple(_read(path, "</script") for path in scripts)
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


def _read(path: str, end: str) -> str:
    text = (STATIC / path).read_text(encoding="utf-8").replace("\r\n", "\n")
    if end in text.lower() or "<!--" in text:
        raise UnknownAssetError(f"{path} would end its own element in the page.")
    return text


def _fingerprints(texts: Iterable[str]) -> str:
    return " ".join(f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for text in texts)
