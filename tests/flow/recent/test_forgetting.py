"""What was recently seen goes when its time is over, when it is switched off, and when somebody asks for it."""

from datetime import timedelta

import pytest

from safelight.audit.queries import page_entries
from safelight.database.clock_mark import see
from safelight.database.transaction import read, write
from safelight.errors import InvalidValue, NotAllowed
from safelight.flow.recent import forgetting
from safelight.flow.recent.forgetting import FORGET_RECENT, forget_all
from safelight.flow.retention import RECENT_PERIOD, Days, retention_handlers
from safelight.jobs.worker import Worker
from safelight.roles import Actor, ActorKind


@pytest.fixture
def forget(town):
    """Let the clock job do what is due, with so many days."""

    def run(days: int) -> None:
        handlers = {FORGET_RECENT: retention_handlers(Days(recently_seen_days=days))[FORGET_RECENT]}
        every = {FORGET_RECENT: RECENT_PERIOD}
        town.clock.go_on(hours=1)
        assert Worker(*town.who[:2], handlers, name="w", every=every, tell=town.said.append).run_due() == 1

    return run


def test_what_was_seen_longer_ago_than_is_set_is_erased(town, picture, forget, monkeypatch) -> None:
    monkeypatch.setattr(forgetting, "_AT_ONCE", 2)
    town.keep(*(picture(number) for number in range(5)))
    with write(town.engine) as tx:
        see(tx, town.clock)
    town.clock.go_on(days=3, hours=-1.5)
    town.keep(picture(9))
    forget(3)
    assert len(town.kept()) == 6
    forget(3)
    assert [seen.content_id for seen in town.kept()] == ["post 9"]
    with read(town.engine) as tx:
        told = page_entries(tx, target="recent:media")
    assert [(entry.verb, entry.details) for entry in told] == [("forget_seen", {"media": n}) for n in (2, 2, 1)]


def test_where_it_is_switched_off_all_of_it_is_erased_whatever_the_clock_says(town, picture, forget) -> None:
    town.keep(picture(1), picture(2))
    town.clock.go_on(days=-300)
    forget(0)
    assert town.kept() == []


def test_a_clock_that_jumped_erases_nothing(town, picture, forget) -> None:
    with write(town.engine) as tx:
        see(tx, town.clock)
    town.keep(picture(1))
    town.clock.go_on(days=300)
    forget(3)
    assert len(town.kept()) == 1
    assert "clock" in town.said[-1]


def test_a_person_erases_all_of_it_at_once_with_a_reason(town, picture, monkeypatch) -> None:
    monkeypatch.setattr(forgetting, "_AT_ONCE", 2)
    town.keep(*(picture(number) for number in range(3)))
    nobody = Actor(kind=ActorKind.SERVICE, name="nobody")
    with pytest.raises(NotAllowed):
        forget_all(*town.who[:2], nobody, reason="why")
    with pytest.raises(InvalidValue, match="reason"):
        forget_all(*town.who, reason=" ")
    assert forget_all(*town.who, reason="a request by law") == 3
    assert town.kept() == []
    assert forget_all(*town.who, reason="again") == 0


def test_after_it_was_forgotten_what_is_kept_anew_matches_as_before(town, picture, value) -> None:
    town.keep(picture(1), picture(2))
    forget_all(*town.who, reason="why")
    town.add("alpha", value(1, "md5"), kind="md5")
    town.clock.go_on(days=2)
    town.keep(picture(2))
    town.work()
    town.add("alpha", value(2, "md5"), kind="md5")
    town.work()
    assert [item.content_id for item in town.items()] == ["post 2"]
    assert town.clock.now() - town.items()[0].added_at < timedelta(minutes=5)
