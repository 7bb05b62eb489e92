"""From HTML to a PDF that a screen reader can read, with our own fonts and nothing fetched from anywhere."""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

FONTS = Path(__file__).resolve().parents[2] / "static" / "vendor" / "atkinson-hyperlegible"
FACES = "".join(
    f"@font-face {{ font-family: 'Atkinson Hyperlegible'; font-weight: {weight}; font-style: {style}; "
    f"src: url('{(FONTS / 'files' / f'atkinson-hyperlegible-latin-{weight}-{style}.woff2').as_uri()}'); }}"
    for weight, style in ((400, "normal"), (700, "normal"), (400, "italic"))
)

logging.getLogger("fontTools").setLevel(logging.ERROR)
logging.getLogger("weasyprint").setLevel(logging.ERROR)


class OwnFilesOnly(URLFetcher):  # type: ignore[misc]
    """Gives our fonts and what stands in the page itself; every other address is refused."""

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        if url.startswith(("data:", FONTS.as_uri())):
            return super().fetch(url, headers)
        raise ValueError(f"a paper fetches nothing: {url[:80]}")


def write_paper(html: str, made_at: datetime) -> bytes:
    """A tagged PDF (PDF/UA-1) of a page with title, language, headings, table headers and words for pictures."""
    return _write(html, pdf_variant="pdf/ua-1", pdf_identifier=made_at.isoformat().encode())


def write_picture_page(svg: str) -> bytes:
    """One page that is just the drawing."""
    size = svg.split('viewBox="0 0 ', 1)[1].split('"', 1)[0].split()
    page = f"@page {{ size: {size[0]}px {size[1]}px; margin: 0 }} body {{ margin: 0 }} svg {{ display: block }}"
    return _write(f"<html lang='en-GB'><style>{page}</style><body>{svg}</body></html>")


def _write(html: str, **options: object) -> bytes:
    fonts = FontConfiguration()
    sheet = CSS(string=FACES, font_config=fonts, url_fetcher=OwnFilesOnly())
    written = HTML(string=html, url_fetcher=OwnFilesOnly()).write_pdf(
        stylesheets=[sheet], font_config=fonts, **options
    )
    assert isinstance(written, bytes)
    return written
