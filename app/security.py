"""What a page may load, who may see it, and which host it answers to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

from flask import Flask, Response, abort, current_app, g, redirect, request, session, url_for
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask.typing import ResponseReturnValue
from flask_compress import Compress
from flask_login import current_user
from flask_talisman import Talisman
from flask_wtf.csrf import CSRFProtect
from werkzeug.exceptions import HTTPException

from app.config import Settings
from app.errors import NotAllowedError
from app.vocabulary import Role

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

csrf = CSRFProtect()
View = TypeVar("View", bound=Callable[..., Any])
ACCESS = "access"
PUBLIC = "public"
TRACELESS = "traceless"
SIGN_IN = "security.login"
EMBED = "embed"
SIGNED_IN_KEY = "_user_id"
"""Where the session keeps whose it is: there only while somebody is signed in."""


@dataclass(frozen=True)
class Grant:
    """A role that somebody has: everywhere, or in one area, or for one hub."""

    role: Role
    area_id: int | None = None
    hub_id: UUID | None = None


@dataclass(frozen=True)
class SignedIn:
    """Who is asking, as far as a page may need it; plain, so that it outlives a failing database."""

    account_id: UUID
    email: str
    grants: frozenset[Grant]

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(grant.role.value for grant in self.grants)


@dataclass(frozen=True)
class Scope:
    """Where a role holds, when it does not hold everywhere."""

    area_ids: frozenset[int]
    hub_ids: frozenset[UUID]


def scope_of(visitor: SignedIn, *roles: Role) -> Scope | None:
    """Where one of ``roles`` lets the visitor act: None is everywhere, an empty Scope is nowhere."""
    grants = [grant for grant in visitor.grants if grant.role in roles]
    if any(grant.area_id is None and grant.hub_id is None for grant in grants):
        return None
    return Scope(
        frozenset(grant.area_id for grant in grants if grant.area_id is not None),
        frozenset(grant.hub_id for grant in grants if grant.hub_id is not None),
    )


def public(view: View) -> View:
    """Anyone may open this page. A view that says nothing is closed to everyone."""
    setattr(view, ACCESS, PUBLIC)
    return view


def for_roles(*roles: Role) -> Callable[[View], View]:
    """Only people with one of ``roles`` may open this page; others are asked to sign in, or refused."""

    def mark(view: View) -> View:
        setattr(view, ACCESS, sorted(role.value for role in roles))
        return view

    return mark


def traceless(view: View) -> View:
    """A page whose address is a secret (a token of a letter) or that shows one: kept nowhere, told to nobody."""
    setattr(view, TRACELESS, True)
    return view


def pressed_by_mail(view: View) -> View:
    """A form that a mail program may send by itself (RFC 8058); from a person it wants its token all the same."""
    csrf.exempt(view)
    return view


def access_of(app: Flask, endpoint: str) -> str | list[str] | None:
    """Who may open a page: ``public``, the roles that may, or None for nobody."""
    return PUBLIC if endpoint == "static" else getattr(app.view_functions[endpoint], ACCESS, None)


def refuse_unless_allowed() -> ResponseReturnValue | None:
    """Before every request: let in who may, send to sign in who has not, refuse the rest."""
    if not request.endpoint:
        return None
    access = access_of(current_app, request.endpoint)
    if access == PUBLIC:
        return None
    if access is None:
        abort(403)
    visitor = signed_in()
    if visitor is None:
        if g.get("account_unknown"):
            abort(503)
        back = own_page(request.full_path.removesuffix("?")) if request.method in ("GET", "HEAD") else None
        return redirect(url_for(SIGN_IN, next=back))
    if not visitor.roles.intersection(access):
        raise NotAllowedError(
            "You are signed in, but this page is for people with another task.",
            "If you need it, ask whoever looks after this site.",
        )
    return None


def may_open(endpoint: str) -> bool:
    """Would the visitor be let in? For links that only some people see."""
    access = access_of(current_app, endpoint)
    visitor = signed_in()
    return access == PUBLIC or (visitor is not None and bool(visitor.roles.intersection(access or ())))


def own_page(address: str | None) -> str | None:
    """``address`` if it is the path of a page of ours that is not public, so that a sign-in may lead there.

    The routes of the app are the list of what is allowed: every other address, ours or not, becomes None.
    """
    if not address or len(address) > 2_000 or not address.isascii() or not address.isprintable():
        return None
    path = address.partition("?")[0]
    if not path.startswith("/") or path.startswith("//") or any(letter in address for letter in "\\#"):
        return None
    try:
        endpoint, _values = current_app.url_map.bind("").match(path, method="GET")
    except HTTPException:
        return None
    return address if isinstance(access_of(current_app, endpoint), list) else None


def signed_in() -> SignedIn | None:
    """Who is asking, or None; asks the database once, and only when the visitor holds a session of an account."""
    if "signed_in" not in g:
        account = current_user if has_session() and current_user.is_authenticated else None
        g.signed_in = _plain(account) if account else None
    found: SignedIn | None = g.signed_in
    return found


def _plain(account: Any) -> SignedIn:
    grants = (Grant(role.role, role.area_id, role.hub_id) for role in account.roles)
    return SignedIn(account.id, account.email, frozenset(grants))


def has_session() -> bool:
    """Does the visitor hold a session of an account? Asks the cookie, never the database."""
    return SIGNED_IN_KEY in session


def bound_forms() -> None:
    """A form without files is short: Werkzeug bounds the memory of the other kind of form only."""
    if request.mimetype == "application/x-www-form-urlencoded":
        request.max_content_length = current_app.config["MAX_FORM_MEMORY_SIZE"]


def keep_private(response: Response) -> Response:
    """What is made for somebody who signed in, or is about to, is kept by no cache, ours or theirs."""
    is_traceless = getattr(current_app.view_functions.get(request.endpoint or ""), TRACELESS, False)
    if (has_session() or request.endpoint == SIGN_IN or is_traceless) and not response.cache_control.public:
        response.cache_control.private = True
        response.cache_control.no_store = True
    if is_traceless:
        response.headers["Referrer-Policy"] = "no-referrer"
    return response


def may_stand_in(hosts: list[str]) -> Callable[[Response], Response]:
    """Pages under /embed may be framed by these sites; they hold no form, so none may be put into them."""
    framing = " ".join(["frame-ancestors 'self'", *hosts])

    def allow_framing(response: Response) -> Response:
        policy = response.headers.get("Content-Security-Policy", "")
        if request.blueprint == EMBED:
            policy = policy.replace("frame-ancestors 'self'", framing).replace(
                "form-action 'self'", "form-action 'none'"
            )
            response.headers["Content-Security-Policy"] = policy
        return response

    return allow_framing


class QuietSessions(SecureCookieSessionInterface):
    """Sessions that leave public files alone: a tile neither sets a cookie nor varies by one."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if not response.cache_control.public:
            super().save_session(app, session, response)


