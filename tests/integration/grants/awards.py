"""Grants for tests: one row with every field, and how to load a few."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pandas as pd
from sqlalchemy.orm import Session

from app.actions.load_grants import load_grants
from app.actions.loading import LoadReport, SourceCard
from geodata.frames import GRANT_COLUMNS, GrantsFrame

GRANT = {
    "row": 2, "title": "", "description": "", "programme": "", "currency": "GBP", "amount": Decimal(1000),
    "awarded_on": dt.date(2026, 3, 31), "planned_from": None, "planned_to": None, "funder_name": "Town Council",
    "funder_ref": "GB-LAE-TWN", "recipient_name": "Unknown Club", "recipient_ref": "", "recipient_identifiers": [],
    "recipient_postcode": None, "beneficiary_codes": [], "beneficiary_name": "",
}  # fmt: skip


def award(ref: str, **fields: Any) -> dict[str, Any]:
    return {**GRANT, "grant_ref": f"360G-{ref}", **fields}


def load(session: Session, *grants: dict[str, Any], key: str = "town-grants", **card: Any) -> LoadReport:
    frame = GrantsFrame(pd.DataFrame(list(grants), columns=list(GRANT_COLUMNS), dtype=object), read=len(grants))
    source = SourceCard(key, f"Title of {key}", **{"publisher": "Town Council", "licence": "OGL v3.0", **card})
    report = load_grants(session, frame, source, file="grants.json")
    session.commit()
    return report
