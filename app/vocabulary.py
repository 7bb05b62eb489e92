"""The words of the product as enums: one place for every value that a column, a form or a screen may hold."""

from __future__ import annotations

from enum import StrEnum


class OrganisationKind(StrEnum):
    COMMUNITY_GROUP = "community_group"
    CHARITY = "charity"
    SOCIAL_ENTERPRISE = "social_enterprise"
    COOPERATIVE = "cooperative"
    CLUB = "club"
    FAITH_GROUP = "faith_group"
    PUBLIC_BODY = "public_body"
    BUSINESS = "business"
    ONE_PERSON = "one_person"
    NETWORK = "network"
    UNKNOWN = "unknown"


class Stage(StrEnum):
    IDEA = "idea"
    STARTING = "starting"
    ESTABLISHED = "established"
    SUSTAINED = "sustained"
    CLOSED = "closed"
    UNKNOWN = "unknown"


class ReviewStatus(StrEnum):
    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    HIDDEN = "hidden"


class LocationPrivacy(StrEnum):
    """How much of a place the public may see; only ``exact`` and ``rough`` ever have a public point."""

    EXACT = "exact"
    ROUGH = "rough"
    AREA = "area"
    HIDDEN = "hidden"


class FootprintRole(StrEnum):
    MEETS_AT = "meets_at"
    SERVES = "serves"
    REGISTERED_AT = "registered_at"
    NATIONAL = "national"


class Cost(StrEnum):
    FREE = "free"
    DONATION = "donation"
    PAID = "paid"
    UNKNOWN = "unknown"


class Referral(StrEnum):
    NOT_NEEDED = "not_needed"
    NEEDED = "needed"
    UNKNOWN = "unknown"


class Room(StrEnum):
    """Is there room for somebody new?"""

    OPEN = "open"
    WAITING_LIST = "waiting_list"
    FULL = "full"
    UNKNOWN = "unknown"


