"""A letter as the sender will read it, before it goes."""

from __future__ import annotations

from app.actions.mail import letters

TEMPLATES = {"preview_ask": "asked", "preview_reject": "rejected"}


def preview_letter(verb: str, name: str, words: str) -> tuple[str, str]:
    """Subject and body of the letter about a question or a refusal; links are shown as dots."""
    written = letters().get_template(f"{TEMPLATES[verb]}.txt")
    text = written.render(name=name, question=words or "…", reason=words or "…", answer="…", delete_me="…")
    subject, _, body = text.partition("\n")
    return subject.strip(), body.strip()
