"""A request that is not kept any more is not found, and the message says why that may be."""

import pytest

from safelight.database.transaction import read
from safelight.errors import NotFound
from safelight.intake.queries import find_request


def test_a_request_that_is_not_there_is_not_found(engine) -> None:
    with read(engine) as tx, pytest.raises(NotFound, match="idempotency_days"):
        find_request(tx, "a" * 32)
