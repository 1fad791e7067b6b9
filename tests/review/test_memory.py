"""Only what two people found by looking is remembered."""

from dataclasses import replace

import pytest

from safelight.review.decision import Finding
from safelight.review.memory import may_be_remembered
from safelight.review.settlement import Settled


@pytest.mark.parametrize(
    ("confirmed", "finding", "memories", "remembered"),
    [
        (True, Finding.CONFIRMED, (None, None), True),
        (True, Finding.NOT_A_MATCH, (None, None), True),
        (False, Finding.CONFIRMED, (None, None), False),
        (True, Finding.UNSURE, (None, None), False),
        (True, Finding.CONFIRMED, (None, 4), False),
        (True, Finding.CONFIRMED, (4, 4), False),
    ],
)
def test_a_verdict_is_remembered_or_not(some_decision, confirmed, finding, memories, remembered) -> None:
    read = [
        replace(some_decision, finding=finding, by_name=who, memory_id=memory)
        for who, memory in zip(("ann", "bob"), memories, strict=True)
    ]
    settled = Settled(item_id=1, decision=read[0], is_confirmed=confirmed)
    assert may_be_remembered(settled, read) is remembered
