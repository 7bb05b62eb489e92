"""Answers that are not pages: files and tiles, with an ETag and a link back to the page."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from typing import Any

from flask import Response, request

KEEP_S = 60
YEAR_S = 31_536_000


def as_json(value: Mapping[str, Any], mimetype: str, version: str, page: str = "") -> Response:
    """``value`` as JSON; NaN and infinity are refused, as no reader of JSON knows them."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return _with_version(Response(text, mimetype=mimetype), version, page)


def as_file(text: str, mimetype: str, name: str, version: str, page: str) -> Response:
    answer = Response(text, mimetype=mimetype)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return _with_version(answer, version, page)


def is_current(version: str) -> bool:
    """Does the visitor already hold this version? Asked before any work."""
    return request.if_none_match.contains_weak(version)


def not_modified(version: str) -> Response:
    return _with_version(Response(status=304), version, "")


def _with_version(answer: Response, version: str, page: str) -> Response:
    answer.set_etag(version, weak=True)
    answer.cache_control.public = True
    answer.cache_control.max_age = KEEP_S
    answer.headers["Access-Control-Allow-Origin"] = "*"
    if page:
        answer.headers["Link"] = f'<{page}>; rel="describedby"; type="text/html"'
    answer.make_conditional(request)
    return answer


def packed(answer: Response) -> Response:
    """``answer`` compressed, for who can read it."""
    answer.vary.add("Accept-Encoding")
    if answer.status_code == 200 and request.accept_encodings.quality("gzip"):
        answer.data = gzip.compress(answer.data, 5, mtime=0)
        answer.headers["Content-Encoding"] = "gzip"
    return answer


def ask_again(answer: Response) -> Response:
    """A copy may be kept, but whoever keeps it asks whether it still holds before every use."""
    answer.cache_control.max_age = None
    answer.cache_control.no_cache = True
    return answer


def keep_for_this_visitor(answer: Response) -> Response:
    """Right for ever, and kept by the visitor who was shown it, by no cache on the way."""
    answer.cache_control.public = False
    answer.cache_control.private = True
    answer.cache_control.max_age = YEAR_S
    answer.cache_control.immutable = True
    return answer
