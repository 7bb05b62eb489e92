"""tiles check and tiles rebuild."""

from __future__ import annotations

from flask import Flask
from sqlalchemy.orm import Session

from app.queries.area_tiles import find_drawing
from tests.integration.tiles.records import add_footprint, add_organisation, add_place, add_square_layer, run


def test_check_finds_what_rebuild_puts_right(app: Flask, town: Session) -> None:
    add_footprint(town, add_organisation(town), add_place(town, -2.3, 53.4))
    add_square_layer(town, "squares", 2, 2)
    runner = app.test_cli_runner()
    well = runner.invoke(args=["tiles", "check"])
    assert (well.exit_code, well.output) == (0, "The map shows what the records say.\n")

    run(town, "UPDATE map_cell SET pins = 7 WHERE zoom = 5 AND theme_key = ''")
    ill = runner.invoke(args=["tiles", "check"])
    assert ill.exit_code == 1
    assert "counts missing or different: 1\n" in ill.output
    assert "scripts/flask tiles rebuild" in ill.output

    mended = runner.invoke(args=["tiles", "rebuild"])
    assert mended.output == "Pins and counts are made anew.\nDrawn: squares (4 areas)\n"
    assert runner.invoke(args=["tiles", "check"]).exit_code == 0
    assert find_drawing(town, "squares") is not None
