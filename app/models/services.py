"""What organisations offer: services, their themes, their times, and where they happen or reach."""

from __future__ import annotations

from datetime import date, time
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    SmallInteger,
    Text,
    UniqueConstraint,
    literal_column,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, enum_of
from app.vocabulary import Cost, FootprintRole, Referral, ReviewStatus, Room


class Service(Base):
    __tablename__ = "service"
    __table_args__ = (
        UniqueConstraint("source_id", "source_ref"),
        CheckConstraint("capacity > 0", name="capacity_positive"),
        CheckConstraint("min_age BETWEEN 0 AND 120 AND max_age BETWEEN 0 AND 120", name="ages_in_range"),
        CheckConstraint("min_age <= max_age", name="ages_in_order"),
        Index("ix_service_by_name", text('lower("left"(name, 100))'), "id"),
        Index(
            "ix_service_words",
            literal_column("(name || ' '::text) || description").label("said"),
            postgresql_using="gin",
            postgresql_ops={"said": "gin_trgm_ops"},
        ),
        Index("ix_service_audiences", "audiences", postgresql_using="gin"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("gen_random_uuid()"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text, server_default="")
    audiences: Mapped[list[str]] = mapped_column(ARRAY(Text))
    languages: Mapped[list[str]] = mapped_column(ARRAY(Text))
    cost: Mapped[Cost] = mapped_column(enum_of(Cost))
    cost_note: Mapped[str] = mapped_column(Text, server_default="")
    referral: Mapped[Referral] = mapped_column(enum_of(Referral))
    step_free: Mapped[bool | None] = mapped_column(comment="Null: nobody has said")
    is_online: Mapped[bool]
    capacity: Mapped[int | None] = mapped_column(comment="People at one time; null: not known")
    room: Mapped[Room] = mapped_column(enum_of(Room), server_default="unknown")
    min_age: Mapped[int | None] = mapped_column(SmallInteger)
    max_age: Mapped[int | None] = mapped_column(SmallInteger)
    how_to_join: Mapped[str] = mapped_column(Text, server_default="")
    toilet: Mapped[bool | None] = mapped_column(comment="A toilet a wheelchair fits in; null: nobody has said")
    hearing_loop: Mapped[bool | None] = mapped_column(comment="Null: nobody has said")
    confirmed_on: Mapped[date | None]
    missing_since: Mapped[date | None] = mapped_column(comment="No longer in its source since this load")
    started_on: Mapped[date | None] = mapped_column(comment="Since when it is offered; null: nobody has said")
    review_status: Mapped[ReviewStatus] = mapped_column(enum_of(ReviewStatus))
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))
    source_ref: Mapped[str] = mapped_column(Text)


class ServiceTheme(Base):
    __tablename__ = "service_theme"

    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), primary_key=True)
    theme_key: Mapped[str] = mapped_column(ForeignKey("theme.key"), primary_key=True, index=True)
    reason: Mapped[str] = mapped_column(
        Text, server_default="", comment="Why it was placed here: keyword: foodbank"
    )


class Schedule(Base):
    __tablename__ = "schedule"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 1 AND 7", name="weekday"),
        CheckConstraint("week_of_month BETWEEN 1 AND 5", name="week_of_month"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), index=True)
    weekday: Mapped[int] = mapped_column(SmallInteger, comment="1 = Monday")
    opens: Mapped[time]
    closes: Mapped[time]
    term_time_only: Mapped[bool] = mapped_column(server_default="false")
    week_of_month: Mapped[int | None] = mapped_column(
        SmallInteger, comment="Only the first, second … such day of a month; 5 = the last; null: every week"
    )


class Footprint(Base):
    """One of the three separate facts: registered at, meets at, serves; or that it is national."""

    __tablename__ = "footprint"
    __table_args__ = (
        CheckConstraint("(role IN ('meets_at', 'registered_at')) = (place_id IS NOT NULL)", name="place_by_role"),
        CheckConstraint("(role = 'serves') = (area_id IS NOT NULL)", name="area_by_role"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), index=True)
    service_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("service.id", ondelete="CASCADE"), index=True, comment="Null: the organisation as a whole"
    )
    role: Mapped[FootprintRole] = mapped_column(enum_of(FootprintRole))
    place_id: Mapped[UUID | None] = mapped_column(ForeignKey("place.id", ondelete="CASCADE"), index=True)
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"), index=True)
    source_id: Mapped[int | None] = mapped_column(
        ForeignKey("source.id"), comment="Whose file says so; null: a person did"
    )