class PublicCompress(Compress):
    """Compresses what everybody may see; what is made for one person stays plain, so its length tells nothing."""

    def after_request(self, response: Response | None) -> Response:
        if response is not None and response.cache_control.private:
            return response
        return super().after_request(response)


def register_compression(app: Flask) -> None:
    """Registered before everything that marks answers as private, because what is registered first runs last."""
    app.config.update(
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_BR_LEVEL=4,
        COMPRESS_MIMETYPES=[
            "text/html", "text/css", "text/csv", "text/plain", "text/javascript", "image/svg+xml",
            "application/json", "application/geo+json",
        ],
    )  # fmt: skip
    PublicCompress(app)


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
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session
        WTF_CSRF_SSL_STRICT=False,  # a form on a traceless page sends no Referer; the token is what counts
    )
    app.session_interface = QuietSessions()
    app.before_request(bound_forms)  # before the line below, which reads the form
    csrf.init_app(app)
    app.before_request(refuse_unless_allowed)
    app.after_request(keep_private)  # this and the next before Talisman's line, so that they run after it
    app.after_request(may_stand_in(settings.embed_hosts))
    Talisman(
        app,
        content_security_policy={
            **CONTENT_SECURITY_POLICY,
            "img-src": f"{CONTENT_SECURITY_POLICY['img-src']} {settings.tile_host}".strip(),
        },
        content_security_policy_nonce_in=["script-src", "style-src"],
        force_https=settings.behind_proxy,
        strict_transport_security=settings.behind_proxy,
        session_cookie_secure=not settings.demo_mode,
        referrer_policy="strict-origin-when-cross-origin",
        frame_options=None,
        permissions_policy={"geolocation": "(self)", "camera": "()", "microphone": "()"},
    )
