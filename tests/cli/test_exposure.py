"""`safelight exposure` tells oneself one's own day and leads sums, and lets nobody lift their own limits."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from safelight.app import current_actor, open_workspace
from safelight.database.transaction import read
from safelight.flow.access import add_person
from safelight.review.exposure.queries import own_limits

Run = Callable[..., int]


@pytest.fixture
def house(workspace: Path):
    """A workspace in which the machine's user is a reviewer too."""
    house = open_workspace(workspace)
    for name in (current_actor().name, "Rosa"):
        add_person(house.engine, house.clock, house.actor, name, role_names=["reviewer"])
    yield house
    house.close()


def test_one_is_shown_ones_own_day(house, run: Run, capsys) -> None:
    assert run("exposure", "mine") == 0
    out = capsys.readouterr().out
    assert "At review today: 0 of 240 minutes, 0 pictures" in out
    assert "The queue goes on." in out


def test_a_paused_queue_is_told_with_its_reason(house, run: Run, capsys, monkeypatch) -> None:
    monkeypatch.setenv("SAFELIGHT_REVIEW_MINUTES_PER_DAY", "0")
    assert run("exposure", "mine") == 0
    assert "The queue pauses until" in capsys.readouterr().out


def test_sums_of_few_people_are_not_told(house, run: Run, capsys) -> None:
    assert run("exposure", "team", "--weeks", "2") == 0
    assert capsys.readouterr().out.count("too few people") == 4


def test_limits_are_set_for_another_and_ones_own_are_only_tightened(house, run: Run) -> None:
    assert run("exposure", "budget", "Rosa", "--per-day", "60", "--hours", "08:00-12:00", "--reason", "part time") == 0
    with read(house.engine) as tx:
        assert own_limits(tx, 2).minutes_per_day == 60
    me = current_actor().name
    assert run("exposure", "budget", me, "--per-day", "60", "--reason", "so") == 0
    assert run("exposure", "budget", me, "--per-day", "90", "--reason", "so") == 77


def test_a_lift_is_asked_listed_and_not_granted_by_who_asked(house, run: Run, capsys) -> None:
    until = f"{house.clock.now() + timedelta(days=1):%Y-%m-%dT%H:%M:%S}"
    ask = ("exposure", "lift", "Rosa", "--kind", "minutes", "--minutes", "30", "--until", until, "--reason", "a raid")
    assert run(*ask) == 0
    assert run("exposure", "lifts") == 0
    assert "a raid" in capsys.readouterr().out
    assert run("exposure", "grant", "1") == 77
    assert run("exposure", "refuse", "1") == 0
    assert run("exposure", "lifts") == 0
    assert "a raid" not in capsys.readouterr().out


def test_a_code_takes_the_keys(house, run: Run) -> None:
    assert run("exposure", "whose", "00000000") == 69  # no keys were made here, so that no code is anybody's
