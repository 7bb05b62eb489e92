"""Marking the areas of an answer where somebody says there is something: disputed until a person has checked.

The marks are laid over the answer, which is remembered without them: a new message costs one small question and
no sum is made again.
"""

from __future__ import annotations

from dataclasses import replace
from hashlib import blake2s

from app.actions.gap_answers import AreaGap, GapAnswer
from app.queries import Session
from app.queries.challenges import DisputeRow, list_disputes

WORST = 10


def mark_answer(session: Session, answer: GapAnswer) -> GapAnswer:
    """The answer with its disputed rows marked; its order and its numbers stay as they are."""
    disputes = {row.area_id: row for row in list_disputes(session, answer.question.layer, answer.question.theme)}
    if not disputes:
        return answer
    rows = tuple(mark_row(row, disputes.get(row.area.area_id)) for row in answer.rows)
    marks = f"{answer.data_version} {sorted((d.area_id, d.message_count, d.since) for d in disputes.values())}"
    return replace(
        answer,
        rows=rows,
        sentence=answer.sentence + _worst_sentence(rows),
        data_version=blake2s(marks.encode(), digest_size=8).hexdigest(),
    )


def mark_row(row: AreaGap, dispute: DisputeRow | None) -> AreaGap:
    if dispute is None:
        return row
    since = f"{dispute.since.day} {dispute.since:%B %Y}"
    said = f"{row.sentence} Somebody says there is something here: being checked since {since}."
    return replace(row, disputed=dispute.message_count, disputed_since=dispute.since, sentence=said)


def _worst_sentence(rows: tuple[AreaGap, ...]) -> str:
    """How many of the worst are disputed; nothing when none is."""
    worst = [row for row in rows if row.rank and (row.people_without or 0) > 0][:WORST]
    disputed = sum(row.disputed > 0 for row in worst)
    if not disputed:
        return ""
    if len(worst) == 1:
        return " It is disputed: somebody says there is something there, and that is being checked."
    verb = "is" if disputed == 1 else "are"
    return (
        f" {disputed} of the {len(worst)} worst {verb} disputed: somebody says there is something there, and that "
        "is being checked."
    )
