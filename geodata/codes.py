"""Area codes of the national statistics offices: which kind of area, and of which year, a set of codes is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from geodata.problems import InputProblem, RowProblem

FAMILIES = {
    "E01": "LSOA (England)",
    "W01": "LSOA (Wales)",
    "S01": "data zone (Scotland)",
    "E02": "MSOA (England)",
    "W02": "MSOA (Wales)",
    "S02": "intermediate zone (Scotland)",
    "E00": "output area (England)",
    "W00": "output area (Wales)",
    "S00": "output area (Scotland)",
    "E05": "ward (England)",
    "W05": "ward (Wales)",
    "S13": "ward (Scotland)",
    "N08": "ward (Northern Ireland)",
    "E06": "unitary council (England)",
    "E07": "district council (England)",
    "E08": "metropolitan district (England)",
    "E09": "London borough",
    "E10": "county council (England)",
    "W06": "council (Wales)",
    "S12": "council (Scotland)",
    "N09": "council (Northern Ireland)",
    "E12": "region (England)",
}
_CODE = re.compile(r"[ENSWKJ]\d{8}")
_LAST_2001 = {"E01": 32482, "W01": 1896}  # ids above these were new in 2011 …
_LAST_2011 = {"E01": 33768, "W01": 1958}  # … and above these new in 2021


def detect_vintage(codes: Iterable[str]) -> str:
    """Name the kind of area and, for LSOAs, the year: "LSOA 2021 (England)"; "" when the codes are of no one kind.

    A code is never reused: areas that were split or merged got new numbers, so LSOA numbers above E01033768
    exist only since 2021. A small set without any of those may be of either year: "LSOA 2011 or 2021 (England)".
    """
    known = [code for code in codes if _CODE.fullmatch(code)]
    if not known:
        return ""
    families = Counter(code[:3] for code in known)
    names = {FAMILIES.get(family, "") for family in families}
    stems = {name.split(" (")[0] for name in names}
    if len(stems) != 1 or "" in stems:
        return ""
    name = next(iter(sorted(names))) if len(names) == 1 else f"{next(iter(stems))} (England and Wales)"
    if not name.startswith("LSOA"):
        return name
    return name.replace("LSOA", f"LSOA {_lsoa_year(known)}", 1)


def _lsoa_year(codes: list[str]) -> str:
    newest = {family: max((int(c[3:]) for c in codes if c[:3] == family), default=0) for family in _LAST_2011}
    if any(newest[family] > last for family, last in _LAST_2011.items()):
        return "2021"
    if len(codes) > 1_000:  # in so many, some 2021 code would be seen
        newer = any(newest[family] > last for family, last in _LAST_2001.items())
        return "2011" if newer else "2001 or 2011"
    return "2011 or 2021"


def check_vintage(
    file: str, codes_in_file: Iterable[str], codes_in_layer: Iterable[str], *, layer: str = "this layer"
) -> list[RowProblem]:
    """Compare the codes of a file with those of a layer, and say it when some areas of the layer get no value.

    Returns [] when every area of the layer is in the file. Raises InputProblem when none is.
    """
    ours, theirs = set(codes_in_layer), set(codes_in_file)
    matched = len(ours & theirs)
    if ours and matched == len(ours):
        return []
    looks = detect_vintage(theirs)
    mine = detect_vintage(ours) or "no known kind"
    told = f" The file’s codes look like {looks}; the layer’s like {mine}." if looks else ""
    if not matched:
        raise InputProblem(
            file,
            f"None of the {len(ours):,} areas of {layer} is in the file.{told}",
            "Load the layer that the file belongs to, or choose another column for the code.",
        )
    return [
        RowProblem(
            file,
            None,
            None,
            f"{matched:,} of {len(ours):,} areas of {layer} are in the file; "
            f"{len(ours) - matched:,} get no value.{told}",
            "Areas change their codes when they are redrawn: load the layer of the same year as the file, "
            "or a newer edition of the file.",
            skipped=False,
        )
    ]
