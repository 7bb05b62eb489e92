"""Web Town with a postcode."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.integration.add.filling import add_postcode


@pytest.fixture
def town(town: Session) -> Session:
    add_postcode(town)
    return town
