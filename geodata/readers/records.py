"""A list of organisations and its profile -> RecordsFrame: organisations, services, places, footprints, times."""

from __future__ import annotations

import calendar
import hashlib
import re
from pathlib import Path
from typing import Any

import pandas as pd

from geodata.frames import (
    FOOTPRINT_COLUMNS,
    ORGANISATION_COLUMNS,
    PLACE_COLUMNS,
    SCHEDULE_COLUMNS,
    SERVICE_COLUMNS,
    RecordsFrame,
)
from geodata.opening_hours import WeeklyTime, parse_day_hours, parse_opening_hours
from geodata.problems import InputProblem, RowProblem
from geodata.profiles import Profile, TextRule
from geodata.readers.areas import make_slug
from geodata.readers.places import PlaceReader
from geodata.readers.sources import read_rows
from geodata.readers.tables import Table, missing_column
from geodata.themes import suggest_audiences, suggest_themes
from geodata.tidy import MAX_NAME, has_words, tidy_name, tidy_text, tidy_url

_PART = re.compile(r"\{([^{}]+)\}")
_NOT_SAID = {"", "not known", "unknown", "none", "n/a", "see above", "not relevant"}
_MAX_LISTED = 500

Row = dict[str, str]


def read_records(path: Path | str, profile: Profile) -> RecordsFrame:
    """Read a list of organisations as its profile tells. Raises InputProblem; rows left out are in ``problems``.

    No e-mail address or phone number is carried. A row without a place is kept, with a problem.
    """
    table = read_rows(path, missing=profile.missing, sheet=profile.sheet)
    builder = _Builder(table, profile)
    for row in builder.rows():
        builder.add(row)
    return builder.frame()


