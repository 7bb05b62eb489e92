"""The only place that writes SQL; every function takes the session first."""

from sqlalchemy.orm import Session

__all__ = ["Session"]
