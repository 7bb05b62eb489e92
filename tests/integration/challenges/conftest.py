"""Web Town, somebody who decides, and the form “there is something here”."""

from tests.integration.moderation.conftest import moderator, sender
from tests.integration.records.conftest import form

__all__ = ["form", "moderator", "sender"]
