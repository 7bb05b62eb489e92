"""uMap's settings as its operators have them. Read in uMap's own environment, which has none of our packages."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from django.http import FileResponse, HttpRequest, HttpResponseBase
from psycopg.conninfo import conninfo_to_dict
from umap.settings.base import *  # noqa: F403
from umap.settings.base import MIDDLEWARE as ITS_MIDDLEWARE

Answer = Callable[[HttpRequest], HttpResponseBase]


def send_files(ask: Answer) -> Answer:
    """What uMap leaves to nginx: X-Accel-Redirect names a file of pins, which uMap keeps compressed beside it."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = ask(request)
        if "X-Accel-Redirect" not in response:
            return response
        file = Path(MEDIA_ROOT, response["X-Accel-Redirect"].removeprefix("/internal/"))
        headers = {"X-Datalayer-Version": response["X-Datalayer-Version"], "Vary": "Accept-Encoding"}
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            file, headers["Content-Encoding"] = file.with_name(f"{file.name}.gz"), "gzip"
        return FileResponse(file.open("rb"), content_type="application/geo+json", headers=headers)

    return answer


_database = conninfo_to_dict(os.environ["BENCH_UMAP_DATABASE"])

DEBUG = False
SECRET_KEY = "benchmark"
SITE_URL = os.environ["BENCH_UMAP_SITE"]
STATIC_ROOT = os.environ["BENCH_UMAP_STATIC"]
MEDIA_ROOT = os.environ["BENCH_UMAP_FILES"]
DATABASES = {
    "default": {
        "ENGINE": "django.contrib.gis.db.backends.postgis",
        "NAME": _database["dbname"],
        **{name.upper(): str(_database.get(name, "")) for name in ("user", "password", "host", "port")},
    }
}
UMAP_XSENDFILE_HEADER = "X-Accel-Redirect"
MIDDLEWARE = [
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    f"{__name__}.send_files",
    *ITS_MIDDLEWARE,
]
