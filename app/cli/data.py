"""scripts/flask data …: load open data. Every command is one transaction: all of it is kept, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from app.actions.clock import today
from app.actions.data_room import UnplacedQuestion, list_unplaced, unplaced_csv
from app.actions.load_areas import LayerCard, load_areas, make_singular
from app.actions.load_case import load_case
from app.actions.load_grants import load_grants, with_words_of_file
from app.actions.load_indicators import load_indicators
from app.actions.load_postcodes import load_postcodes
from app.actions.load_records import load_records
from app.actions.loading import LoadReport, Progress, SourceCard, checksum_of, make_card
from app.actions.make_grid import GridShape, make_grid
from app.actions.make_population_points import make_population_points
from app.actions.sources import list_loaded_sources
from app.actions.walking import load_walking, remove_walking
from app.cli.drawing import draw_areas
from app.cli.reports import plain_refusals, print_reports, progress_bar
from app.db import db
from app.queries import Session
from app.vocabulary import AreaLayerKind
from geodata.datasets import read_dataset
from geodata.profiles import read_profile
from geodata.readers.areas import make_slug, read_areas
from geodata.readers.grants import read_grants
from geodata.readers.indicators import read_indicators
from geodata.readers.postcodes import read_postcodes
from geodata.readers.records import read_records
from geodata.readers.walking import read_walking

data_group = AppGroup("data", help="Load open data, and see what is loaded.")

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
ANY_PATH = click.Path(exists=True, path_type=Path)
report_option = click.option(
    "--report", "report_file", type=click.Path(dir_okay=False, path_type=Path), help="List every problem in a CSV."
)


def source_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The lines about where a file came from; they stand beside every number made from it."""
    for name, help_text in (
        ("--attribution", "The line the licence asks to show."),
        ("--licence", "Such as OGL v3.0."),
        ("--publisher", "Who published the file."),
        ("--source-title", "What the publisher calls it."),
        ("--source", "A short name for the source, kept for good."),
    ):
        command = click.option(name, default="", help=help_text)(command)
    published = click.option(
        "--published-on", type=click.DateTime(["%Y-%m-%d"]), help="The day the publisher gives: 2025-05-31."
    )
    return published(command)


def _run(report_file: Path | None, load: Callable[[Session, Progress], LoadReport | list[LoadReport]]) -> None:
    """Run a load with a progress bar, keep it, and print the report."""
    with progress_bar() as bar:
        done = load(db.session, bar)
        db.session.commit()
        draw_areas()
    print_reports(done if isinstance(done, list) else [done], report_file)


def _card(key: str, title: str, options: dict[str, Any], paths: list[Path]) -> SourceCard:
    published = options["published_on"]
    return SourceCard(
        key=options["source"] or key,
        title=options["source_title"] or title,
        publisher=options["publisher"] or "Not stated",
        licence=options["licence"] or "Not stated",
        attribution=options["attribution"],
        published_on=published.date() if published else None,
        checksum=checksum_of(paths),
    )


@data_group.command("load-areas")
@click.argument("file", type=FILE)
@click.option("--layer", required=True, help="Key of the layer, used in addresses: ward-2023.")
@click.option("--name", required=True, help="What people call these areas, in the plural: Wards.")
@click.option("--singular", default="", help="One of them: Ward.")
@click.option("--vintage", required=True, help="The year or edition of the boundaries: 2023.")
@click.option("--kind", type=click.Choice([kind.value for kind in AreaLayerKind]), default="statistical")
@click.option("--code-field", help="Field with the code; without one, codes are made from the names.")
@click.option("--name-field", help="Field with the name; without one, the code is the name.")
@click.option("--inner-file", help="Which layer or file, where the file holds several.")
@click.option("--assume-crs", help="Coordinate system, where the file names none: EPSG:27700.")
@click.option("--replace", is_flag=True, help="Let the areas of a loaded layer change.")
@source_options
@report_option
@plain_refusals
def load_areas_command(file: Path, report_file: Path | None, **options: Any) -> None:
    """Load a layer of areas from GeoJSON, GeoPackage, zipped Shapefile or KML."""
    name = options["name"]
    layer = LayerCard(
        options["layer"], name, options["singular"] or make_singular(name), options["vintage"],
        AreaLayerKind(options["kind"]),
    )  # fmt: skip
    card = _card(f"areas-{layer.key}", f"{name} ({layer.vintage})", options, [file])

    def load(session: Session, bar: Progress) -> LoadReport:
        bar.start(f"Reading {file.name}")
        frame = read_areas(
            file, options["code_field"], options["name_field"], inner_file=options["inner_file"],
            assume_crs=options["assume_crs"],
        )  # fmt: skip
        return load_areas(session, frame, layer, card, file=file.name, replace=options["replace"], progress=bar)

    _run(report_file, load)


