"""`safelight recent` says how much is kept of what matched nothing, and erases it."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from safelight.app import open_workspace
from safelight.audit.queries import page_entries
from safelight.cli import exit_status
from safelight.database.transaction import read, write
from safelight.matching.match import MatchKind
from safelight.recent import steps
from safelight.recent.seen import NewSeen

Run = Callable[..., int]


@pytest.fixture
def house(run: Run, workspace: Path):
    assert run("init", workspace) == 0
    house = open_workspace(workspace)
    yield house
    house.close()


def _keep(house, count: int) -> None:
    """Keep media, of which one has matched since."""
    at = house.clock.now() - timedelta(days=1)
    with write(house.engine) as tx:
        steps.keep(tx, [NewSeen(seen_at=at, position=1, sealed=b"s")] * (count + 1))
        steps.note_searched(tx, {1}, cursor=1)
        assert steps.take_near(tx, 1)
        steps.count_taken(tx, MatchKind.NEAR)


def test_it_says_that_nothing_is_kept_unless_it_is_switched_on(run: Run, house, capfd, monkeypatch) -> None:
    assert run("recent", "show") == 0
    assert "not kept" in capfd.readouterr().out
    monkeypatch.setenv("SAFELIGHT_RECENTLY_SEEN_DAYS", "7")
    assert run("recent", "show") == 0
    assert "kept for 7 days" in capfd.readouterr().out


def test_it_says_how_much_is_kept_and_what_matched_and_erases_it(run: Run, house, capfd) -> None:
    _keep(house, 3)
    assert run("recent", "show") == 0
    told = capfd.readouterr().out
    assert f"3 are kept, the oldest since {house.clock.now() - timedelta(days=1):%Y-%m-%d}" in told
    assert "0 matched exactly and 1 nearly" in told
    assert "forget" in told
    assert run("recent", "forget") == exit_status.USAGE
    assert run("recent", "forget", "--reason", "a law") == 0
    assert "3 were erased" in capfd.readouterr().out
    with read(house.engine) as tx:
        assert [entry.reason for entry in page_entries(tx, target=steps.TARGET)] == ["a law"]
