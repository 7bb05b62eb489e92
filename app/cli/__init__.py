"""One file per command group; thin, calls actions."""

from app.cli.accounts import accounts_group
from app.cli.data import data_group
from app.cli.db import db_group
from app.cli.demo import demo_group
from app.cli.tiles import tiles_group

COMMAND_GROUPS = (accounts_group, data_group, db_group, demo_group, tiles_group)
