"""Where a hub means to go, the places it chose, and what came of each visit."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from geoalchemy2 import WKBElement
from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, SmallInteger, Text, func, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, enum_of, point
from app.vocabulary import GapRunState, VisitOutcome


class Plan(Base):
    __tablename__ = "plan"
    __table_args__ = (CheckConstraint("starts_on <= ends_on", name="days_in_order"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("gen_random_uuid()"))
    title: Mapped[str] = mapped_column(Text)
    hub_id: Mapped[UUID | None] = mapped_column(ForeignKey("hub.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL"), index=True, comment="Who made it"
    )
    question: Mapped[dict[str, Any]] = mapped_column(JSONB, comment="As its address asks it")
    answer: Mapped[dict[str, Any]] = mapped_column(JSONB, comment="The numbers of the day it was made")
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    is_shared: Mapped[bool] = mapped_column(server_default="false", comment="Whoever has its address may read it")
    made_at_utc: Mapped[datetime] = mapped_column(server_default=func.now())
    kept: Mapped[dict[str, Any]] = mapped_column(
        JSONB,
        server_default="{}",
        comment="By theme: checksum of each evidence_part that the numbers of its day rest on, by name",
    )


class PlanRun(Base):
    """A plan's question worked out in full; right as long as the data version is the one it was asked of."""

    __tablename__ = "plan_run"
    __table_args__ = (
        CheckConstraint("(state = 'done') = (result IS NOT NULL)", name="result_when_done"),
        Index("ix_plan_run_question_key", "question_key", "data_version"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    question: Mapped[dict[str, Any]] = mapped_column(
        JSONB, comment="Every part of the question by its name, and the hubs of who asks"
    )
    question_key: Mapped[str] = mapped_column(
        Text, comment="The same for the same question and the same areas of other hubs"
    )
    data_version: Mapped[str] = mapped_column(Text, comment="Of the data when it was asked")
    state: Mapped[GapRunState] = mapped_column(enum_of(GapRunState))
    problem: Mapped[str] = mapped_column(Text, server_default="", comment="Why it failed, in words")
    account_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL"), index=True, comment="Who asked; never public"
    )
    asked_at_utc: Mapped[datetime] = mapped_column(server_default=func.now())
    begun_at_utc: Mapped[datetime | None]
    done_at_utc: Mapped[datetime | None]
    result: Mapped[dict[str, Any] | None] = mapped_column(
        JSONB(none_as_null=True), comment="Keys of the places, what they reach, and what no choice can exceed"
    )


class PlanStop(Base):
    """One chosen place; what was so within its reach on the day the plan was made."""

    __tablename__ = "plan_stop"
    __table_args__ = (
        CheckConstraint("position > 0", name="position_positive"),
        Index("uq_plan_stop_plan_id_position", "plan_id", "position", unique=True),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("gen_random_uuid()"))
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(SmallInteger)
    key: Mapped[str] = mapped_column(Text, comment="The candidate it was: a place, layer:area, or point:number")
    name: Mapped[str] = mapped_column(Text)
    area_name: Mapped[str] = mapped_column(Text, server_default="")
    geom: Mapped[WKBElement] = mapped_column(point(), comment="A public place, or the middle of an area")
    planned_on: Mapped[date | None]
    before: Mapped[dict[str, Any]] = mapped_column(
        JSONB, comment="need, people, known, nothing within reach, on the day of the plan"
    )


class Visit(Base):
    """Somebody went: what they met, found or heard. Read by the hub, by officers and by administrators only."""

    __tablename__ = "visit"

    id: Mapped[UUID] = mapped_column(primary_key=True, comment="Made by the phone, so that sending twice is once")
    plan_stop_id: Mapped[UUID] = mapped_column(ForeignKey("plan_stop.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"), index=True)
    visited_on: Mapped[date]
    outcome: Mapped[VisitOutcome] = mapped_column(enum_of(VisitOutcome))
    group_name: Mapped[str] = mapped_column(Text, server_default="", comment="Whom it is about; empty: nobody")
    organisation_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("organisation.id", ondelete="SET NULL"),
        index=True,
        comment="The listed group that was met",
    )
    submission_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("submission.id", ondelete="SET NULL"), index=True, comment="The group that was sent in"
    )
    area_id: Mapped[int | None] = mapped_column(
        ForeignKey("area.id", ondelete="SET NULL"), index=True, comment="What was looked at from end to end"
    )
    theme_keys: Mapped[list[str]] = mapped_column(
        ARRAY(Text), server_default="{}", comment="What was looked for there"
    )
    before: Mapped[dict[str, Any] | None] = mapped_column(
        JSONB, comment="Days of the listing before it was confirmed, to take that back"
    )
    contact_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("contact.id", ondelete="SET NULL"), index=True, comment="Who wants to start something"
    )
    words: Mapped[str] = mapped_column(Text, server_default="", comment="Never public; forgotten after 24 months")
    made_at_utc: Mapped[datetime] = mapped_column(server_default=func.now())
