"""Which evidence ends when, over several holds, and that each end is warned of once."""

from datetime import timedelta

import pytest
from sqlalchemy import delete

from safelight.audit.queries import page_entries
from safelight.database.transaction import read, write
from safelight.vault import due
from safelight.vault.destroying import destroy_key
from safelight.vault.hold import operator_hold
from safelight.vault.holding import add_hold, close_review, reopen_review
from safelight.vault.store.tables import holds

_DAY = timedelta(days=1)
_TICK = timedelta(microseconds=1)


@pytest.fixture
def ending_in(place, seal, actor):
    """Seal evidence whose holds end after so many days, the first of them that of its review."""

    def seal_ending(*days: int) -> str:
        evidence_id: str = seal()
        with write(place.engine) as tx:
            now = place.clock.now()
            close_review(tx, place.clock, actor, evidence_id, closed_at=now, appeal_days=days[0])
            for more in days[1:]:
                new = operator_hold(now, now + more * _DAY, reason="x")
                add_hold(tx, place.clock, actor, evidence_id, new)
        return evidence_id

    return seal_ending


def _endings(place, by) -> dict[str, object]:
    with read(place.engine) as tx:
        return {hold.evidence_id: hold for hold in due.each_ending(tx, by=by)}


def _warn(place, actor, days: int = 14) -> None:
    after_id: str | None = ""
    while after_id is not None:
        with write(place.engine) as tx:
            by = place.clock.now() + days * _DAY
            after_id = due.warn_of_page(tx, place.clock, actor, by=by, after_id=after_id)


def _warnings(place) -> list[str]:
    with read(place.engine) as tx:
        return [entry.target for entry in page_entries(tx, limit=10_000) if entry.verb == "warn_of_ending"]


def test_evidence_ends_with_its_longest_hold_to_the_microsecond(place, ending_in) -> None:
    evidence_id = ending_in(1, 9, 5)
    end = place.clock.now() + 9 * _DAY
    assert _endings(place, end - _TICK) == {}
    hold = _endings(place, end)[evidence_id]
    assert hold.until_at == end


def test_evidence_in_review_has_no_end(place, seal, ending_in, actor) -> None:
    seal()
    reopened = ending_in(1)
    with write(place.engine) as tx:
        reopen_review(tx, place.clock, actor, reopened)
    assert _endings(place, place.clock.now() + 9999 * _DAY) == {}


def test_a_hold_without_an_end_governs_over_all_that_ended(place, seal, actor) -> None:
    evidence_id = seal()
    with write(place.engine) as tx:
        new = operator_hold(place.clock.now(), place.clock.now() + _DAY, reason="x")
        add_hold(tx, place.clock, actor, evidence_id, new)
    assert _endings(place, place.clock.now() + 99 * _DAY) == {}


def test_destroyed_evidence_and_evidence_without_any_hold_have_no_end(place, ending_in, actor) -> None:
    destroyed, unheld = ending_in(0), ending_in(0)
    with write(place.engine) as tx:
        destroy_key(tx, place.clock, actor, destroyed, "x")
        tx.execute(delete(holds).where(holds.c.evidence_id == unheld))
    assert _endings(place, place.clock.now() + 99 * _DAY) == {}


def test_endings_come_page_by_page_and_each_once(place, ending_in, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = sorted(ending_in(3, 3) for _ in range(5))
    with read(place.engine) as tx:
        by = place.clock.now() + 3 * _DAY
        first = due.page_endings(tx, by=by, limit=2)
        second = due.page_endings(tx, by=by, limit=9, after_id=first[-1].evidence_id)
    assert [hold.evidence_id for hold in (*first, *second)] == ids


def test_each_end_is_warned_of_once_and_not_too_early(place, ending_in, actor, moving) -> None:
    soon, late = ending_in(14), ending_in(15)
    for _ in range(3):
        _warn(place, actor)
    assert _warnings(place) == [f"evidence:{soon}"]
    moving.at += _DAY
    _warn(place, actor)
    assert _warnings(place) == [f"evidence:{soon}", f"evidence:{late}"]
    assert _endings(place, moving.at + 99 * _DAY)[late].warned_at == moving.at


def test_a_later_end_is_warned_of_again(place, ending_in, actor, moving) -> None:
    evidence_id = ending_in(5)
    _warn(place, actor)
    with write(place.engine) as tx:
        new = operator_hold(moving.at, moving.at + 40 * _DAY, reason="x")
        add_hold(tx, place.clock, actor, evidence_id, new)
    _warn(place, actor)
    assert len(_warnings(place)) == 1
    moving.at += 26 * _DAY
    _warn(place, actor)
    assert len(_warnings(place)) == 2


def test_a_review_that_is_closed_anew_is_warned_of_anew(place, ending_in, actor) -> None:
    evidence_id = ending_in(5)
    _warn(place, actor)
    with write(place.engine) as tx:
        reopen_review(tx, place.clock, actor, evidence_id)
        close_review(tx, place.clock, actor, evidence_id, closed_at=place.clock.now(), appeal_days=7)
    _warn(place, actor)
    assert len(_warnings(place)) == 2


def test_a_warning_says_which_hold_ends_and_when(place, ending_in, actor) -> None:
    evidence_id = ending_in(5, 6)
    _warn(place, actor)
    with read(place.engine) as tx:
        entry = page_entries(tx, target=f"evidence:{evidence_id}")[-1]
    end = place.clock.now() + 6 * _DAY
    assert (entry.details["kind"], entry.details["until"]) == ("operator", end.isoformat())


def test_more_than_a_page_is_warned_of_wholly(place, ending_in, actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(due.page_endings, "__kwdefaults__", {"after_id": "", "limit": 2})
    monkeypatch.setattr(due, "LONGEST_PAGE", 2)
    ids = {f"evidence:{ending_in(3)}" for _ in range(5)}
    _warn(place, actor)
    assert set(_warnings(place)) == ids
