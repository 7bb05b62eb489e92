"""One file per command group; thin, calls actions."""

from __future__ import annotations

from importlib import import_module

import click


class LaterGroup(click.Group):
    """A command group whose file is imported when it is asked for, so that serving pages never imports loaders."""

    def __init__(self, name: str, help: str) -> None:
        super().__init__(name, help=help)
        self._file = f"app.cli.{name}"

    def _group(self) -> click.Group:
        group = getattr(import_module(self._file), f"{self.name}_group")
        assert isinstance(group, click.Group)
        return group

    def list_commands(self, context: click.Context) -> list[str]:
        return self._group().list_commands(context)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        return self._group().get_command(context, name)


COMMAND_GROUPS = (
    LaterGroup("accounts", "People who may sign in."),
    LaterGroup("data", "Load open data, and see what is loaded."),
    LaterGroup("db", "The database schema."),
    LaterGroup("demo", "The invented borough."),
    LaterGroup("evidence", "Evidence packs and snapshots."),
    LaterGroup("gaps", "Big gap questions, worked out in the background."),
    LaterGroup("jobs", "What is done in the background: letters, reminders, forgetting."),
    LaterGroup("tiles", "What map tiles are made from."),
)