class _Builder:
    """Collects the rows of the five tables; one ``add`` per row of the file."""

    def __init__(self, table: Table, profile: Profile) -> None:
        self.table, self.profile = table, profile
        self.problems = list(table.problems)
        self.organisations: dict[str, dict[str, Any]] = {}
        self.services: list[dict[str, Any]] = []
        self.footprints: list[dict[str, Any]] = []
        self.schedules: list[dict[str, Any]] = []
        self.places = PlaceReader(table, profile, self.warn)
        self.seen: dict[str, tuple[int, str]] = {}
        self.number = 0
        self._check_columns()

    def rows(self) -> list[tuple[int, Row]]:
        frame = self.table.frame
        keep = pd.Series(True, index=frame.index)
        for column, wanted in self.profile.where:
            keep &= self.table.get_column(column).str.casefold() == wanted.casefold()
        names = list(frame.columns)
        values = frame[keep].to_numpy()
        numbers = self.table.rows[keep.to_numpy(dtype=bool)]
        return [
            (int(number), dict(zip(names, row, strict=True))) for number, row in zip(numbers, values, strict=True)
        ]

    def add(self, numbered: tuple[int, Row]) -> None:
        """Turn one row into an organisation, a service, its places and times."""
        self.number, row = numbered
        name = tidy_name(self.text(row, "name"))
        if not name or not any(character.isalnum() for character in name):
            self.warn("name", "It has no name.", "Give it a name.", skipped=True)
            return
        if len(name) > MAX_NAME:
            self.warn("name", f"The name has more than {MAX_NAME} characters.", "Shorten it.", skipped=True)
            return
        place = self.places.read(row)
        ref = self._source_ref(row, name)
        if ref is None:
            return
        description = tidy_text(self.text(row, "description"))
        organisation = self._add_organisation(row, ref, name, description)
        service = self._service(row, ref, organisation, name, description)
        service["description"] = self._with_times(row, service["source_ref"], description)
        self.services.append(service)
        place_ref = self.places.add(place, name, service["name"], description) if place else None
        self._add_footprints(row, organisation, service, place_ref)

    def frame(self) -> RecordsFrame:
        if not self.organisations:
            first = self.problems[0] if self.problems else None
            said = f" {first.problem}" if first else ""
            raise InputProblem(self.table.file, f"No row could be read.{said}", "Check the profile and the file.")
        return RecordsFrame(
            organisations=pd.DataFrame(list(self.organisations.values()), columns=list(ORGANISATION_COLUMNS)),
            services=pd.DataFrame(self.services, columns=list(SERVICE_COLUMNS)),
            places=self.places.frame(list(PLACE_COLUMNS)),
            footprints=pd.DataFrame(self.footprints, columns=list(FOOTPRINT_COLUMNS)),
            schedules=pd.DataFrame(self.schedules, columns=list(SCHEDULE_COLUMNS)),
            problems=self.problems,
        )

    def text(self, row: Row, key: str) -> str:
        """Join the columns of a profile key; a template with a blank part gives ""."""
        pieces = (_fill(piece, row) for piece in self.profile.texts[key])
        return (", " if key == "address" else " ").join(piece for piece in pieces if piece)

    def warn(self, column: str | None, problem: str, fix: str, *, skipped: bool = False) -> None:
        if len(self.problems) < _MAX_LISTED:
            self.problems.append(RowProblem(self.table.file, self.number, column, problem, fix, skipped))

    def _check_columns(self) -> None:
        """Refuse the file when a column of the profile is missing, and use the names as the file spells them."""
        profile = self.profile
        wanted = [column for columns in profile.texts.values() for text in columns for column in _columns(text)]
        wanted += [*profile.opening_by_day.values(), *profile.source_ref]
        wanted += [column for _, column, _ in profile.identifiers]
        wanted += [rule.column for rule in (profile.cost, profile.referral) if rule.column]
        wanted += [rule[0] for rule in (profile.closed, profile.open_only) if rule]
        wanted += [code.column for code in profile.theme_codes if code.scheme != "osm"]
        for column in wanted:
            found = self.table.find_column(column)
            if found is None:
                raise missing_column(self.table.file, column, list(self.table.frame.columns))
            if found != column:
                self.table.frame = self.table.frame.rename(columns={found: column})

    def _source_ref(self, row: Row, name: str) -> str | None:
        """Make a reference that is stable within the source; None when the row repeats an earlier one."""
        parts = [row[column] for column in self.profile.source_ref]
        has_own = bool(parts) and bool(parts[0])
        ref = "-".join(filter(None, parts)) if has_own else _digest(name, *self.places.key(row))
        first, first_name = self.seen.setdefault(ref, (self.number, name))
        if first == self.number:
            return ref
        if has_own and name != first_name:
            raise InputProblem(
                self.table.file,
                f"The reference “{ref}” stands on rows {first} and {self.number}.",
                "Give each record its own reference, or name more columns in “source_ref”.",
                row=self.number,
                column=self.profile.source_ref[0],
            )
        self.warn("name", f"“{name}” stands on row {first} as well.", "It was kept once.", skipped=True)
        return None

    def _add_organisation(self, row: Row, ref: str, name: str, description: str) -> str:
        shared = tidy_name(self.text(row, "organisation"))
        if shared:
            ref = make_slug(shared)
            if ref in self.organisations:
                return ref
        website = tidy_url(self.text(row, "website"))
        if website is None:
            self.warn("website", "The web address is not one.", "Write it like https://example.org.")
        self.organisations[ref] = {
            "row": self.number,
            "source_ref": ref,
            "name": shared or name,
            "kind": self._kind(shared or name),
            "stage": "closed" if not self._is_active(row) else self.profile.stage,
            "summary": "" if shared else tidy_text(self.text(row, "summary"), 500) or tidy_text(description, 500),
            "website": "" if shared else website or "",
            "identifiers": [] if shared else self._identifiers(row),
            "active": self._is_active(row),
        }
        return ref

    def _kind(self, name: str) -> str:
        return next((kind for kind, words in self.profile.kind_words if has_words(name, words)), self.profile.kind)

    def _is_active(self, row: Row) -> bool:
        profile = self.profile
        if profile.closed:
            value = row[profile.closed[0]].lower()
            if (value and profile.closed[1] == ("*",)) or value in profile.closed[1]:
                return False
        return profile.open_only is None or row[profile.open_only[0]].lower() in profile.open_only[1]

    def _identifiers(self, row: Row) -> list[tuple[str, str]]:
        found = []
        for scheme, column, digits in self.profile.identifiers:
            value = re.sub(r"\s", "", row[column]).upper()
            if value and value != "0":
                found.append((scheme, value.zfill(digits)))
        return found

    def _service(self, row: Row, ref: str, organisation: str, name: str, description: str) -> dict[str, Any]:
        profile = self.profile
        reasons = dict.fromkeys(profile.fixed_themes, "profile")
        codes = self._codes(row)
        shared = tidy_name(self.text(row, "service_name"))
        if profile.theme_words or codes:
            words = (f"{name} {shared}", description) if profile.theme_words else ("", "")
            for theme, reason in suggest_themes(*words, codes):
                reasons.setdefault(theme, reason)
        audiences = [*profile.audiences]
        if profile.audience_words:
            audiences += [a for a in suggest_audiences(name, description) if a not in audiences]
        cost_text = "" if profile.cost.column is None else tidy_text(row[profile.cost.column], 300)
        cost = _rule(profile.cost, row)
        return {
            "source_ref": f"{ref}/service",
            "organisation_ref": organisation,
            "name": shared or name,
            "description": description,
            "themes": list(reasons),
            "theme_reasons": reasons,
            "audiences": audiences,
            "languages": list(profile.languages),
            "cost": cost,
            "cost_note": cost_text if cost != "unknown" else "",
            "step_free": None,
            "is_online": profile.is_online,
            "capacity": None,
            "referral": _rule(profile.referral, row),
            "confirmed_on": None,
        }

    def _codes(self, row: Row) -> list[str]:
        codes = []
        for column in self.profile.theme_codes:
            for value in row.get(column.column, "").split(column.separator):
                code = value.strip().rsplit("/", 1)[-1] if value.startswith("http") else value.strip()
                if code:
                    tag = f"{column.column}={code}" if column.scheme == "osm" else f"{column.prefix}{code}"
                    codes.append(f"{column.scheme}:{tag}")
        return codes

    def _with_times(self, row: Row, service_ref: str, description: str) -> str:
        """Add the weekly times that are plain; times and rules that are not stay as words of the description."""
        notes = [description] if description else []
        opening = self.text(row, "opening").strip()
        times = parse_opening_hours(opening) if opening else []
        if times is None and opening.lower() not in _NOT_SAID:
            notes.append(f"Open: {tidy_text(opening, 500)}")
        times = list(times or []) + self._times_by_day(row, notes)
        self.schedules += [_schedule(service_ref, time) for time in times]
        referral = row[self.profile.referral.column] if self.profile.referral.column else ""
        if referral.strip().lower() not in _NOT_SAID:
            notes.append(f"Who can come: {tidy_text(referral, 500)}")
        return "\n".join(notes)

    def _times_by_day(self, row: Row, notes: list[str]) -> list[WeeklyTime]:
        times: list[WeeklyTime] = []
        for day, column in self.profile.opening_by_day.items():
            text = row[column]
            found = parse_day_hours(text, day) if text else []
            if found is None:
                notes.append(f"{calendar.day_name[day - 1]}: {tidy_text(text, 100)}")
            times += found or []
        return times

    def _add_footprints(self, row: Row, organisation: str, service: dict[str, Any], place: str | None) -> None:
        profile = self.profile
        footprint: dict[str, Any] = dict.fromkeys(FOOTPRINT_COLUMNS)
        footprint |= {"organisation_ref": organisation, "service_ref": service["source_ref"]}
        if place is not None and profile.role != "none":
            footprint |= {"role": profile.role, "place_ref": place}
            if profile.role == "registered_at":
                footprint["service_ref"] = None
            self.footprints.append(footprint)
        elif place is None:
            says_nothing = profile.national_without_place and not any(self.places.key(row))
            words = f"{service['name']} {service['description']}"
            if says_nothing or has_words(words, profile.national_words):
                self.footprints.append(footprint | {"role": "national"})


def _columns(text: str) -> list[str]:
    return _PART.findall(text) or [text]


def _fill(text: str, row: Row) -> str:
    if "{" not in text:
        return row[text].strip()
    values = [row[column].strip() for column in _PART.findall(text)]
    if not all(values):
        return ""
    return _PART.sub(lambda match: row[match.group(1)].strip(), text)


def _rule(rule: TextRule, row: Row) -> str:
    if rule.column is None:
        return rule.default
    text = row[rule.column].lower()
    return next((value for value, words in rule.words if any(word in text for word in words)), rule.default)


def _schedule(service_ref: str, time: WeeklyTime) -> dict[str, Any]:
    return {
        "service_ref": service_ref,
        "weekday": time.weekday,
        "opens": time.opens,
        "closes": time.closes,
        "term_time_only": time.term_time_only,
    }


def _digest(*parts: str) -> str:
    text = "\x1f".join(" ".join(part.lower().split()) for part in parts)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
