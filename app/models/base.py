"""What every table shares: naming of constraints, enums kept as their words, geometry in WGS84."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from geoalchemy2 import Geometry
from sqlalchemy import DateTime, Enum, MetaData
from sqlalchemy.orm import DeclarativeBase

SRID = 4326
METRIC_SRID = 27700
"""British National Grid: where distances are summed in metres."""

ROUGH_CELL_M = 500
"""A rough location is the nearest corner of a 500 m grid: stable for one record, however often it is fetched."""


class Base(DeclarativeBase):
    type_annotation_map = {datetime: DateTime(timezone=True)}  # noqa: RUF012 - SQLAlchemy's own hook
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def enum_of(words: type[StrEnum]) -> Enum:
    """A text column that holds only the words of ``words``; a CHECK says so in the schema."""
    return Enum(
        words,
        native_enum=False,
        create_constraint=True,
        length=32,
        values_callable=lambda e: [w.value for w in e],
        name=words.__name__.lower(),
    )


def point() -> Geometry:
    return Geometry("POINT", srid=SRID, spatial_index=False)


def multipolygon() -> Geometry:
    return Geometry("MULTIPOLYGON", srid=SRID, spatial_index=False)
