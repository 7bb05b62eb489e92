"""Our exceptions, and the one table that says which HTTP status each becomes."""

from __future__ import annotations


class WhosDoingWhatError(Exception):
    """A problem a person can act on; ``message`` is shown to them as it stands."""

    def __init__(self, message: str, fix: str = "") -> None:
        self.message = message
        self.fix = fix
        super().__init__(f"{message} {fix}".strip())


class NotFoundError(WhosDoingWhatError):
    """There is no such thing, or it is not public: the two look the same from outside."""


class BadQuestionError(WhosDoingWhatError):
    """Something in the address or form cannot be understood; ``field`` names it."""

    def __init__(self, message: str, fix: str = "", *, field: str = "") -> None:
        self.field = field
        super().__init__(message, fix)


class NoStandardError(BadQuestionError):
    """Compared with our standard, for a kind of help that has none."""


class LoadRefusedError(WhosDoingWhatError):
    """A file was read well but does not fit what is loaded; nothing of it was kept."""


class NotAllowedError(WhosDoingWhatError):
    """Who asks is known, and this is not for them."""


class LinkOverError(WhosDoingWhatError):
    """A link that was good once: used, taken back or too old."""


class ChangedMeanwhileError(WhosDoingWhatError):
    """Somebody else changed the record since this form was opened; nothing was overwritten."""


class TooOftenError(WhosDoingWhatError):
    """More of one thing than a person would do; it can be done again in ``wait_s`` seconds."""

    def __init__(self, message: str, fix: str = "", *, wait_s: int = 0) -> None:
        self.wait_s = wait_s
        super().__init__(message, fix)


class BusyError(WhosDoingWhatError):
    """Somebody else is doing this very thing; it can be asked for again in a moment."""


STATUS_BY_ERROR: dict[type[WhosDoingWhatError], int] = {
    NotFoundError: 404,
    BadQuestionError: 400,
    LoadRefusedError: 422,
    NotAllowedError: 403,
    LinkOverError: 410,
    ChangedMeanwhileError: 409,
    TooOftenError: 429,
    BusyError: 503,
}
