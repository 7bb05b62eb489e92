"""What people say is missing."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from geoalchemy2 import WKBElement
from sqlalchemy import (
    CheckConstraint,
    Computed,
    ForeignKey,
    Identity,
    Index,
    SmallInteger,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, enum_of, multipolygon, point
from app.models.places import POINT_IN_RANGE, PUBLIC_POINT
from app.vocabulary import (
    AskKind,
    IntroductionOutcome,
    LocationPrivacy,
    NeedStatus,
    PledgeRole,
    ReviewStatus,
    WishKind,
)


class Need(Base):
    __tablename__ = "need"
    __table_args__ = (
        UniqueConstraint("source_id", "source_ref"),
        Index("ix_need_public_geom", "public_geom", postgresql_using="gist"),
        Index("ix_need_by_name", text('lower("left"(statement, 100))'), "id"),
        Index("ix_need_words", "statement", postgresql_using="gin", postgresql_ops={"statement": "gin_trgm_ops"}),
        Index("ix_need_audience", "audience"),
        CheckConstraint(POINT_IN_RANGE, name="geom_in_range"),
        CheckConstraint("support_count >= 0", name="support_not_negative"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("gen_random_uuid()"))
    theme_key: Mapped[str] = mapped_column(ForeignKey("theme.key"), index=True)
    statement: Mapped[str] = mapped_column(Text)
    audience: Mapped[str] = mapped_column(Text)
    geom: Mapped[WKBElement | None] = mapped_column(point(), comment="Never public; read public_geom")
    privacy: Mapped[LocationPrivacy] = mapped_column(enum_of(LocationPrivacy))
    public_geom: Mapped[WKBElement | None] = mapped_column(point(), Computed(PUBLIC_POINT, persisted=True))
    support_count: Mapped[int]
    status: Mapped[NeedStatus] = mapped_column(enum_of(NeedStatus))
    raised_on: Mapped[date]
    area_id: Mapped[int | None] = mapped_column(
        ForeignKey("area.id"), index=True, comment="The area it is about, where no point was given"
    )
    shape: Mapped[WKBElement | None] = mapped_column(multipolygon(), comment="Drawn by hand; public as it is")
    status_note: Mapped[str] = mapped_column(
        Text, server_default="", comment="What happened, for those who follow"
    )
    status_changed_at_utc: Mapped[datetime | None] = mapped_column(comment="Null: as it was first said")
    review_status: Mapped[ReviewStatus] = mapped_column(enum_of(ReviewStatus))
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))
    source_ref: Mapped[str] = mapped_column(Text)


class NeedSupport(Base):
    """Somebody who said "me too"; the key is a keyed hash, so that one person counts once and nobody is named."""

    __tablename__ = "need_support"

    need_id: Mapped[UUID] = mapped_column(ForeignKey("need.id", ondelete="CASCADE"), primary_key=True)
    supporter_key: Mapped[str] = mapped_column(Text, primary_key=True)
    made_at_utc: Mapped[datetime] = mapped_column(server_default=func.now())


class NeedFollower(Base):
    """Somebody who wants to hear what becomes of a need; told only once the address is confirmed."""

    __tablename__ = "need_follower"

    need_id: Mapped[UUID] = mapped_column(ForeignKey("need.id", ondelete="CASCADE"), primary_key=True)
    contact_id: Mapped[UUID] = mapped_column(
        ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    told_at_utc: Mapped[datetime] = mapped_column(
        server_default=func.now(), comment="Until when they know what became of it"
    )


class Pledge(Base):
    """I would start one, host one, or help with one."""

    __tablename__ = "pledge"
    __table_args__ = (UniqueConstraint("need_id", "contact_id", "role"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("gen_random_uuid()"))
    need_id: Mapped[UUID] = mapped_column(ForeignKey("need.id", ondelete="CASCADE"))
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"), index=True)
    role: Mapped[PledgeRole] = mapped_column(enum_of(PledgeRole))
    words: Mapped[str] = mapped_column(Text, server_default="")
    made_at_utc: Mapped[datetime] = mapped_column(server_default=func.now())
    withdrawn_at_utc: Mapped[datetime | None]


class Introduction(Base):
    """An offer to bring people together: neighbours about a need, or one who offers and one who asks.

    Names are shared among those who say yes, once two have.
    """

    __tablename__ = "introduction"

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("gen_random_uuid()"))
    need_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("need.id", ondelete="CASCADE"),
        index=True,
        comment="Neighbours who would do something about it; null: about an offer or an ask",
    )
    kind: Mapped[AskKind | None] = mapped_column(
        enum_of(AskKind), comment="Of what is offered; null: about a need"
    )
    offer_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("offer.id", ondelete="SET NULL"), index=True, comment="The offer, where it is on the list"
    )
    wanted_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("offer.id", ondelete="SET NULL"), index=True, comment="The ask, where it is on the list"
    )
    organisation_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("organisation.id", ondelete="SET NULL"), index=True, comment="The group that asks on its page"
    )
    offered: Mapped[str] = mapped_column(
        Text, server_default="", comment="What is offered, as it stood when they were asked"
    )
    wanted: Mapped[str] = mapped_column(
        Text, server_default="", comment="What is asked for, as it stood when they were asked"
    )
    geom: Mapped[WKBElement | None] = mapped_column(point(), comment="Where, as roughly as the public may know")
    made_at_utc: Mapped[datetime] = mapped_column(server_default=func.now())
    shared_at_utc: Mapped[datetime | None]


class IntroductionAnswer(Base):
    __tablename__ = "introduction_answer"

    introduction_id: Mapped[UUID] = mapped_column(
        ForeignKey("introduction.id", ondelete="CASCADE"), primary_key=True
    )
    contact_id: Mapped[UUID] = mapped_column(
        ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    says_yes: Mapped[bool | None] = mapped_column(comment="Null: no answer yet")
    answered_at_utc: Mapped[datetime | None]
    gives: Mapped[bool | None] = mapped_column(comment="True: offers; false: asks; null: neighbours about a need")
    asked_at_utc: Mapped[datetime | None] = mapped_column(comment="Null: is asked once the other has said yes")
    outcome: Mapped[IntroductionOutcome | None] = mapped_column(
        enum_of(IntroductionOutcome), comment="What came of it; null: not said"
    )
    outcome_at_utc: Mapped[datetime | None]
    outcome_asks: Mapped[int] = mapped_column(
        SmallInteger, server_default="0", comment="How often we asked what came of it"
    )
    outcome_asked_at_utc: Mapped[datetime | None]


class Wish(Base):
    """Somebody looked for something and found nothing: demand, coarsened to an area; holds nothing they typed."""

    __tablename__ = "wish"
    __table_args__ = (
        UniqueConstraint(
            "visitor_key", "kind", "theme_key", "area_id", "asked_on", postgresql_nulls_not_distinct=True
        ),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    kind: Mapped[WishKind] = mapped_column(enum_of(WishKind))
    theme_key: Mapped[str | None] = mapped_column(ForeignKey("theme.key"), index=True)
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id", ondelete="CASCADE"), index=True)
    audience: Mapped[str] = mapped_column(Text, server_default="")
    asked_on: Mapped[date] = mapped_column(server_default=func.current_date())
    visitor_key: Mapped[str] = mapped_column(
        Text, comment="Keyed hash with the day in it: one person counts once a day and is not known the next"
    )
