"""An address as a QR code that a telephone reads off a poster."""

from __future__ import annotations

import segno


def draw_qr(address: str) -> str:
    """SVG markup, square, with the quiet edge that readers need; holds nothing but shapes."""
    code = segno.make(address, error="m", micro=False)
    return str(code.svg_inline(border=4, omitsize=True, dark="#000", light="#fff", svgclass="qr", lineclass=None))
