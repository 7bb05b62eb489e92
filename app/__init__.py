"""Who's Doing What: who is doing what, where, for whom, and where are the gaps?"""

from __future__ import annotations

from inspect import iscoroutinefunction as is_async

from flask import Flask
from flask_babel import Babel
from werkzeug.middleware.proxy_fix import ProxyFix

from app.config import ROOT, Settings
from app.db import db, engine_options
from app.security import register_compression, register_security
from app.static_files import StaticFiles


def create_app(settings: Settings | None = None) -> Flask:
    """Build the app from ``settings`` (default: the environment). Raises UnsafeSettingError for an unsafe one."""
    settings = settings or Settings()
    app = Flask(__name__, template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))
    app.config["SETTINGS"] = settings
    register_database(app, settings)
    register_compression(app)
    register_security(app, settings)
    register_language(app)
    register_accounts(app, settings)
    register_routes(app)
    register_commands(app)
    register_errors(app)
    register_static_files(app, settings)
    return app


def register_database(app: Flask, settings: Settings) -> None:
    app.config["SQLALCHEMY_ENGINES"] = {"default": engine_options(settings)}
    db.init_app(app)
    # The library would also close asynchronous sessions. We have none, and it starts a thread for every request.
    app.teardown_appcontext_funcs = [close for close in app.teardown_appcontext_funcs if not is_async(close)]


def register_language(app: Flask) -> None:
    app.jinja_env.add_extension("jinja2.ext.i18n")
    Babel(app, default_locale="en_GB", default_timezone="Europe/London")


def register_accounts(app: Flask, settings: Settings) -> None:
    from app.routes.accounts import register_sign_in  # noqa: PLC0415 - as register_routes

    register_sign_in(app, settings)


def register_routes(app: Flask) -> None:
    from app.routes import BLUEPRINTS  # noqa: PLC0415 - routes need a package that is already importable

    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)


def register_commands(app: Flask) -> None:
    from app.cli import COMMAND_GROUPS  # noqa: PLC0415 - the command line is not needed to import the package

    for group in COMMAND_GROUPS:
        app.cli.add_command(group)


def register_errors(app: Flask) -> None:
    from app.routes.errors import register_error_pages  # noqa: PLC0415 - as register_routes

    register_error_pages(app)


def register_static_files(app: Flask, settings: Settings) -> None:
    app.wsgi_app = StaticFiles(  # type: ignore[method-assign]
        app.wsgi_app, root=str(ROOT / "static"), prefix="static/", autorefresh=settings.demo_mode
    )
    if settings.behind_proxy:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