@data_group.command("make-grid")
@click.option("--over", required=True, help="A layer, or layer:code for one area of it.")
@click.option("--shape", type=click.Choice([shape.value for shape in GridShape]), required=True)
@click.option("--size-m", type=float, help="Side of a square, or width of a hexagon, in metres.")
@click.option("--replace", is_flag=True, help="Let the cells of a loaded grid change.")
@plain_refusals
def make_grid_command(over: str, shape: str, size_m: float | None, replace: bool) -> None:
    """Make a layer of square miles or hexagons over areas that are loaded."""
    _run(
        None,
        lambda session, bar: make_grid(
            session, over=over, shape=GridShape(shape), size_m=size_m, replace=replace, progress=bar
        ),
    )


@data_group.command("load-indicators")
@click.argument("file", type=FILE)
@click.option("--dataset", required=True, help="Entry of geodata/catalogue/datasets, or a YAML file of your own.")
@click.option("--layer", default="", help="Layer the numbers belong to, when not the one the entry names.")
@click.option("--allow-missing", is_flag=True, help="Load even though some areas of the layer get no value.")
@report_option
@plain_refusals
def load_indicators_command(
    file: Path, dataset: str, layer: str, allow_missing: bool, report_file: Path | None
) -> None:
    """Load published numbers for the areas of a layer."""

    def load(session: Session, bar: Progress) -> LoadReport:
        bar.start(f"Reading {file.name}")
        entry = read_dataset(dataset)
        frame = read_indicators(file, entry)
        card = make_card(f"indicators-{entry.key}", entry.source, checksum_of([file]))
        return load_indicators(
            session, frame, entry.indicators, layer or entry.layer, card, file=file.name,
            allow_missing=allow_missing, progress=bar,
        )  # fmt: skip

    _run(report_file, load)


@data_group.command("load-postcodes")
@click.argument("paths", type=ANY_PATH, nargs=-1, required=True)
@click.option("--include-northern-ireland", is_flag=True, help="Its licence does not let everybody use it.")
@source_options
@report_option
@plain_refusals
def load_postcodes_command(
    paths: tuple[Path, ...], include_northern_ireland: bool, report_file: Path | None, **options: Any
) -> None:
    """Load postcodes: Code-Point Open, ONSPD, NSPL or plain tables; files, folders or zips of them."""
    names = ", ".join(path.name for path in paths)
    card = _card(f"postcodes-{paths[0].stem}", f"Postcodes ({names})", options, list(paths))

    def load(session: Session, bar: Progress) -> LoadReport:
        frame = read_postcodes(paths, include_northern_ireland=include_northern_ireland)
        return load_postcodes(session, frame, card, file=names, progress=bar)

    _run(report_file, load)


@data_group.command("load-organisations")
@click.argument("file", type=ANY_PATH)
@click.option("--profile", required=True, help="Entry of geodata/catalogue/profiles, or a YAML of your own.")
@click.option("--source", default="", help="A short name for this list, when a profile reads several.")
@report_option
@plain_refusals
def load_organisations_command(file: Path, profile: str, source: str, report_file: Path | None) -> None:
    """Load organisations with their services and places, as a profile says the file is to be read."""

    def load(session: Session, bar: Progress) -> LoadReport:
        bar.start(f"Reading {file.name}")
        entry = read_profile(profile)
        card = make_card(source or entry.key, entry.source, checksum_of([file]))
        return load_records(session, read_records(file, entry), card, file=file.name, today=today(), progress=bar)

    _run(report_file, load)


