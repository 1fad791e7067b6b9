"""Of all who open a case about the same at once one does and the others join; closing and reopening keep to that."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from safelight.audit.queries import page_entries
from safelight.clock import FixedClock
from safelight.database.engine import Engine
from safelight.database.transaction import read, write
from safelight.errors import AlreadyExists, ClockWrong, InvalidValue, NotFound, UsageError
from safelight.matching.match import MatchKind
from safelight.review import queries, steps
from safelight.review.case import About, CaseState, Joined
from safelight.roles import Actor

SUBJECT, MEDIA = About(subject_id="account 7"), About(media_key=b"k" * 32)


def _join(engine: Engine, clock: FixedClock, actor: Actor, about: About = SUBJECT, item=None) -> Joined:
    with write(engine) as tx:
        joined = steps.open_or_join(tx, clock, actor, about)
        if item is not None:
            steps.add_item(tx, clock, actor, joined.case_id, item)
        return joined


def _close(engine: Engine, clock: FixedClock, actor: Actor, case_id: int):
    with write(engine) as tx:
        return steps.close_case(tx, clock, actor, case_id, reason="nothing in it")


def _verbs(engine: Engine, case_id: int) -> list[str]:
    with read(engine) as tx:
        return [entry.verb for entry in page_entries(tx, target=f"case:{case_id}")]


@pytest.mark.parametrize("about", [SUBJECT, MEDIA])
def test_the_first_opens_a_case_and_the_next_joins_it(engine, clock, actor, about, item) -> None:
    first = _join(engine, clock, actor, about, item("a" * 32))
    later = FixedClock(at=clock.at + timedelta(minutes=2))
    second = _join(engine, later, actor, about, item("b" * 32, MatchKind.NEAR))
    assert (first.is_new, second.is_new) == (True, False)
    with read(engine) as tx:
        case = queries.find_case(tx, first.case_id)
    assert second.case_id == case.id
    assert (case.about, case.state, case.opened_at) == (about, CaseState.OPEN, clock.now())
    assert (case.item_count, case.exact_count, case.near_count, case.last_activity_at) == (2, 1, 1, later.now())
    assert _verbs(engine, case.id) == ["open_case", "add_case_item", "add_case_item"]


def test_other_subjects_and_other_media_have_cases_of_their_own(engine, clock, actor) -> None:
    abouts = [SUBJECT, About(subject_id="account 8"), MEDIA, About(media_key=b"other")]
    assert len({_join(engine, clock, actor, about).case_id for about in abouts}) == 4


@pytest.mark.parametrize("about", [SUBJECT, MEDIA])
def test_of_many_who_come_at_once_one_opens_the_case(engine, clock, actor, about, item) -> None:
    ready = threading.Barrier(8)

    def join(number: int) -> Joined:
        ready.wait()
        return _join(engine, clock, actor, about, item(f"{number:032}"))

    with ThreadPoolExecutor(8) as pool:
        joined = list(pool.map(join, range(8)))
    assert len({each.case_id for each in joined}) == 1
    assert sum(each.is_new for each in joined) == 1
    with read(engine) as tx:
        assert queries.find_case(tx, joined[0].case_id).item_count == 8
        assert len(queries.page_items(tx, joined[0].case_id)) == 8


def test_cases_that_are_closed_at_the_same_moment_lose_no_item(engine, clock, actor, item) -> None:
    """Whoever joins finds an open case: the one that was there, or a new one."""
    ready = threading.Barrier(6)

    def join(number: int) -> int:
        ready.wait()
        return _join(engine, clock, actor, SUBJECT, item(f"{number:032}")).case_id

    def close(_: int) -> None:
        ready.wait()
        with read(engine) as tx:
            found = queries.page_cases(tx, state=CaseState.OPEN)
        for case in found:
            _close(engine, clock, actor, case.id)

    _join(engine, clock, actor, SUBJECT, item("f" * 32))
    with ThreadPoolExecutor(6) as pool:
        closing = pool.submit(close, 0)
        joining = [pool.submit(join, number) for number in range(5)]
        closing.result()
        ids = [each.result() for each in joining]
    with read(engine) as tx:
        found = queries.page_cases(tx)
        assert sum(case.item_count for case in found) == 6
        assert sum(case.is_open for case in found) <= 1
        assert set(ids) <= {case.id for case in found}


def test_a_closed_case_says_when_and_the_next_upload_opens_another(engine, clock, actor) -> None:
    first = _join(engine, clock, actor)
    closed = _close(engine, clock, actor, first.case_id)
    assert (closed.state, closed.closed_at) == (CaseState.CLOSED, clock.now())
    second = _join(engine, clock, actor)
    assert second.is_new
    assert second.case_id != first.case_id
    with read(engine) as tx:
        entry = page_entries(tx, target=f"case:{first.case_id}")[-1]
    assert (entry.verb, entry.reason) == ("close_case", "nothing in it")


def test_a_closed_case_is_not_closed_again_and_an_open_one_not_reopened(engine, clock, actor) -> None:
    case_id = _join(engine, clock, actor).case_id
    with write(engine) as tx, pytest.raises(UsageError, match="no way to reopen"):
        steps.reopen_case(tx, clock, actor, case_id, reason="why")
    _close(engine, clock, actor, case_id)
    with pytest.raises(UsageError, match="was closed on 2026-11-23"):
        _close(engine, clock, actor, case_id)


def test_a_reopened_case_is_joined_again(engine, clock, actor) -> None:
    case_id = _join(engine, clock, actor).case_id
    _close(engine, clock, actor, case_id)
    with write(engine) as tx:
        case = steps.reopen_case(tx, clock, actor, case_id, reason="an appeal")
    assert (case.state, case.closed_at) == (CaseState.REOPENED, None)
    assert _join(engine, clock, actor) == Joined(case_id=case_id, is_new=False)


@pytest.mark.parametrize("about", [SUBJECT, MEDIA])
def test_a_case_stays_closed_while_another_about_the_same_is_open(engine, clock, actor, about) -> None:
    old = _join(engine, clock, actor, about).case_id
    _close(engine, clock, actor, old)
    _join(engine, clock, actor, about)
    with write(engine) as tx:
        with pytest.raises(AlreadyExists, match=f"case {old} stays closed"):
            steps.reopen_case(tx, clock, actor, old, reason="why")
        assert not queries.find_case(tx, old).is_open  # and the transaction can go on


def test_a_case_whose_facts_were_erased_stays_closed(engine, clock, actor) -> None:
    case_id = _join(engine, clock, actor).case_id
    _close(engine, clock, actor, case_id)
    with write(engine) as tx:
        assert steps.erase_closed_cases(tx, clock, actor, before=clock.now()) == 0
        assert steps.erase_closed_cases(tx, clock, actor, before=clock.now() + timedelta(seconds=1)) == 1
        assert steps.erase_closed_cases(tx, clock, actor, before=clock.now() + timedelta(seconds=1)) == 0
    with write(engine) as tx, pytest.raises(UsageError, match="was erased"):
        steps.reopen_case(tx, clock, actor, case_id, reason="why")


def test_what_is_no_case_or_has_no_reason_is_refused(engine, clock, actor) -> None:
    for step in (steps.close_case, steps.reopen_case):
        with write(engine) as tx, pytest.raises(NotFound, match="no case 99"):
            step(tx, clock, actor, 99, reason="why")
        with write(engine) as tx, pytest.raises(InvalidValue, match="takes a reason"):
            step(tx, clock, actor, 1, reason=" ")


def test_a_clock_that_was_set_back_opens_nothing(engine, clock, actor) -> None:
    _join(engine, clock, actor)
    with pytest.raises(ClockWrong):
        _join(engine, FixedClock(at=clock.at - timedelta(hours=1)), actor, MEDIA)
    with read(engine) as tx:
        assert len(queries.page_cases(tx)) == 1
