"""What reviewing does not need any more goes by the clock."""

import pytest
from sqlalchemy import func, select

from safelight.database.transaction import read, write
from safelight.flow.review.deciding import decide, decide_by_memory
from safelight.flow.review.keeping import FORGET_REVIEW_FACTS, PERIODS, review_handlers
from safelight.jobs.queue import enqueue
from safelight.jobs.worker import Worker
from safelight.review import steps
from safelight.review.decision import Finding
from safelight.review.likeness import Veil
from safelight.review.rules import ReviewRules
from safelight.review.store.tables import chunks, groups, memories


@pytest.fixture
def forget(room):
    def run() -> None:
        with write(room.engine) as tx:
            enqueue(tx, room.clock, kind=FORGET_REVIEW_FACTS)
        Worker(room.engine, room.clock, review_handlers(), name="w", tell=lambda _: None).run_due()

    return run


def test_every_job_comes_again() -> None:
    assert PERIODS.keys() == review_handlers().keys()


def test_likenesses_go_when_no_open_case_needs_them(room, ann, make, forget) -> None:
    with write(room.engine) as tx:
        likeness = Veil(b"s").likeness([b"p" * 32])
        group = steps.find_group(tx, room.clock, ReviewRules(), media_key=b"", likeness=likeness)
    case = room.case(make.item(make.match(), group=group))
    forget()
    with read(room.engine) as tx:
        assert tx.execute(select(func.count()).select_from(chunks)).scalar_one() == 16
    decide(room.desk(ann), case, make.ruling())
    forget()
    with read(room.engine) as tx:
        assert tx.execute(select(func.count()).select_from(chunks)).scalar_one() == 0
        assert tx.execute(select(groups.c.likeness)).scalars().all() == [None]


def test_verdicts_go_when_they_expire_and_of_those_that_were_used_the_key(room, ann, bob, make, forget) -> None:
    for subject, key in (("a", b"k" * 32), ("b", b"l" * 32)):
        case = room.case(make.item(make.match(), media_key=key), subject=subject)
        for reader in (ann, bob):
            decide(room.desk(reader, second=make.always), case, make.ruling(Finding.CONFIRMED))
    user = room.case(make.item(make.match(), media_key=b"k" * 32), subject="c")
    decide_by_memory(room.desk(ann), user, item_ids=[3], reasons="as before")
    room.clock.advance(days=364)
    forget()
    with read(room.engine) as tx:
        assert len(tx.execute(memories.select()).all()) == 2
    room.clock.advance(days=1)
    forget()
    with read(room.engine) as tx:
        assert [row.media_key for row in tx.execute(memories.select())] == [b""]
