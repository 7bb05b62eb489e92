"""Signing in and out: Flask-Security's views at our addresses, with our form, page and limits; and by letter."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    g,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import user_logged_out
from flask_security import Security, login_user, user_authenticated
from flask_security.datastore import FSQLALiteUserDatastore

from app.actions.accounts import forgive_sign_in_tries, list_demo_log_ins, note_sign_in_try
from app.actions.links import find_link
from app.actions.sign_in_links import send_sign_in_link, use_sign_in_link
from app.addresses import address_of
from app.config import Settings
from app.db import db
from app.errors import BadQuestionError, LinkOverError
from app.forms.accounts import SignInForm
from app.forms.values import read_text
from app.models import Account, AccountRole
from app.queries.failures import DATABASE_FAILURES
from app.routes.visitors import sender_key
from app.security import SIGN_IN, may_open, own_page, public, signed_in, traceless
from app.vocabulary import LinkPurpose

log = logging.getLogger(__name__)
SIGN_OUT = "security.logout"
AFTER_SIGN_IN = "after_sign_in"

accounts = Blueprint("accounts", __name__)

SETTINGS: dict[str, Any] = {
    "SECURITY_LOGIN_URL": "/sign-in",
    "SECURITY_LOGOUT_URL": "/sign-out",
    "SECURITY_LOGIN_USER_TEMPLATE": "accounts/sign_in.html",
    "SECURITY_STATIC_FOLDER": None,
    "SECURITY_CACHE_CONTROL": {},  # app.security.keep_private says it, in a form that caches read
    "SECURITY_FRESHNESS": timedelta(seconds=-1),  # no page for typing the password again
    "SECURITY_RETURN_GENERIC_RESPONSES": True,
    "SECURITY_FLASH_MESSAGES": False,
    "SECURITY_PASSWORD_SCHEMES": ["argon2"],
    "SECURITY_PASSWORD_SINGLE_HASH": True,  # Argon2 salts by itself; a lost secret key must not lose the passwords
    "SECURITY_CLI_USERS_NAME": None,
    "SECURITY_CLI_ROLES_NAME": None,
}


class Accounts(FSQLALiteUserDatastore):
    """The accounts that may sign in here: outside demo mode the demo log-ins do not exist."""

    def __init__(self, is_demo_mode: bool) -> None:
        super().__init__(db, Account, AccountRole)
        self._is_demo_mode = is_demo_mode

    def find_user(self, case_insensitive: bool = False, **kwargs: Any) -> Any:
        account: Any = super().find_user(case_insensitive, **kwargs)
        return None if account is not None and account.is_demo and not self._is_demo_mode else account


def register_sign_in(app: Flask, settings: Settings) -> None:
    app.config.update(SETTINGS)
    datastore = Accounts(settings.demo_mode)
    security = Security(app, datastore, login_form=SignInForm)
    security.want_json(lambda request: False)
    _only_sessions(app, security, datastore)
    for endpoint in (SIGN_IN, SIGN_OUT):
        public(app.view_functions[endpoint])
    app.before_request(hold_up_guessing)
    app.after_request(lead_only_to_own_pages)
    app.context_processor(lambda: {"signed_in": signed_in, "may_open": may_open, "is_demo_mode": _is_demo_mode})
    security.login_context_processor(
        lambda: {"demo_log_ins": list_demo_log_ins(db.session) if settings.demo_mode else []}
    )
    user_authenticated.connect(begin_session, app)
    user_logged_out.connect(end_sessions, app)


def _only_sessions(app: Flask, security: Security, datastore: Accounts) -> None:
    """Leave one way to be known: the session. Nobody is looked up before a page asks who it is for."""

    def load_account(session_name: str) -> Any:
        try:
            account = datastore.find_user(fs_uniquifier=str(session_name))
        except DATABASE_FAILURES as failure:
            log.warning("database: %s", type(failure).__name__, exc_info=failure)
            db.session.rollback()
            g.account_unknown = True
            return None
        return account if account is not None and account.active else None

    security.login_manager.user_loader(load_account)
    security.login_manager.request_loader(lambda request: None)
    app.before_request_funcs[None].remove(security.principal._on_before_request)


@accounts.post("/sign-in/link")
@public
def send_link() -> ResponseReturnValue:
    """The same answer for every address."""
    try:
        email = read_text(request.form, "email", longest=254)
        send_sign_in_link(
            db.session, email, sender_key(), lambda token: address_of("accounts.show_link", token=token),
            is_demo_mode=_is_demo_mode(),
        )  # fmt: skip
    except BadQuestionError as problem:
        return render_template("accounts/ask_again.html", problem=problem, typed=request.form), 400
    db.session.commit()
    session[AFTER_SIGN_IN] = own_page(request.form.get("next"))
    return redirect(url_for("accounts.link_sent"), 303)


@accounts.get("/sign-in/sent")
@public
def link_sent() -> str:
    return render_template("accounts/link_sent.html")


@accounts.get("/sign-in/link/<token>")
@public
@traceless
def show_link(token: str) -> ResponseReturnValue:
    """Only looks: mail programs open links by themselves."""
    try:
        find_link(db.session, LinkPurpose.SIGN_IN, token)
    except LinkOverError as over:
        return render_template("accounts/link_over.html", over=over), 410
    return render_template("accounts/link.html", token=token)


@accounts.post("/sign-in/link/<token>")
@public
@traceless
def use_link(token: str) -> ResponseReturnValue:
    try:
        account = use_sign_in_link(db.session, token, is_demo_mode=_is_demo_mode())
    except LinkOverError as over:
        return render_template("accounts/link_over.html", over=over), 410
    next_page = own_page(session.get(AFTER_SIGN_IN))
    login_user(account, authn_via=["email"])
    db.session.commit()
    return redirect(next_page or url_for("home.index"), 303)


def _is_demo_mode() -> bool:
    return bool(current_app.config["SETTINGS"].demo_mode)


def hold_up_guessing() -> None:
    """Count every try to sign in before its password is looked at; too many are sent away for a while."""
    if request.endpoint != SIGN_IN or request.method != "POST":
        return
    if request.mimetype not in ("application/x-www-form-urlencoded", "multipart/form-data"):
        abort(415)
    note_sign_in_try(db.session, *_who_tries(request.form.get("email", "")))
    db.session.commit()


def begin_session(app: Flask, user: Any, **about: Any) -> None:
    """Nothing of the session before the sign-in lives on, and what went wrong before is forgotten."""
    for name in ("csrf_token", AFTER_SIGN_IN):
        session.pop(name, None)
    g.pop("csrf_token", None)
    forgive_sign_in_tries(db.session, *_who_tries(user.email))


def end_sessions(app: Flask, user: Any, **about: Any) -> None:
    """Signing out ends every session of the account, also one whose cookie somebody copied."""
    app.extensions["security"].datastore.set_uniquifier(user)
    db.session.commit()


def lead_only_to_own_pages(response: Response) -> Response:
    """Whatever was asked for, signing in and out lead to a page that asked for it, or to the first page."""
    if request.endpoint in (SIGN_IN, SIGN_OUT) and response.location:
        parts = urlsplit(response.location)
        address = parts._replace(scheme="", netloc="").geturl() if not parts.netloc else ""
        response.location = own_page(address) or url_for("home.index")
        if request.endpoint == SIGN_OUT:
            response.headers["Clear-Site-Data"] = '"storage"'  # pages of visits that the phone kept
    return response


def _who_tries(email: str) -> tuple[str, str, str]:
    return email, request.remote_addr or "", str(current_app.config["SECRET_KEY"])
