"""The hash-confirmed path: off unless switched on, by sound digests alone, and off again when it is used too much."""

from dataclasses import replace

import pytest
from sqlalchemy import update

from safelight.banks.control import Opinion
from safelight.banks.entry import NewEntry
from safelight.banks.flood import FloodRule
from safelight.banks.queries import entries_by_id
from safelight.clock import FixedClock
from safelight.database.transaction import read, write
from safelight.errors import InvalidValue, NotAllowed, UsageError
from safelight.flow.banks import controls
from safelight.flow.banks import edits as banks
from safelight.flow.review.desk import ReviewDesk
from safelight.flow.review.hash_path import switch_path_on
from safelight.hashing.signal import SignalType
from safelight.matching.match import Match
from safelight.review import decision_queries
from safelight.review.case import CaseState
from safelight.review.decision import Finding, Seat
from safelight.review.rules import ReviewRules
from safelight.review.scheme import Classification
from safelight.review.store.tables import memories
from safelight.roles import EVERY_PERMISSION, ActorKind, Permission

LISTED = b"listed, and benign"


@pytest.fixture
def open_path(desk, actor):
    """The path, switched on; the bank `known` is verified by an authority, and its entry 1 a SHA-256 value."""
    desk.rules = ReviewRules(is_path_on=True, path_cap=3)
    entries = [NewEntry(signal_type="sha256", value=b"v" * 32, label="A1", label_scheme="ncmec")]
    banks.add_entries(desk.engine, desk.clock, actor, bank="known", entries=entries)
    controls.mark_verified(desk.engine, desk.clock, actor, bank="known", authority="an authority")
    desk.matches = (_listed(desk, SignalType.SHA256),)
    return desk


def _listed(desk, kind: SignalType, **more) -> Match:
    from safelight.matching.match import MatchKind
    from safelight.matching.snapshot import ThresholdSource

    values = {
        "kind": MatchKind.EXACT,
        "signal_type": kind,
        "distance": 0,
        "threshold": 0,
        "threshold_source": ThresholdSource.BANK,
        "orientation": "",
        "frame": None,
        "quality": None,
        "entry_id": 1,
        "bank_name": "known",
        "bank_version": 1,
        "label": "A1",
        "label_scheme": "ncmec",
        "source": "",
        "entry_key": "",
        "entry_note": "",
        "entry_added_at": desk.clock.now(),
    }
    return Match(**values | more)


def _state(desk, answer) -> CaseState:
    return next(case.state for case in desk.cases() if case.id == answer.case_id)


def _take(desk, actor, number: int = 0):
    return desk.take_in(actor, LISTED + bytes([number]), subject=f"account {number}")


def test_what_a_verified_bank_lists_by_its_sha256_waits_for_its_report_unseen(open_path, actor, told_events) -> None:
    answer = _take(open_path, actor)
    assert _state(open_path, answer) is CaseState.DECIDED
    with read(open_path.engine) as tx:
        (decision,) = decision_queries.decisions_of(tx, actor, answer.case_id)
        assert decision_queries.is_unviewed(tx, 1)
    assert (decision.seat, decision.finding, decision.by_kind) == (Seat.PATH, Finding.CONFIRMED, ActorKind.SERVICE)
    assert decision.classification == Classification(scheme="ncmec", label="A1")
    assert ("case_decided", {"case_id": 1, "verdict": "confirmed"}) in told_events()


def test_it_is_off_by_default(open_path, actor) -> None:
    open_path.rules = ReviewRules()
    assert _state(open_path, _take(open_path, actor)) is CaseState.OPEN


@pytest.mark.parametrize(
    "rows",
    [
        [(SignalType.MD5, {})],  # a colliding MD5
        [(SignalType.SHA1, {})],
        [(SignalType.MD5, {"entry_key": "1"}), (SignalType.SHA1, {"entry_key": "2"})],
        [(SignalType.SHA256, {"bank_name": "other"})],
        [(SignalType.SHA256, {"opinion": Opinion.DECONFIRMED})],
        [(SignalType.SHA256, {}), (SignalType.MD5, {"opinion": Opinion.DECONFIRMED})],
    ],
)
def test_what_does_not_confirm_it_by_itself_waits_for_a_person(open_path, actor, rows) -> None:
    open_path.matches = tuple(_listed(open_path, kind, **more) for kind, more in rows)
    assert _state(open_path, _take(open_path, actor)) is CaseState.OPEN


