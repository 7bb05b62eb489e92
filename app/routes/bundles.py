"""Style sheets and scripts of several files each; app/bundles.py says which."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for

from app.bundles import BUNDLES, Bundle, get_bundle
from app.errors import NotFoundError
from app.routes.answers import YEAR_S
from app.security import public

bundles = Blueprint("bundles", __name__)


@bundles.app_template_global()
def bundle_url(name: str) -> str:
    return url_for("bundles.show", stamp=get_bundle(name).stamp, name=name)


@bundles.get("/bundles/<stamp>/<name>")
@public
def show(stamp: str, name: str) -> Response:
    """Right for ever under its own stamp; under another one (a page made before an update) it is the newest."""
    if name not in BUNDLES:
        raise NotFoundError("There is no such file.")
    bundle = get_bundle(name)
    answer = _packed(bundle)
    answer.set_etag(bundle.stamp, weak=True)
    answer.vary.add("Accept-Encoding")
    answer.cache_control.public = True
    if stamp == bundle.stamp:
        answer.cache_control.max_age = YEAR_S
        answer.cache_control.immutable = True
    else:
        answer.cache_control.no_cache = True
    answer.make_conditional(request)
    return answer


def _packed(bundle: Bundle) -> Response:
    wanted = request.accept_encodings
    if wanted.quality("br"):
        return Response(bundle.as_brotli, mimetype=bundle.mimetype, headers={"Content-Encoding": "br"})
    if wanted.quality("gzip"):
        return Response(bundle.as_gzip, mimetype=bundle.mimetype, headers={"Content-Encoding": "gzip"})
    return Response(bundle.text, mimetype=bundle.mimetype)
