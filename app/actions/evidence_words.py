"""What a pack says around its numbers: the map in words, the legend, which file holds what."""

from __future__ import annotations

from datetime import date

from app.actions.gap_answers import GapAnswer, GapQuestion
from app.actions.gap_words import way, years
from app.vocabulary import GapState

LEGEND = {
    "fair_share": ("fair_share", "Fair share or better (less than 5 % short)"),
    "a_little_short": ("a_little_short", "A little short (5 % to 25 %)"),
    "short": ("short", "Short (25 % to 50 %)"),
    "very_short": ("very_short", "Very short (50 % to 75 %)"),
    "nearly_all_short": ("nearly_all_short", "Nearly all short (75 % or more)"),
    "checked_none": ("checked_none", "Checked: none in reach"),
    "unclear": ("unclear-short", "Unclear: it depends on what counts"),
    "not_enough_data": ("not_enough_data", "Not enough data: nobody has looked lately"),
}
"""By class or state: the fill that the map has, and words."""

AT_EDGE = "At an edge: what lies beyond is not known"

WHAT_IS_SHOWN = {
    "files": {
        "evidence.pdf": "This evidence as a paper, for reading and printing; screen readers can read it",
        "areas.csv": "The table: one row for each area",
        "services.csv": "The services that were looked at, and whether each was counted",
        "evidence.gpkg": "Areas with their values, services, sources: for map programs (GeoPackage)",
        "map.png": "The map as a picture",
        "map.svg": "The map as a drawing that stays sharp at any size",
        "map-print.png": "The map in greys, for a printer without colours",
        "map-print.svg": "The same in greys as a drawing",
        "README.txt": "What is in the ZIP and how to work it out again",
        "evidence.zip": "Everything together, with the inputs",
    }
}
MOST_NAMED = 8


def class_of(answer_row: object) -> str:
    """The legend's entry of a row: its class of shortfall, else its state."""
    state, band = answer_row.state, answer_row.band  # type: ignore[attr-defined]
    return str(band.value if state == GapState.SCORE and band else state.value)


def legend_words(answer: GapAnswer) -> list[tuple[str, str]]:
    """The legend's rows that the map has: fill, words, how many areas."""
    counts = {key: sum(class_of(row) == key for row in answer.rows) for key in LEGEND}
    rows = [(fill, f"{words}: {counts[key]}") for key, (fill, words) in LEGEND.items() if counts[key]]
    at_edge = sum(bool(row.edge) for row in answer.rows)
    return [*rows, ("edge", f"{AT_EDGE}: {at_edge}")] if at_edge else rows


def map_title(answer: GapAnswer) -> str:
    where = f" {answer.asked_about.name}" if answer.asked_about else ""
    return f"{answer.theme_question}{where}"


def map_words(answer: GapAnswer) -> str:
    """What the map shows, for who cannot see it: each class with the areas in it, the shortest of help first."""
    said = [f"A map of {len(answer.rows)} areas ({answer.layer_name})."]
    groups: dict[str, list[str]] = {}
    for row in answer.rows:
        groups.setdefault(class_of(row), []).append(row.area.name)
    for key in ("checked_none", *reversed(list(LEGEND)[:5]), "unclear", "not_enough_data"):
        names = groups.get(key, [])
        if names:
            more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
            said.append(f"{LEGEND[key][1]}: {len(names)}, {', '.join(names[:MOST_NAMED])}{more}.")
    at_edge = sum(bool(row.edge) for row in answer.rows)
    return " ".join([*said, *([f"{AT_EDGE}: {at_edge}."] if at_edge else [])])


def source_words(answer: GapAnswer, made_on: date | None) -> str:
    day = f"{made_on.day} {made_on:%B %Y}. " if made_on else ""
    return day + " ".join(dict.fromkeys(source.attribution for source in answer.sources if source.attribution))


DECAY_WORDS = {
    "dai": "the further away, the less it counts: fully at the door, nothing at the edge of reach",
    "linear": "it counts less in a straight line with distance",
    "step": "it counts fully anywhere within reach",
}


def question_parts(question: GapQuestion, benchmark_name: str) -> list[tuple[str, str]]:
    """Each part of the question that was set, by name, in words."""
    when = " ".join(word for word in (question.day, question.part) if word)
    flags = {"free": question.is_free, "step-free": question.is_step_free, "has room": question.has_room,
             "confirmed in the last two years": question.is_fresh}  # fmt: skip
    only = ", ".join(word for word, wanted in flags.items() if wanted)
    parts = [
        ("For whom", question.audience.replace("_", " ")),
        ("When", when),
        ("In the language", question.language),
        ("Only services that are", only),
        ("Within reach means", f"{way(question)}, {question.reach_m:,} m on the way"),
        ("How distance counts", DECAY_WORDS.get(question.decay, question.decay)),
        ("Compared with", benchmark_name),
        ("Weight of need", f"{round(question.need_strength * 100)} % (0 % counts everybody the same)"),
        ("Lists count for", years(question.list_years)),
    ]
    return [(name, words) for name, words in parts if words]