@pytest.mark.parametrize("change", ["unverify", "disable"])
def test_a_bank_that_is_verified_or_enabled_no_more_confirms_nothing(open_path, actor, change) -> None:
    parts = (open_path.engine, open_path.clock, actor)
    if change == "unverify":
        controls.mark_verified(*parts, bank="known", authority="")
    else:
        banks.disable_bank(*parts, bank="known")
    assert _state(open_path, _take(open_path, actor)) is CaseState.OPEN


def test_a_case_with_something_else_in_it_waits_for_a_person_all_the_same(open_path, actor) -> None:
    confirming, open_path.matches = open_path.matches, (_listed(open_path, SignalType.MD5),)
    _take(open_path, actor)
    open_path.matches = confirming
    answer = _take(open_path, actor)
    assert _state(open_path, answer) is CaseState.OPEN
    with read(open_path.engine) as tx:
        assert decision_queries.due_items(tx, answer.case_id) == [1]


def test_what_two_people_found_to_be_something_else_is_not_confirmed(open_path, actor) -> None:
    first = _take(open_path, actor)
    with write(open_path.engine) as tx:
        (key,) = [item.media_key for item in decision_queries.find_items(tx, [1])]
        from safelight.review.store import memory_rows
        from safelight.review.store.tables import decisions

        tx.execute(update(decisions).values(finding=Finding.NOT_A_MATCH.value))
        later = open_path.clock.now().replace(year=2027)
        memory_rows.add(tx, media_key=key, decision_id=1, now=open_path.clock.now(), expires_at=later)
        assert len(tx.execute(memories.select()).all()) == 1
    again = open_path.take_in(actor, LISTED + b"\0", subject="another")
    assert again.case_id != first.case_id
    assert _state(open_path, again) is CaseState.OPEN


def test_the_daily_cap_switches_it_off_and_calls_a_person(open_path, actor, told_events) -> None:
    states = [_state(open_path, _take(open_path, actor, number)) for number in range(5)]
    assert states == [CaseState.DECIDED] * 3 + [CaseState.OPEN] * 2
    assert [kind for kind, _ in told_events()].count("hash_path_off") == 1
    with read(open_path.engine) as tx:
        assert decision_queries.find_path_mark(tx).off_why == "The daily cap was reached."
    open_path.clock = FixedClock(at=open_path.clock.now().replace(day=25))  # it does not come back by itself
    assert _state(open_path, _take(open_path, actor, 6)) is CaseState.OPEN


def _review_desk(open_path, actor) -> ReviewDesk:
    return ReviewDesk(engine=open_path.engine, clock=open_path.clock, actor=actor, keys=open_path.place.keys)


def test_only_a_lead_switches_it_on_again_with_a_reason_and_the_cap_counts_on(open_path, actor) -> None:
    reviewer = replace(actor, permissions=EVERY_PERMISSION - {Permission.CASE_LEAD})
    with pytest.raises(UsageError, match="Nothing has switched"):
        switch_path_on(_review_desk(open_path, actor), reason="why")
    for number in range(3):
        _take(open_path, actor, number)
    for who, reason, error in (
        (reviewer, "why", NotAllowed),
        (replace(actor, kind=ActorKind.SERVICE), "why", NotAllowed),
        (actor, " ", InvalidValue),
    ):
        with pytest.raises(error):
            switch_path_on(_review_desk(open_path, who), reason=reason)
    switch_path_on(_review_desk(open_path, actor), reason="a raid; the list is sound")
    assert _state(open_path, _take(open_path, actor, 4)) is CaseState.OPEN  # the cap of these 24 hours is used up
    open_path.clock = FixedClock(at=open_path.clock.now().replace(day=25))
    switch_path_on(_review_desk(open_path, actor), reason="a new day")
    assert _state(open_path, _take(open_path, actor, 5)) is CaseState.DECIDED


def test_the_flood_guard_switches_it_off(open_path, actor, told_events) -> None:
    rule = FloodRule(minimum=2, first_day_minimum=2)
    controls.count_matches(open_path.engine, open_path.clock, actor, counts={1: 10}, rule=rule)
    with read(open_path.engine) as tx:
        assert entries_by_id(tx, [1])
        assert decision_queries.find_path_mark(tx).off_why.startswith("The flood guard")
    assert [kind for kind, _ in told_events()] == ["hash_path_off"]
    assert _state(open_path, _take(open_path, actor)) is CaseState.OPEN
