"""The post: one letter to one mail server over SMTP, and what went wrong in words an operator can act on."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

from app.actions.mail import Letter

TIMEOUT_S = 20.0
"""For each answer of the mail server."""


@dataclass(frozen=True)
class PostOffice:
    """A mail server and whom letters come from; ``tls``: starttls, tls from the first byte, or none."""

    host: str
    port: int
    user: str
    password: str
    tls: str
    from_address: str
    timeout_s: float = TIMEOUT_S


class NotDeliveredError(Exception):
    """``words`` may hold the address and are for the operator's eyes; ``short`` may be logged."""

    def __init__(self, words: str, short: str, *, is_final: bool = False) -> None:
        self.words = words
        self.short = short
        self.is_final = is_final
        super().__init__(short)


def send(office: PostOffice, letter: Letter) -> None:
    """Hand one letter to the mail server. Raises NotDeliveredError, final when another try cannot help."""
    message = write_message(office, letter)
    try:
        with _connection(office) as server:
            server.sendmail(message["From"].addresses[0].addr_spec, [letter.to_address], message.as_bytes())
    except smtplib.SMTPRecipientsRefused as refusal:
        code, words = next(iter(refusal.recipients.values()))
        raise _refused("The mail server does not take letters for this address", code, words) from refusal
    except smtplib.SMTPDataError as refusal:
        raise _refused("The mail server refused the letter", refusal.smtp_code, refusal.smtp_error) from refusal
    except smtplib.SMTPResponseException as refusal:
        # Of the sender, the password or the server itself: ours to mend, so another try may help.
        problem = _refused("The mail server refused us", refusal.smtp_code, refusal.smtp_error)
        problem.is_final = False
        raise problem from refusal
    except (OSError, smtplib.SMTPException) as failure:
        kind = type(failure).__name__
        why = f"The mail server {office.host}:{office.port} could not be used: {failure or kind}"
        raise NotDeliveredError(why, kind) from failure


def write_message(office: PostOffice, letter: Letter) -> EmailMessage:
    """The letter with its headers; a line break in any of them raises ValueError, so none can be slipped in."""
    message = EmailMessage(policy=policy.SMTP.clone(cte_type="7bit"))
    name, address = parseaddr(office.from_address)
    message["From"] = Address(name, addr_spec=address)
    message["To"] = Address(addr_spec=letter.to_address)
    if letter.reply_to:
        message["Reply-To"] = Address(addr_spec=letter.reply_to)
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(letter.made_at)
    message["Message-ID"] = f"<{letter.id}@{address.rpartition('@')[2]}>"  # the same in every try
    message["Auto-Submitted"] = "auto-generated"
    if letter.unsubscribe_address:
        message["List-Unsubscribe"] = f"<{letter.unsubscribe_address}>"
    if letter.unsubscribe_address and letter.is_one_click:
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(letter.body)
    return message


@contextmanager
def _connection(office: PostOffice) -> Iterator[smtplib.SMTP]:
    trusted = ssl.create_default_context()
    if office.tls == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            office.host, office.port, timeout=office.timeout_s, context=trusted
        )
    else:
        server = smtplib.SMTP(office.host, office.port, timeout=office.timeout_s)
    try:
        if office.tls == "starttls":
            server.starttls(context=trusted)
        if office.user:
            server.login(office.user, office.password)
        yield server
        _say_goodbye(server)
    finally:
        server.close()


def _say_goodbye(server: smtplib.SMTP) -> None:
    """The letter is delivered by now: what goes wrong here must not send it again."""
    with suppress(OSError, smtplib.SMTPException):
        server.quit()


def _refused(what: str, code: int, words: bytes | str) -> NotDeliveredError:
    said = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return NotDeliveredError(f"{what}: {code} {said}"[:500], f"{code}", is_final=500 <= code < 600)