@data_group.command("load-grants")
@click.argument("file", type=FILE)
@source_options
@report_option
@plain_refusals
def load_grants_command(file: Path, report_file: Path | None, **options: Any) -> None:
    """Load grants as funders publish them for 360Giving (JSON, CSV, XLSX); grants to people are left out."""

    def load(session: Session, bar: Progress) -> LoadReport:
        bar.start(f"Reading {file.name}")
        frame = read_grants(file)
        card = _card(f"grants-{make_slug(file.stem)}", f"Grants ({file.name})", options, [file])
        return load_grants(session, frame, with_words_of_file(card, frame), file=file.name, progress=bar)

    _run(report_file, load)


@data_group.command("make-population-points")
@click.option("--layer", required=True, help="The base layer: the finest with numbers of people.")
@click.option("--indicator", required=True, help="The number of people per area.")
@click.option("--postcodes", multiple=True, help="Sources whose postcodes are all in use; default: every source.")
@plain_refusals
def make_population_points_command(layer: str, indicator: str, postcodes: tuple[str, ...]) -> None:
    """Put the people of a layer where its live postcodes are."""
    _run(
        None,
        lambda session, bar: make_population_points(
            session, layer_key=layer, indicator_key=indicator, postcode_sources=postcodes, progress=bar
        ),
    )


@data_group.command("load-case")
@click.argument("case", type=FILE)
@click.option("--from", "folder", type=click.Path(exists=True, file_okay=False, path_type=Path), required=True)
@report_option
@plain_refusals
def load_case_command(case: Path, folder: Path, report_file: Path | None) -> None:
    """Load everything a case file names, from one folder: all of it, or nothing."""
    _run(report_file, lambda session, bar: load_case(session, case, folder, today=today(), progress=bar))


@data_group.command("load-walking")
@click.argument("file", type=FILE)
@source_options
@report_option
@plain_refusals
def load_walking_command(file: Path, report_file: Path | None, **options: Any) -> None:
    """Load streets and paths from an OpenStreetMap extract (.osm.pbf): walks are then measured along them."""
    contributors = "OpenStreetMap contributors"
    usual = {"publisher": contributors, "licence": "ODbL 1.0", "attribution": f"© {contributors}"}
    said = {**options, **{name: options[name] or value for name, value in usual.items()}}
    card = _card("walking", "Streets and paths", said, [file])

    def load(session: Session, bar: Progress) -> LoadReport:
        bar.start(f"Reading {file.name}")
        return load_walking(session, read_walking(file), card, file=file.name, progress=bar)

    _run(report_file, load)


@data_group.command("remove-walking")
@plain_refusals
def remove_walking_command() -> None:
    """Take the network of streets and paths away: walks are 1.3 times the straight line again."""
    was_there = remove_walking(db.session)
    db.session.commit()
    click.echo("The network is gone." if was_there else "No network was loaded.")


@data_group.command("list-unplaced")
@click.option("--csv", "csv_file", type=click.Path(dir_okay=False, path_type=Path), help="Write all to a CSV.")
def list_unplaced_command(csv_file: Path | None) -> None:
    """List what could not be put under a theme or on the map; /data/unplaced shows the same."""
    everything = UnplacedQuestion()
    if csv_file is not None:
        csv_file.write_text(unplaced_csv(db.session, everything), encoding="utf-8", newline="")
        click.echo(f"They are listed in {csv_file}.")
        return
    answer = list_unplaced(db.session, everything)
    for row in answer.rows:
        said = (f"no {row.missing}", row.name, row.organisation, row.source_key, row.source_ref)
        click.echo(" · ".join(part for part in said if part))
    more = " Add --csv FILE to see every one." if answer.total > len(answer.rows) else ""
    click.echo(f"{answer.total:,} in all.{more}")


@data_group.command("sources")
def sources_command() -> None:
    """List what is loaded, and the lines the licences ask to show."""
    for loaded in list_loaded_sources(db.session):
        source = loaded.source
        held = ", ".join(f"{number:,} {thing}" for thing, number in loaded.counts.items()) or "nothing"
        click.echo(f"{source.key}: {source.title} — {source.publisher}, {source.licence} — {held}")
        dates = [f"published {source.published_on}" if source.published_on else "no date given"]
        if source.loaded_at_utc:
            dates.append(f"last changed here {source.loaded_at_utc:%Y-%m-%d %H:%M} UTC")
        click.echo(f"    {', '.join(dates)}. {source.attribution}")
