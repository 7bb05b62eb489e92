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
def mail_server() -> Iterator[tuple[Postbox, PostOffice]]:
    postbox = Postbox()
    controller = Controller(postbox, hostname="127.0.0.1", port=free_port())
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
