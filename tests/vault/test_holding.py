"""Adding holds and giving them their ends, and that no hold gets shorter or is lost."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from safelight.audit.queries import page_entries
from safelight.database.transaction import read, write
from safelight.errors import ClockWrong, EvidenceHeld, InvalidValue, NotFound, UsageError
from safelight.vault import holding
from safelight.vault.destroying import destroy_key
from safelight.vault.hold import Hold, HoldKind, law_enforcement_hold, operator_hold, report_hold

_DAY = timedelta(days=1)
_TICK = timedelta(microseconds=1)


@pytest.fixture
def act(place, actor):
    """Do one thing to evidence in a transaction of its own."""

    def do(what: Callable, *args, **said):
        with write(place.engine) as tx:
            return what(tx, place.clock, actor, *args, **said)

    return do


@pytest.fixture
def holds(place):
    """Return the holds of evidence."""

    def find(evidence_id: str) -> list[Hold]:
        with read(place.engine) as tx:
            return holding.holds_of(tx, evidence_id)

    return find


def _verbs(place, evidence_id: str) -> list[str]:
    with read(place.engine) as tx:
        return [entry.verb for entry in page_entries(tx, target=f"evidence:{evidence_id}")]


def _operator(place, days: int = 10) -> object:
    now = place.clock.now()
    return operator_hold(now, now + days * _DAY, reason="Kept for training our reviewers.")


def test_what_is_sealed_is_under_review_from_that_moment_without_an_end(place, seal, holds) -> None:
    (hold,) = holds(seal())
    assert (hold.kind, hold.from_at, hold.until_at) == (HoldKind.UNDER_REVIEW, place.clock.now(), None)


def test_a_hold_is_kept_as_it_was_given(place, seal, act, actor) -> None:
    evidence_id = seal()
    new = law_enforcement_hold(place.clock.now() - _DAY, reference="Nr. 4711", reason="why", legal_basis="law")
    added = act(holding.add_hold, evidence_id, new)
    with read(place.engine) as tx:
        assert holding.find_hold(tx, added.id) == added
    assert (added.reason, added.legal_basis, added.reference) == ("why", "law", "Nr. 4711")
    assert (added.from_at, added.until_at) == (new.from_at, new.until_at)
    assert (added.added_at, added.added_by.name, added.evidence_id) == (place.clock.now(), actor.name, evidence_id)


def test_adding_a_hold_is_in_the_audit_log(place, seal, act) -> None:
    evidence_id = seal()
    hold = act(holding.add_hold, evidence_id, _operator(place))
    with read(place.engine) as tx:
        entry = page_entries(tx, target=f"evidence:{evidence_id}")[-1]
    assert (entry.verb, entry.reason) == ("add_hold", "Kept for training our reviewers.")
    assert entry.details["hold"] == hold.id
    assert entry.details["until"] == hold.until_at.isoformat()


def test_moments_of_any_zone_are_kept_as_the_same_moments(place, seal, act) -> None:
    at = datetime.fromisoformat("2026-11-24T01:30:00+14:00")
    hold = act(holding.add_hold, seal(), report_hold(at, "1"))
    assert hold.from_at == at
    assert hold.until_at == datetime(2027, 11, 23, 11, 30, tzinfo=UTC)


def test_a_hold_of_the_wrong_form_changes_nothing(place, seal, act, holds) -> None:
    evidence_id = seal()
    now = place.clock.now()
    with pytest.raises(InvalidValue):
        act(holding.add_hold, evidence_id, operator_hold(now, now, reason="x"))
    assert len(holds(evidence_id)) == 1


def test_evidence_that_never_was_cannot_be_held(place, act) -> None:
    for what in (
        lambda: act(holding.add_hold, "0" * 32, _operator(place)),
        lambda: act(holding.close_review, "0" * 32, closed_at=place.clock.now()),
        lambda: act(holding.reopen_review, "0" * 32),
        lambda: act(holding.start_report_hold, "0" * 32, receipt_at=place.clock.now(), reference="1"),
        lambda: act(holding.renew_hold, 99, reference="1"),
    ):
        with pytest.raises(NotFound):
            what()


def test_destroyed_evidence_cannot_be_held_again(place, seal, act, moving) -> None:
    evidence_id = seal()
    request = act(holding.add_hold, evidence_id, law_enforcement_hold(place.clock.now(), reference="1"))
    act(holding.close_review, evidence_id, closed_at=place.clock.now(), appeal_days=0)
    moving.at = request.until_at
    act(destroy_key, evidence_id, "a test", most_jump=200 * _DAY)
    for what in (
        lambda: act(holding.add_hold, evidence_id, _operator(place)),
        lambda: act(holding.close_review, evidence_id, closed_at=place.clock.now()),
        lambda: act(holding.reopen_review, evidence_id),
        lambda: act(holding.start_report_hold, evidence_id, receipt_at=place.clock.now(), reference="1"),
        lambda: act(holding.renew_hold, request.id, reference="2"),
    ):
        with pytest.raises(UsageError, match="destroyed on"):
            what()


def test_a_clock_that_was_set_back_adds_no_hold(place, seal, act, moving) -> None:
    evidence_id = seal()
    moving.at -= timedelta(hours=1)
    for what in (
        lambda: act(holding.add_hold, evidence_id, _operator(place)),
        lambda: act(holding.close_review, evidence_id, closed_at=place.clock.now()),
        lambda: act(holding.reopen_review, evidence_id),
        lambda: act(holding.renew_hold, 1, reference="1"),
    ):
        with pytest.raises(ClockWrong):
            what()


def test_a_closed_review_ends_after_the_time_to_appeal(place, seal, act, holds) -> None:
    evidence_id, now = seal(), place.clock.now()
    act(holding.close_review, evidence_id, closed_at=now)
    assert holds(evidence_id)[0].until_at == now + 30 * _DAY
    assert _verbs(place, evidence_id)[-1] == "end_review"


def test_closing_again_never_makes_it_shorter(place, seal, act, holds) -> None:
    evidence_id, now = seal(), place.clock.now()
    act(holding.close_review, evidence_id, closed_at=now)
    act(holding.close_review, evidence_id, closed_at=now, appeal_days=5)
    assert holds(evidence_id)[0].until_at == now + 30 * _DAY
    act(holding.close_review, evidence_id, closed_at=now, appeal_days=60)
    assert holds(evidence_id)[0].until_at == now + 60 * _DAY


def test_a_reopened_review_has_no_end_until_it_is_closed_again(place, seal, act, holds, moving) -> None:
    evidence_id = seal()
    act(holding.close_review, evidence_id, closed_at=place.clock.now(), appeal_days=5)
    moving.at += 6 * _DAY  # its time was over, and nothing had destroyed it yet
    act(holding.reopen_review, evidence_id)
    assert holds(evidence_id)[0].until_at is None
    with pytest.raises(EvidenceHeld):
        act(destroy_key, evidence_id, "a test")
    act(holding.close_review, evidence_id, closed_at=place.clock.now(), appeal_days=5)
    assert holds(evidence_id)[0].until_at == moving.at + 5 * _DAY


def test_reopening_what_is_open_says_nothing(place, seal, act) -> None:
    evidence_id = seal()
    before = _verbs(place, evidence_id)
    act(holding.reopen_review, evidence_id)
    assert _verbs(place, evidence_id) == before


@pytest.mark.parametrize("early", [timedelta(0), timedelta(hours=3), -timedelta(seconds=30)])
def test_a_report_takes_over_from_the_review_without_a_gap(place, seal, act, holds, early: timedelta) -> None:
    evidence_id, now = seal(), place.clock.now()
    report = act(holding.start_report_hold, evidence_id, receipt_at=now - early, reference="987")
    review, kept = holds(evidence_id)
    assert kept == report
    assert (report.kind, report.reference, report.from_at) == (HoldKind.REPORT, "987", now - early)
    assert review.until_at == max(now, now - early)
    for moment in (now, now + _TICK, review.until_at - _TICK, review.until_at, report.until_at - _TICK):
        assert [hold for hold in (review, kept) if hold.is_active(moment)]
    assert not kept.is_active(report.until_at)


def test_a_report_after_the_case_was_closed_leaves_the_review_its_later_end(place, seal, act, holds) -> None:
    evidence_id, now = seal(), place.clock.now()
    act(holding.close_review, evidence_id, closed_at=now)
    act(holding.start_report_hold, evidence_id, receipt_at=now, reference="1", years=2)
    review, report = holds(evidence_id)
    assert review.until_at == now + 30 * _DAY
    assert report.until_at == now.replace(year=2028)


def test_a_request_is_renewed_from_its_old_end_and_each_renewal_is_recorded(place, seal, act, holds) -> None:
    evidence_id, now = seal(), place.clock.now()
    first = act(holding.add_hold, evidence_id, law_enforcement_hold(now, reference="1"))
    second = act(holding.renew_hold, first.id, reference="2")
    third = act(holding.renew_hold, second.id, reference="3", days=100)
    assert (second.from_at, second.until_at) == (first.until_at, now + 180 * _DAY)
    assert (third.from_at, third.until_at) == (second.until_at, now + 280 * _DAY)
    assert holds(evidence_id)[1] == first
    assert _verbs(place, evidence_id).count("renew_hold") == 2


def test_a_request_is_renewed_once_so_that_no_days_count_twice(place, seal, act) -> None:
    evidence_id, now = seal(), place.clock.now()
    first = act(holding.add_hold, evidence_id, law_enforcement_hold(now, reference="1"))
    second = act(holding.renew_hold, first.id, reference="2")
    with pytest.raises(UsageError, match=f"renew hold {second.id}"):
        act(holding.renew_hold, first.id, reference="3")


def test_two_requests_of_the_same_moment_are_each_renewed(place, seal, act) -> None:
    evidence_id, now = seal(), place.clock.now()
    one, other = (act(holding.add_hold, evidence_id, law_enforcement_hold(now, reference=of)) for of in "AB")
    act(holding.renew_hold, one.id, reference="A2")
    act(holding.renew_hold, other.id, reference="B2")
    with pytest.raises(UsageError):
        act(holding.renew_hold, one.id, reference="A3")


def test_a_renewal_that_would_keep_nothing_is_refused(place, seal, act, moving) -> None:
    first = act(holding.add_hold, seal(), law_enforcement_hold(place.clock.now(), reference="1"))
    moving.at = first.until_at + 90 * _DAY
    with pytest.raises(InvalidValue, match="ended"):
        act(holding.renew_hold, first.id, reference="2")


def test_of_several_holds_only_those_that_keep_are_active(place, seal, act) -> None:
    evidence_id = seal()
    act(holding.close_review, evidence_id, closed_at=place.clock.now(), appeal_days=1)
    kept = act(holding.add_hold, evidence_id, _operator(place, 2))
    with read(place.engine) as tx:
        assert len(holding.active_holds(tx, evidence_id, place.clock.now())) == 2
        assert holding.active_holds(tx, evidence_id, place.clock.now() + _DAY) == [kept]
        assert holding.active_holds(tx, evidence_id, place.clock.now() + 2 * _DAY) == []


@pytest.mark.parametrize("is_hold_first", [True, False])
def test_a_hold_added_while_evidence_is_destroyed_wins_or_is_refused(place, seal, act, actor, is_hold_first) -> None:
    """Whoever has the lock first goes first, the other waits for it and then sees what it did: no hold is ever lost."""
    evidence_id = seal()
    act(holding.close_review, evidence_id, closed_at=place.clock.now(), appeal_days=0)
    told: list[BaseException] = []

    def hold() -> None:
        act(holding.add_hold, evidence_id, _operator(place))

    def destroy() -> None:
        act(destroy_key, evidence_id, "its time is over")

    def try_second() -> None:
        try:
            (destroy if is_hold_first else hold)()
        except UsageError as error:
            told.append(error)

    thread = threading.Thread(target=try_second)

    with write(place.engine) as tx:
        if is_hold_first:
            holding.add_hold(tx, place.clock, actor, evidence_id, _operator(place))
        else:
            destroy_key(tx, place.clock, actor, evidence_id, "its time is over")
        thread.start()
        thread.join(timeout=0.3)
        assert thread.is_alive()  # it waits
    thread.join()
    (error,) = told
    assert isinstance(error, EvidenceHeld) is is_hold_first
    with read(place.engine) as tx:
        holds = holding.holds_of(tx, evidence_id)
    assert len(holds) == (2 if is_hold_first else 1)
