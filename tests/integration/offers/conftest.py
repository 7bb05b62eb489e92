"""Web Town with a postcode, for tests of offers."""

from tests.integration.needs.conftest import town

__all__ = ["town"]
