"""A mail server on loopback that takes letters, refuses them, or never answers."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from app.actions.post import PostOffice

FROM = "Who’s Doing What <map@example.org>"


@dataclass
class Postbox:
    """What arrived; ``answers`` are given instead of taking a letter, one after the other."""

    letters: list[EmailMessage] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    refuse_recipient: str = ""
    refuse_sender: str = ""

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if self.refuse_sender:
            return self.refuse_sender
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if self.refuse_recipient:
            return self.refuse_recipient
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.answers:
            return self.answers.pop(0)
        self.letters.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
        return "250 taken"


@contextmanager
def mail_server(password: str = "") -> Iterator[tuple[Postbox, PostOffice]]:
    """One that takes every letter; with ``password`` only from who knows it."""
    postbox = Postbox()

    def is_known(_server: Any, _session: Any, _envelope: Any, _way: str, given: Any) -> AuthResult:
        return AuthResult(success=given.password.decode() == password, handled=False)

    controller = Controller(
        postbox, hostname="127.0.0.1", port=free_port(), authenticator=is_known, auth_require_tls=False,
        auth_required=bool(password),
    )  # fmt: skip
    controller.start()
    try:
        yield postbox, office_at(controller.port)
    finally:
        controller.stop()


@contextmanager
def silent_server() -> Iterator[tuple[PostOffice, threading.Event]]:
    """Takes one call and says nothing; the event is set once it was called."""
    called = threading.Event()
    calls: list[socket.socket] = []

    def take_call() -> None:
        calls.append(listening.accept()[0])
        called.set()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=take_call, daemon=True).start()
        try:
            yield office_at(listening.getsockname()[1]), called
        finally:
            for call in calls:
                call.close()


def office_at(port: int) -> PostOffice:
    return PostOffice("127.0.0.1", port, "", "", "none", FROM, timeout_s=0.5)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
