"""Grants as 360Giving publishes them (JSON package, CSV, XLSX, ODS) -> GrantsFrame; grants to people are left out.

Only the fields named here are read: what else a file says, such as the names of applicants, never leaves it.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import pandas as pd

from geodata.encoding import decode
from geodata.files import first_bytes, is_zip, read_bytes
from geodata.frames import GRANT_COLUMNS, GrantsFrame
from geodata.postcodes import format_postcode, normalise_postcode
from geodata.problems import InputProblem, RowProblem
from geodata.readers.tables import FILE_LIMITS, Table, missing_column, read_table, squeeze
from geodata.readers.workbooks import list_sheets
from geodata.tidy import MAX_NAME, tidy_name, tidy_text

FIELDS = {  # where it stands in JSON: what a spreadsheet calls it
    "id": "Identifier",
    "title": "Title",
    "description": "Description",
    "currency": "Currency",
    "amountAwarded": "Amount Awarded",
    "awardDate": "Award Date",
    "plannedDates:startDate": "Planned Dates:Start Date",
    "plannedDates:endDate": "Planned Dates:End Date",
    "recipientOrganization:id": "Recipient Org:Identifier",
    "recipientOrganization:name": "Recipient Org:Name",
    "recipientOrganization:charityNumber": "Recipient Org:Charity Number",
    "recipientOrganization:companyNumber": "Recipient Org:Company Number",
    "recipientOrganization:postalCode": "Recipient Org:Postal Code",
    "beneficiaryLocation:name": "Beneficiary Location:Name",
    "beneficiaryLocation:geoCode": "Beneficiary Location:Geographic Code",
    "fundingOrganization:id": "Funding Org:Identifier",
    "fundingOrganization:name": "Funding Org:Name",
    "grantProgramme:title": "Grant Programme:Title",
}
NEEDED = ("id", "currency", "amountAwarded", "awardDate", "recipientOrganization:name", "fundingOrganization:name")
PERSON = "person"
"""A key of a row that is true where the grant is to a person."""
PEOPLE_IN_JSON = ("recipientIndividual", "toIndividualsDetails")
PEOPLE_IN_SHEETS = ("recipient ind:", "recipientindividual:", "to individuals details:", "toindividualsdetails:")

MOST_LISTED = 500
LONGEST_REF = 200
MOST_AMOUNT = Decimal(1_000_000_000_000)
PENNY = Decimal("0.01")
_AMOUNT = re.compile(r"[-+]?(?:\d{1,3}(?:,\d{3})+|\d{1,15})(?:\.\d{1,10})?")
_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ].{0,40})?")
_UK_DATE = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?: .{0,40})?")
_ORG_ID = re.compile(r"([A-Z]{2}-[A-Z0-9]{2,12})-(\S.{0,60})")
_HIDDEN = re.compile("[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")

Row = Mapping[str, Any]


def read_grants(path: Path | str) -> GrantsFrame:
    """Read a file of grants. Raises InputProblem; grants that were left out are in ``problems``, each with why."""
    path = Path(path)
    problems: list[RowProblem] = []
    if path.suffix.lower() == ".json":
        package = _read_package(path)
        rows, about = list(_rows_of_package(package["grants"])), _about(package)
    else:
        table = _read_sheet(path)
        problems += table.problems
        rows, about = list(_rows_of_table(table)), {}
    reader = _Reader(path.name, problems)
    for number, row in rows:
        reader.add(number, row)
    skipped_before = sum(problem.skipped for problem in problems[: reader.first_own])
    return GrantsFrame(
        pd.DataFrame(reader.grants, columns=list(GRANT_COLUMNS), dtype=object),
        read=len(rows) + skipped_before,
        about=about,
        problems=problems,
    )


def _read_package(path: Path) -> dict[str, Any]:
    text = decode(read_bytes(path, FILE_LIMITS.max_bytes)).text
    try:
        package = json.loads(text, parse_float=Decimal, parse_constant=str)
    except (ValueError, RecursionError, InvalidOperation) as error:
        raise InputProblem(path.name, f"The file is not sound JSON ({error}).", "Download it again.") from error
    if not isinstance(package, dict) or not isinstance(package.get("grants"), list):
        raise InputProblem(
            path.name, "The file is not a 360Giving package: it has no list “grants”.",
            "Load the file that the funder publishes for 360Giving, as JSON, CSV or XLSX.",
        )  # fmt: skip
    return package


def _about(package: dict[str, Any]) -> dict[str, str]:
    """What a package says of itself; publishers often leave this out."""
    publisher = package.get("publisher")
    said = {
        "title": package.get("title"),
        "publisher": publisher.get("name") if isinstance(publisher, dict) else None,
        "licence": package.get("license"),
        "published_on": package.get("modified") or package.get("issued"),
    }
    return {name: tidy_text(value, MAX_NAME) for name, value in said.items() if isinstance(value, str) and value}


def _rows_of_package(grants: list[Any]) -> Iterator[tuple[int, Row]]:
    """Each grant by its place in the list, from 1, with the fields of FIELDS."""
    for number, grant in enumerate(grants, start=1):
        if not isinstance(grant, dict):
            yield number, {}
            continue
        row: dict[str, Any] = {name: _dig(grant, name) for name in FIELDS}
        locations = grant.get("beneficiaryLocation")
        listed = locations if isinstance(locations, list) else [locations]
        row["beneficiaryLocation:geoCode"] = [_dig(one, "geoCode") for one in listed if isinstance(one, dict)]
        row[PERSON] = any(grant.get(name) for name in PEOPLE_IN_JSON)
        yield number, row


def _dig(grant: Any, path: str) -> Any:
    """The value at ``path``, in the first of each list; None for what holds no single value."""
    for name in path.split(":"):
        grant = next(iter(grant), None) if isinstance(grant, list) else grant
        grant = grant.get(name) if isinstance(grant, dict) else None
    return None if isinstance(grant, (dict, list, bool)) else grant


def _read_sheet(path: Path) -> Table:
    """The table of grants; of a workbook with several sheets the one that has grants in it."""
    if path.suffix.lower() not in (".xlsx", ".ods") or not is_zip(first_bytes(path)):
        return _checked(read_table(path))
    names = list_sheets(path, FILE_LIMITS.max_bytes)
    names.sort(key=lambda name: squeeze(name) != "grants")
    refusal = None
    for name in names:
        try:
            return _checked(read_table(path, sheet=name))
        except InputProblem as problem:
            refusal = refusal or problem
    raise refusal or InputProblem(path.name, "No sheet has any rows.", "Export it again with its rows.")


def _checked(table: Table) -> Table:
    there = {_field_of(column)[0] for column in table.frame.columns}
    for name in NEEDED:
        is_to_people = name.startswith("recipient") and any(map(_is_about_a_person, table.frame.columns))
        if name not in there and not is_to_people:
            raise missing_column(table.file, FIELDS[name], list(table.frame.columns))
    return table


def _is_about_a_person(column: str) -> bool:
    return squeeze(column).replace("/", ":").startswith(PEOPLE_IN_SHEETS)


_FIELD_OF = {squeeze(word): name for name, title in FIELDS.items() for word in (name, title)}


def _field_of(column: str) -> tuple[str, bool]:
    """The field that a column holds ("" for one we do not read), and whether it is of the first of a list."""
    parts = [squeeze(part) for part in re.split("[:/]", column)]
    numbers = [part for part in parts if part.isdecimal()]
    name = _FIELD_OF.get(":".join(part for part in parts if not part.isdecimal()), "")
    return name, all(number == "0" for number in numbers)


def _rows_of_table(table: Table) -> Iterator[tuple[int, Row]]:
    columns = [(column, *_field_of(column)) for column in table.frame.columns]
    people = [column for column in table.frame.columns if _is_about_a_person(column)]
    for number, values in zip(table.rows.tolist(), table.frame.to_dict("records"), strict=True):
        row: dict[str, Any] = {name: values[column] for column, name, is_first in columns if name and is_first}
        row["beneficiaryLocation:geoCode"] = [
            values[column] for column, name, _ in columns if name == "beneficiaryLocation:geoCode"
        ]
        row[PERSON] = any(values[column] for column in people)
        yield number, row


class _Reader:
    """Collects grants; one ``add`` per grant of the file."""

    def __init__(self, file: str, problems: list[RowProblem]) -> None:
        self.file, self.problems = file, problems
        self.first_own = len(problems)
        self.grants: list[dict[str, Any]] = []
        self.number = 0
        self.listed = 0
        self.said_day_first = False

    def add(self, number: int, row: Row) -> None:
        """Keep a grant, or say why not."""
        self.number = number
        fault = _fault(row)
        if fault is not None:
            self.say(*fault, skipped=True)
            return
        codes, is_one_place = _one_place(row["beneficiaryLocation:geoCode"])
        if not is_one_place:
            self.say(
                "beneficiaryLocation:geoCode", "It is for several places of one kind.",
                "It is kept, but counts for no single place.",
            )  # fmt: skip
        self._say_day_first(row)
        postcode = normalise_postcode(_plain(row.get("recipientOrganization:postalCode")))
        self.grants.append(
            {
                "row": number,
                "grant_ref": _plain(row["id"]),
                "title": tidy_text(_plain(row.get("title")), 300),
                "description": tidy_text(_plain(row.get("description")), 2000),
                "programme": tidy_text(_plain(row.get("grantProgramme:title")), MAX_NAME),
                "currency": _plain(row["currency"]).upper(),
                "amount": parse_amount(row["amountAwarded"]),
                "awarded_on": parse_day(row["awardDate"]),
                "planned_from": parse_day(row.get("plannedDates:startDate")),
                "planned_to": parse_day(row.get("plannedDates:endDate")),
                "funder_name": tidy_name(_plain(row["fundingOrganization:name"]))[:MAX_NAME],
                "funder_ref": _plain(row.get("fundingOrganization:id"))[:LONGEST_REF],
                "recipient_name": tidy_name(_plain(row["recipientOrganization:name"]))[:MAX_NAME],
                "recipient_ref": _plain(row.get("recipientOrganization:id"))[:LONGEST_REF],
                "recipient_identifiers": list(_identifiers(row)),
                "recipient_postcode": format_postcode(postcode) if postcode else None,
                "beneficiary_codes": codes,
                "beneficiary_name": tidy_text(_plain(row.get("beneficiaryLocation:name")), MAX_NAME),
            }
        )

    def _say_day_first(self, row: Row) -> None:
        if not self.said_day_first and _UK_DATE.fullmatch(_plain(row["awardDate"])):
            self.said_day_first = True
            self.say("awardDate", "Days such as 03/04/2014 were read as 3 April.", "Write them as 2014-04-03.")

    def say(self, field: str, problem: str, fix: str, skipped: bool = False) -> None:
        self.listed += 1
        if self.listed <= MOST_LISTED:
            column = FIELDS.get(field)
            self.problems.append(RowProblem(self.file, self.number, column, problem, fix, skipped))


def _fault(row: Row) -> tuple[str, str, str] | None:
    """Why a grant cannot be kept, as (field, problem, fix); None when it can."""
    return next(((field, problem, fix) for is_sound, field, problem, fix in _CHECKS if not is_sound(row)), None)


def parse_amount(value: Any) -> Decimal | None:
    """An amount of money to the penny: 2266, Decimal("3028.63"), "£1,234.50"; None for what is not plainly one."""
    if isinstance(value, bool) or not isinstance(value, (int, Decimal, str)):
        return None
    if isinstance(value, str):
        bare = value.strip().replace("\u2212", "-").removeprefix("£").strip()
        if not _AMOUNT.fullmatch(bare):
            return None
        value = Decimal(bare.replace(",", ""))
    amount = Decimal(value)
    if not amount.is_finite() or abs(amount) >= MOST_AMOUNT:
        return None
    return amount.quantize(PENNY)


def parse_day(value: Any) -> dt.date | None:
    """A day: 2014-07-24 with or without a time, or 24/07/2014 as British files have it; None for anything else."""
    text = _plain(value)
    iso, uk = _ISO_DATE.fullmatch(text), _UK_DATE.fullmatch(text)
    if iso:
        year, month, day = (int(part) for part in iso.groups())
    elif uk:
        day, month, year = (int(part) for part in uk.groups())
    else:
        return None
    try:
        return dt.date(year, month, day) if 1900 <= year <= 2100 else None
    except ValueError:
        return None


def _plain(value: Any) -> str:
    """A value as text in one line, without hidden marks or what no encoding could read."""
    if value is None:
        return ""
    text = str(value).encode("utf-8", "ignore").decode("utf-8")
    return " ".join(_HIDDEN.sub(" ", text).split())


def _one_place(given: list[Any]) -> tuple[list[str], bool]:
    """The codes of the place it is for; none, and False, when two are of one kind, such as two districts."""
    codes = list(dict.fromkeys(code for value in given if (code := _plain(value)[:40])))
    kinds = [code[:3] for code in codes]
    return (codes, True) if len(set(kinds)) == len(kinds) else ([], False)


def _identifiers(row: Row) -> Iterator[str]:
    """Register numbers of the recipient as "GB-CHC 1146179", the one it is known by first, each once."""
    found = []
    known_by = _ORG_ID.fullmatch(_plain(row.get("recipientOrganization:id")).upper())
    if known_by:
        found.append((known_by.group(1), known_by.group(2)))
    charity = re.sub(r"[^A-Z0-9]", "", _plain(row.get("recipientOrganization:charityNumber")).upper())
    scheme = "GB-SC" if charity.startswith("SC") else "GB-NIC" if charity.startswith("NI") else "GB-CHC"
    found.append((scheme, charity.removeprefix("NIC").removeprefix("NI")))
    company = re.sub(r"[^A-Z0-9]", "", _plain(row.get("recipientOrganization:companyNumber")).upper())
    found.append(("GB-COH", company))
    for scheme, number in dict.fromkeys((scheme, _tidy_number(scheme, number)) for scheme, number in found):
        if number:
            yield f"{scheme} {number}"


def _tidy_number(scheme: str, number: str) -> str:
    """A register number as the register writes it; "" for what cannot be one."""
    bare = number.replace(" ", "")
    if scheme == "GB-CHC":
        return bare.lstrip("0") if re.fullmatch(r"0*\d{5,7}(?:-\d+)?", bare) else ""
    if scheme == "GB-COH":
        return bare.zfill(8) if re.fullmatch(r"[A-Z]{0,2}\d{4,8}[A-Z]?", bare) and len(bare) <= 8 else ""
    if scheme == "GB-SC":
        return bare if re.fullmatch(r"SC\d{6}", bare) else ""
    return bare


def _has_ref(row: Row) -> bool:
    return 0 < len(_plain(row.get("id"))) <= LONGEST_REF


def _is_not_negative(row: Row) -> bool:
    amount = parse_amount(row.get("amountAwarded"))
    return amount is None or amount >= 0


_CHECKS: tuple[tuple[Callable[[Row], object], str, str, str], ...] = (
    (
        lambda row: not row.get(PERSON),
        "", "It is a grant to a person.", "Grants to people are never kept here.",
    ),
    (_has_ref, "id", "It has no identifier.", "Give each grant its own, such as 360G-example-0001."),
    (
        lambda row: tidy_name(_plain(row.get("recipientOrganization:name"))),
        "recipientOrganization:name", "It names no organisation that received it.", "Add the name.",
    ),
    (
        lambda row: tidy_name(_plain(row.get("fundingOrganization:name"))),
        "fundingOrganization:name", "It names no funder.", "Add the name.",
    ),
    (
        lambda row: re.fullmatch(r"[A-Za-z]{3}", _plain(row.get("currency"))),
        "currency", "The currency is not one.", "Write three letters, such as GBP.",
    ),
    (
        lambda row: parse_amount(row.get("amountAwarded")) is not None,
        "amountAwarded", "The amount is not a number.", "Write digits only, such as 2266.50.",
    ),
    (
        _is_not_negative,
        "amountAwarded", "The amount is below nothing: it was probably taken back.", "Leave it out.",
    ),
    (
        lambda row: parse_day(row.get("awardDate")),
        "awardDate", "The day it was awarded is not one.", "Write it as 2019-03-31.",
    ),
)  # fmt: skip
"""What a grant must have; the first that fails is said."""
