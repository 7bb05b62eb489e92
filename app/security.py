"""What a page may load, who may see it, and which host it answers to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, current_app, request
from flask_talisman import Talisman

from app.config import Settings

CONTENT_SECURITY_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'self'",
    "object-src": "'none'",
}

View = TypeVar("View", bound=Callable[..., Any])
ACCESS = "access"


def public(view: View) -> View:
    """Anyone may open this page. A view that says nothing is closed to everyone."""
    setattr(view, ACCESS, "public")
    return view


def access_of(app: Flask, endpoint: str) -> str | None:
    return "public" if endpoint == "static" else getattr(app.view_functions[endpoint], ACCESS, None)


def refuse_unlisted_views() -> None:
    if request.endpoint and access_of(current_app, request.endpoint) != "public":
        abort(403)


def register_security(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.secret,
        TRUSTED_HOSTS=settings.allowed_hosts,
        MAX_CONTENT_LENGTH=settings.max_upload_mb * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=500_000,
        MAX_FORM_PARTS=1_000,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=not settings.demo_mode,
    )
    app.before_request(refuse_unlisted_views)
    Talisman(
        app,
        content_security_policy=CONTENT_SECURITY_POLICY,
        content_security_policy_nonce_in=["script-src", "style-src"],
        force_https=settings.behind_proxy,
        strict_transport_security=settings.behind_proxy,
        session_cookie_secure=not settings.demo_mode,
        referrer_policy="strict-origin-when-cross-origin",
        frame_options=None,
        permissions_policy={"geolocation": "(self)", "camera": "()", "microphone": "()"},
    )
