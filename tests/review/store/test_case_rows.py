"""The tables themselves keep what the steps promise."""

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from safelight.database.transaction import read, write
from safelight.review.case import About, CaseState
from safelight.review.store import case_rows
from safelight.review.store.tables import cases, items


@pytest.mark.parametrize("values", [{"subject_id": "a"}, {"media_key": b"m"}])
def test_no_two_cases_about_the_same_can_be_open(engine, clock, values) -> None:
    row = {"state": "open", "opened_at": clock.now(), "last_activity_at": clock.now(), "item_count": 0}
    with write(engine) as tx:
        tx.execute(insert(cases).values(exact_count=0, near_count=0, **row, **values))
        tx.execute(
            insert(cases).values(
                exact_count=0, near_count=0, **row | {"state": "closed", "closed_at": clock.now()}, **values
            )
        )
    with pytest.raises(IntegrityError), write(engine) as tx:
        tx.execute(insert(cases).values(exact_count=0, near_count=0, **row, **values))


def test_an_open_case_is_not_added_twice(engine, clock) -> None:
    about = About(subject_id="a")
    with write(engine) as tx:
        first = case_rows.add_open(tx, about, clock.now())
        assert case_rows.add_open(tx, about, clock.now()) is None
        assert case_rows.lock_open(tx, about) == first


def test_what_is_erased_of_a_case_leaves_its_counts(engine, clock, item) -> None:
    with write(engine) as tx:
        case_id = case_rows.add_open(tx, About(media_key=b"m"), clock.now())
        assert case_id is not None
        case_rows.add_item(tx, case_id, item("e" * 32), clock.now())
        case_rows.move(tx, case_id, CaseState.CLOSED, clock.now().replace(year=2020))
        assert case_rows.erase_closed(tx, clock.now()) == 1
    with read(engine) as tx:
        case = case_rows.find(tx, case_id)
        assert case is not None
        assert (case.about.is_erased, case.item_count) == (True, 1)
        assert tx.execute(select(items.c.content_id)).scalars().all() == [""]
