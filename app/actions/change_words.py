"""What changed, in words."""

from __future__ import annotations

from app.actions.gap_change import AreaChange, GapChange, Why
from app.actions.gap_words import round_people

LEAST = 0.5
"""People without: less than half a person is rounding."""
PART_WORDS = {
    Why.REAL: ("Real change", "services that opened, closed, moved or changed"),
    Why.MAPPING: ("Better mapping", "services that were there already and became known, or better known"),
    Why.LOOKING: ("Looking", "who looked where, and lists that grew too old to count"),
    Why.PEOPLE: ("People and borders", "where people live, how need is weighed, and borders"),
    Why.METHOD: ("Method", "the same numbers summed by the code of today"),
    Why.UNKNOWN: (
        "Cannot tell",
        "services of which nobody has said since when they are there, or where they went",
    ),
}
"""In the order they are shown."""
WHAT_WORDS = {
    "opened": "opened since",
    "closed": "closed since",
    "changed": "changed: its times, its place, or whom it is for",
    "found": "was there already, and is on the map now",
    "taken off": "taken off the map, or known as another entry",
    "better known": "we know more about it",
    "appeared": "is on the map now; nobody has said since when it is there",
    "vanished": "is no longer on the map; nobody has said why",
}
MAP_WORDS = {
    "less": "Fewer people without",
    "same": "No change to speak of",
    "more": "More people without",
    "not_enough_data": "Not known then or not known now",
}


def part_lines(change: GapChange) -> list[tuple[str, str, float]]:
    """Name, what it holds, and people without more (+) or fewer (-); the parts sum to the whole."""
    return [(name, words, change.parts[why]) for why, (name, words) in PART_WORDS.items()]


def change_sentence(change: GapChange) -> str:
    """The change in a sentence or two; what is not known to be real is not said to be."""
    where = change.now.asked_about.name if change.now.asked_about else "the whole map"
    theme, total = f"“{change.now.theme_name}”", change.total
    day = f"{change.then_on.day} {change.then_on:%B %Y}"
    if abs(total) < LEAST:
        said = f"Since {day} the number of people without {theme} in {where} has not changed."
    else:
        more = "more" if total > 0 else "fewer"
        said = f"Since {day} there are {round_people(abs(total))} {more} people without {theme} in {where}."
    real, unknown = change.parts[Why.REAL], change.parts[Why.UNKNOWN]
    if abs(real) < LEAST:
        said += " None of that is known to be real change" if abs(total) >= LEAST else " Nothing is known to have"
        said += "." if abs(total) >= LEAST else " opened or closed that makes a difference."
    else:
        said += f" Real change alone: {round_people(abs(real))} {'more' if real > 0 else 'fewer'}."
    if abs(unknown) >= LEAST:
        said += f" Of {round_people(abs(unknown))} {'more' if unknown > 0 else 'fewer'} we cannot tell."
    return said


def kind_of(area: AreaChange) -> str:
    """less, same or more people without; not_enough_data where one of the two days has no number."""
    if not (area.before and area.before.rank and area.after and area.after.rank):
        return "not_enough_data"
    return "same" if abs(area.total) < LEAST else "less" if area.total < 0 else "more"


def map_words(change: GapChange) -> str:
    """The map for who cannot see it."""
    said = [f"A map of {len(change.areas)} areas."]
    for kind, words in MAP_WORDS.items():
        names = [area.area.name for area in change.areas if kind_of(area) == kind]
        if names:
            more = f" and {len(names) - 8} more" if len(names) > 8 else ""
            said.append(f"{words}: {len(names)}, {', '.join(names[:8])}{more}.")
    return " ".join(said)


def legend(change: GapChange) -> list[tuple[str, str]]:
    counts = {kind: sum(kind_of(area) == kind for area in change.areas) for kind in MAP_WORDS}
    return [(kind, f"{words}: {counts[kind]}") for kind, words in MAP_WORDS.items() if counts[kind]]
