"""Flask only: a body reads input, calls one action, answers."""

from app.routes.health import health

BLUEPRINTS = (health,)