class NeedStatus(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"


class AreaLayerKind(StrEnum):
    STATISTICAL = "statistical"
    ELECTORAL = "electoral"
    COUNCIL = "council"
    GRID = "grid"
    HEXAGON = "hexagon"
    DRAWN = "drawn"


class IndicatorRole(StrEnum):
    """What the sums may use an indicator for; ``other`` is shown and never summed."""

    POPULATION = "population"
    DEPRIVATION = "deprivation"
    OTHER = "other"


class IndicatorDirection(StrEnum):
    """Which way means more need; ``rank_low`` is a rank where 1 is the greatest need."""

    HIGHER = "higher"
    LOWER = "lower"
    RANK_LOW = "rank_low"
    NEUTRAL = "neutral"


class SurveyKind(StrEnum):
    PUBLISHED_LIST = "published_list"
    WALK_ROUND = "walk_round"


class GapState(StrEnum):
    """The four things a map may say of an area; unknown is never drawn as none."""

    SCORE = "score"
    CHECKED_NONE = "checked_none"
    UNCLEAR = "unclear"
    NOT_ENOUGH_DATA = "not_enough_data"


class GapBand(StrEnum):
    """Five classes of shortfall, by how far below the fair share an area is."""

    FAIR_SHARE = "fair_share"
    A_LITTLE_SHORT = "a_little_short"
    SHORT = "short"
    VERY_SHORT = "very_short"
    NEARLY_ALL_SHORT = "nearly_all_short"


BAND_BREAKS = (0.05, 0.25, 0.5, 0.75)
"""Shortfall at which the next band starts: under 5 % counts as a fair share."""


class GapRunState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class SureLevel(StrEnum):
    SURE = "sure"
    FAIRLY_SURE = "fairly_sure"
    NOT_SURE = "not_sure"


class Role(StrEnum):
    """What an account may do; a resident needs none."""

    MODERATOR = "moderator"
    OFFICER = "officer"
    CONVENER = "convener"
    ADMIN = "admin"


class RecordKind(StrEnum):
    """What a submission, a revision or an audit entry is about."""

    ORGANISATION = "organisation"
    NEED = "need"
    OFFER = "offer"


class SubmissionKind(StrEnum):
    NEW_GROUP = "new_group"
    CHANGED_GROUP = "changed_group"
    CLAIM = "claim"
    CORRECTION = "correction"
    NEW_NEED = "new_need"
    CHALLENGE = "challenge"
    NEW_OFFER = "new_offer"


class SubmissionState(StrEnum):
    """``asked``: the moderator asked the sender something and waits."""

    WAITING = "waiting"
    ASKED = "asked"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class SubmissionFlag(StrEnum):
    """What a moderator should look at first, in the order it is shown."""

    MAYBE_REFUGE = "maybe_refuge"
    LOOKS_KNOWN = "looks_known"
    OUTSIDE_AREA = "outside_area"
    WHOLE_COUNTY = "whole_county"
    PHONE_IN_TEXT = "phone_in_text"
    EMAIL_IN_TEXT = "email_in_text"
    POSTCODE_IN_TEXT = "postcode_in_text"
    LINK_IN_TEXT = "link_in_text"
    TOO_FAST = "too_fast"
    MANY_FROM_ONE = "many_from_one"


class DraftKind(StrEnum):
    GROUP = "group"
    NEED = "need"
    OFFER = "offer"


class ContactPurpose(StrEnum):
    """What an address was given to us for, and the only thing it is used for."""

    SENDER = "sender"
    GROUP = "group"
    NEED_FOLLOWER = "need_follower"
    AREA_FOLLOWER = "area_follower"
    PLEDGE = "pledge"
    MEMBER = "member"
    OFFER = "offer"


class LinkPurpose(StrEnum):
    RESUME_DRAFT = "resume_draft"
    CONFIRM_EMAIL = "confirm_email"
    EDIT_GROUP = "edit_group"
    STILL_RIGHT = "still_right"
    FOLLOW_NEED = "follow_need"
    FOLLOW_AREA = "follow_area"
    INTRODUCTION = "introduction"
    SIGN_IN = "sign_in"
    INVITATION = "invitation"
    DELETE_ME = "delete_me"
    ANSWER = "answer"
    MEMBER = "member"
    HUB_LETTERS = "hub_letters"
    OFFER = "offer"


class LeftOut(StrEnum):
    """Why a group that matches gets no copy of a hub's letter: the first of these that is so."""

    NO_ADDRESS = "no_address"
    STOPPED = "stopped"
    NOT_AGREED = "not_agreed"
    NOT_CONFIRMED = "not_confirmed"
    LATELY = "lately"
    SHARED = "shared"


class ReminderAnswer(StrEnum):
    STILL_RIGHT = "still_right"
    CHANGED = "changed"
    CLOSED = "closed"


class MailState(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    HELD_BACK = "held_back"


class PledgeRole(StrEnum):
    """What somebody would do about a need: start a group, host it, or help with it."""

    START = "start"
    HOST = "host"
    HELP = "help"


class OfferDirection(StrEnum):
    """Does somebody give it, or look for it?"""

    OFFER = "offer"
    ASK = "ask"


class IntroductionOutcome(StrEnum):
    """What came of an introduction, in the words of one of those who were introduced."""

    HELPED = "helped"
    GOING_ON = "going_on"
    CAME_TO_NOTHING = "came_to_nothing"
    NEVER_MET = "never_met"


class AskKind(StrEnum):
    """What would help a group, and what somebody may offer."""

    SPACE = "space"
    VOLUNTEERS = "volunteers"
    FUNDING = "funding"
    EQUIPMENT = "equipment"
    SKILL = "skill"
    MENTORING = "mentoring"
    TRANSPORT = "transport"


class VisitOutcome(StrEnum):
    """What came of knocking on a door; ``looked`` is a whole area that was looked at from end to end."""

    MET = "met"
    CLOSED = "closed"
    CALL_BACK = "call_back"
    WANTS_TO_START = "wants_to_start"
    NOBODY_THERE = "nobody_there"
    LOOKED = "looked"


class GrantMatch(StrEnum):
    """How the organisation that received a grant was found on this map."""

    REGISTER_NUMBER = "register_number"
    NAME_AND_POSTCODE = "name_and_postcode"


class WishKind(StrEnum):
    """How we learned of it: nothing was near, or a search found nothing."""

    NOTHING_NEAR = "nothing_near"
    SEARCH_MISS = "search_miss"


class EvidenceKind(StrEnum):
    """A pack has a page and files and was asked for; a snapshot is kept to be compared with later."""

    PACK = "pack"
    SNAPSHOT = "snapshot"


class EvidenceState(StrEnum):
    """How far the making of evidence has come; each word is a step that is under way."""

    WAITING = "waiting"
    COUNTING = "counting"
    DRAWING = "drawing"
    WRITING = "writing"
    READY = "ready"
    FAILED = "failed"


AUDIENCES = (
    "anyone",
    "babies_and_toddlers",
    "children",
    "young_people",
    "families",
    "men",
    "women",
    "older_people",
    "disabled_people",
    "carers",
    "new_arrivals",
    "lgbt_people",
    "veterans",
    "faith_community",
)
