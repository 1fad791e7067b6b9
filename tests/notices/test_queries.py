"""The log is listed the latest first, by address and state."""

from collections.abc import Callable
from typing import Any

import pytest

from safelight.clock import FixedClock
from safelight.database.engine import Engine
from safelight.database.transaction import read, write
from safelight.errors import NotFound
from safelight.notices import queries, steps
from safelight.notices.delivery import DeliveryState
from safelight.notices.event import EventKind


def test_deliveries_are_paged_the_latest_first(engine: Engine, clock: FixedClock, add: Callable[..., Any]) -> None:
    one, other = add("one"), add("other")
    with write(engine) as tx:
        for _ in range(2):
            steps.tell_event(tx, clock, EventKind.CASE_OPENED, {})
    with read(engine) as tx:
        assert [each.id for each in queries.page_deliveries(tx, limit=3)] == [4, 3, 2]
        assert [each.id for each in queries.page_deliveries(tx, before_id=2)] == [1]
        assert [each.id for each in queries.page_deliveries(tx, address_id=other.id)] == [4, 2]
        assert queries.page_deliveries(tx, state=DeliveryState.FAILED) == []
        assert queries.count_undelivered(tx, one.id) == 0
        assert [each.name for each in queries.list_addresses(tx)] == ["one", "other"]


def test_a_name_that_nobody_has_is_not_found(engine: Engine) -> None:
    with pytest.raises(NotFound), read(engine) as tx:
        queries.find_address(tx, "x")
