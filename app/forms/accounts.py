"""Signing in: the library's form, bounded, and leading only to pages of ours."""

from __future__ import annotations

from typing import Any

from flask_security import LoginForm
from wtforms import Field, ValidationError

from app.actions.accounts import MOST_PASSWORD_LETTERS
from app.security import own_page


class SignInForm(LoginForm):
    remember = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email.data = (self.email.data or "").strip()
        self.next.data = own_page(self.next.data) or ""

    def validate_next(self, field: Field) -> None:
        """Nothing to refuse: an address that is not ours was dropped when the form was made."""

    def validate_password(self, field: Field) -> None:
        if len(field.data or "") > MOST_PASSWORD_LETTERS or "\0" in (field.data or ""):
            raise ValidationError("not a password")
