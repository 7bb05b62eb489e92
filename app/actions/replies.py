"""What a sender does with a moderator's question: answers it, or takes back what she sent."""

from __future__ import annotations

from dataclasses import dataclass

from app.actions.links import find_link, use_link
from app.actions.submissions import MOST_NOTE_LETTERS, get_submission, tidy_reason, withdraw
from app.errors import LinkOverError, NotFoundError
from app.models import Submission
from app.queries import Session, audit
from app.queries import submissions as queries
from app.vocabulary import LinkPurpose, SubmissionState


@dataclass(frozen=True)
class Question:
    """``name`` of what was sent, in the sender's words; ``words`` of the moderator, empty once answered."""

    name: str
    words: str
    is_open: bool


def find_question(session: Session, token: str) -> Question:
    """What a mailed link asks. Raises NotFoundError, LinkOverError."""
    submission = _submission_of(session, token, is_used=False)
    document = submission.document
    name = str(document.get("name") or document.get("statement") or document.get("words") or "")
    is_asked = submission.state == SubmissionState.ASKED
    is_open = is_asked or submission.state == SubmissionState.WAITING
    return Question(name, submission.reason if is_asked else "", is_open)


def reply(session: Session, token: str, typed: str) -> None:
    """Add the answer to what the moderator reads, and let it wait again. Raises BadQuestionError."""
    words = tidy_reason(typed, "Write your answer.")
    submission = _open_submission(session, token)
    note = "\n\n".join(
        filter(None, [submission.note, f"{submission.reason}\n→ {words}" if submission.reason else words])
    )
    queries.set_state(
        session, submission, SubmissionState.WAITING, reason="", note=note[-2 * MOST_NOTE_LETTERS :],
        decided_by_id=None,
    )  # fmt: skip
    audit.add_entry(session, "answered", submission.record_kind, submission.record_id, submission_id=submission.id)


def take_back(session: Session, token: str) -> None:
    withdraw(session, _open_submission(session, token).id)


def _open_submission(session: Session, token: str) -> Submission:
    submission = _submission_of(session, token, is_used=True)
    if submission.state not in (SubmissionState.ASKED, SubmissionState.WAITING):
        raise LinkOverError("This has been decided already.", "If something is wrong, tell us on its page.")
    return submission


def _submission_of(session: Session, token: str, *, is_used: bool) -> Submission:
    link = (use_link if is_used else find_link)(session, LinkPurpose.ANSWER, token)
    if link.record_id is None:
        raise NotFoundError("This link leads to nothing.")
    return get_submission(session, link.record_id)
