"""One file per command group; thin, calls actions."""

from app.cli.db import db_group

COMMAND_GROUPS = (db_group,)
