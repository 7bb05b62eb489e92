"""Making evidence packs: step by step, each kept, so that a worker that was killed goes on where it stopped."""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime

from flask import render_template
from markupsafe import Markup

from app.actions import evidence as actions
from app.actions import evidence_files as files
from app.actions.evidence import Pack
from app.actions.evidence_snapshots import finish_snapshot
from app.actions.evidence_words import (
    WHAT_IS_SHOWN,
    legend_words,
    map_title,
    map_words,
    question_parts,
    source_words,
)
from app.actions.gap_values import fill_of
from app.addresses import address_of
from app.db import db
from app.errors import WhosDoingWhatError
from app.maps.pictures import Caption, DrawnArea, draw_map, to_png
from app.vocabulary import EvidenceState

WENT_WRONG = "Something went wrong while it was made. Whoever looks after this site can see what it was."


def make_pack(code: str) -> None:
    """Make a pack, or its files anew; whoever comes second finds it done and makes the same again."""
    try:
        begin(code, EvidenceState.COUNTING)
        actions.work_out(db.session, actions.lock_evidence(db.session, code))
        begin(code, EvidenceState.DRAWING)
        pack = actions.get_pack(db.session, code)
        page = address_of("evidence.show", code=code)
        made = {
            **files.make_tables(db.session, pack, page),
            **draw_pictures(pack, files.read_shapes(db.session, code)),
        }
        begin(code, EvidenceState.WRITING)
        made["evidence.pdf"] = write_pdf(pack, page, made["map.svg"].decode())
        made["README.txt"] = render_template("evidence/readme.txt", pack=pack, page=page, **WHAT_IS_SHOWN).encode()
        made |= files.make_inputs(db.session, pack, page)
        files.put_files(db.session, pack, made)
        begin(code, EvidenceState.READY)
    except WhosDoingWhatError as problem:
        fail(code, str(problem))
    except Exception:
        fail(code, WENT_WRONG)
        raise


def take_snapshot(code: str) -> None:
    """Work a snapshot out and keep it; twice is once."""
    try:
        finish_snapshot(db.session, code)
        db.session.commit()
    except Exception:
        fail(code, WENT_WRONG)
        raise


def begin(code: str, step: EvidenceState) -> None:
    """Keep what was done so far and say what is done now."""
    actions.set_state(db.session, code, step)
    db.session.commit()


def fail(code: str, problem: str) -> None:
    db.session.rollback()
    actions.set_state(db.session, code, EvidenceState.FAILED, problem)
    db.session.commit()


def draw_pictures(pack: Pack, shapes: dict[str, bytes]) -> dict[str, bytes]:
    """The map in colours and in greys, as SVG and PNG."""
    assert pack.answer is not None
    areas = [
        DrawnArea(row.area.name, fill_of(row.state, row.shortfall), shapes[row.area.area_code], bool(row.edge))
        for row in pack.answer.rows
    ]
    caption = Caption(
        map_title(pack.answer), legend_words(pack.answer), source_words(pack.answer, pack.made_on),
        map_words(pack.answer),
    )  # fmt: skip
    made: dict[str, bytes] = {}
    for look, name in (("light", "map"), ("print", "map-print")):
        svg = draw_map(areas, caption, look)
        made[f"{name}.svg"], made[f"{name}.png"] = svg.encode(), to_png(svg)
    return made


def write_pdf(pack: Pack, page: str, picture: str) -> bytes:
    from app.maps.paper import write_paper  # noqa: PLC0415 - WeasyPrint takes a second to import

    assert pack.answer is not None
    html = render_template(
        "evidence/paper.html",
        pack=pack,
        answer=pack.answer,
        page=page,
        sheet=Markup(render_template("evidence/paper.css")),  # noqa: S704 - ours, no input
        picture_address=f"data:image/svg+xml;base64,{b64encode(picture.encode()).decode()}",
        parts=question_parts(pack.question, pack.answer.benchmark_name),
        legend=legend_words(pack.answer),
        map_words=map_words(pack.answer),
    )
    return write_paper(html, datetime.combine(pack.made_on or pack.asked_at.date(), datetime.min.time(), UTC))
