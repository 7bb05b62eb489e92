"""What people choose and type about offers and asks: the list's filters, the form, and answers from letters."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask_babel import gettext as _

from app.actions.offer_documents import MOST_LETTERS
from app.actions.offer_owners import NewOffer
from app.actions.offers import OffersQuestion
from app.actions.pairs import MOST_LETTERS as REPLY_LETTERS
from app.actions.pairs import NewReply
from app.errors import BadQuestionError, NotFoundError
from app.forms.needs import read_email
from app.forms.typed import typed_choice, typed_line
from app.forms.values import Values, read_choice, read_text, read_whole_number
from app.vocabulary import AskKind, IntroductionOutcome, OfferDirection, Stage

FILE_FILTERS = ("direction", "kind", "theme")
FILTERS = (*FILE_FILTERS, "near", "page")
FIELDS = (
    "direction", "kind", "words", "near", "address", "is_exact", "theme", "stage", "ends_on", "name", "email",
)  # fmt: skip
REPLY_FIELDS = ("name", "email", "words")
STAGES = (Stage.IDEA, Stage.STARTING, Stage.ESTABLISHED, Stage.SUSTAINED)


def read_offers_question(values: Values) -> OffersQuestion:
    return OffersQuestion(
        direction=read_choice(values, "direction", ("", *(one.value for one in OfferDirection)), ""),
        kind=read_choice(values, "kind", ("", *(kind.value for kind in AskKind)), ""),
        theme=read_text(values, "theme"),
        near=read_text(values, "near"),
        page=read_whole_number(values, "page", 1, least=1, most=100_000) or 1,
    )


def read_offer(values: Values, organisation_id: UUID | None) -> NewOffer:
    """Raises BadQuestionError with the field."""
    direction = typed_choice(values, "direction", _("Offer or ask"), [one.value for one in OfferDirection])
    if not direction:
        raise BadQuestionError(
            _("Nothing is chosen yet."), _("Do you offer something, or look for something?"), field="direction"
        )
    kind = typed_choice(values, "kind", _("What"), [kind.value for kind in AskKind])
    if not kind:
        raise BadQuestionError(_("Nothing is chosen yet."), _("Choose what fits best."), field="kind")
    return NewOffer(
        direction=OfferDirection(direction),
        kind=AskKind(kind),
        words=typed_line(values, "words", _("In your words"), longest=MOST_LETTERS, required=True),
        near=typed_line(values, "near", _("Postcode or place"), required=True),
        address=typed_line(values, "address", _("Name and address of the space")),
        is_exact=bool(typed_choice(values, "is_exact", _("Show exactly where"), ("yes",))),
        theme=typed_line(values, "theme", _("About")),
        stage=Stage(typed_choice(values, "stage", _("How far along"), STAGES, Stage.UNKNOWN.value)),
        ends_on=read_day(values),
        name=typed_line(values, "name", _("First name"), longest=60, required=True),
        email=read_email(values, required=True),
        organisation_id=organisation_id,
    )


def read_day(values: Values) -> date | None:
    typed = typed_line(values, "ends_on", _("Until when"))
    if not typed:
        return None
    try:
        return date.fromisoformat(typed)
    except ValueError as problem:
        raise BadQuestionError(
            _("“%(typed)s” is not a day.", typed=typed[:40]), _("Write it like 2027-03-31."), field="ends_on"
        ) from problem


def read_group(values: Values) -> UUID | None:
    """The listed group in the address; None when there is none. Raises NotFoundError for what no id can be."""
    given = read_text(values, "organisation")
    try:
        return UUID(given) if given else None
    except ValueError as problem:
        raise NotFoundError(_("There is no such group."), _("Offer or ask without naming a group.")) from problem


def read_reply(values: Values) -> NewReply:
    return NewReply(
        name=typed_line(values, "name", _("Your first name"), longest=60, required=True),
        email=read_email(values, required=True),
        words=typed_line(values, "words", _("A few words"), longest=REPLY_LETTERS, required=True),
    )


def read_yes(values: Values) -> bool:
    answer = typed_choice(values, "answer", _("Your answer"), ("yes", "no"))
    if not answer:
        raise BadQuestionError(_("There is no answer yet."), _("Say yes or no."), field="answer")
    return answer == "yes"


def read_outcome(values: Values) -> IntroductionOutcome:
    outcome = typed_choice(
        values, "outcome", _("What came of it"), [outcome.value for outcome in IntroductionOutcome]
    )
    if not outcome:
        raise BadQuestionError(_("There is no answer yet."), _("Choose one of the four."), field="outcome")
    return IntroductionOutcome(outcome)
