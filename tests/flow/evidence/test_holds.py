from datetime import timedelta
from pathlib import Path

import pytest

from safelight.audit.queries import page_entries
from safelight.clock import FixedClock
from safelight.database.clock_mark import see
from safelight.database.transaction import read, write
from safelight.errors import ClockWrong, InvalidValue, NotAllowed, NotFound
from safelight.flow.evidence import holds
from safelight.flow.installation import Installation
from safelight.roles import EVERY_PERMISSION, Actor, ActorKind, Permission
from safelight.testing.evidence import read_bytes, seal_bytes
from safelight.testing.keys import MemoryKeys
from safelight.vault.blobs.disk import DiskBlobs
from safelight.vault.hold import HoldKind, NewHold, law_enforcement_hold, operator_hold
from safelight.vault.holding import holds_of
from safelight.vault.order import NewOrder

_DAY = timedelta(days=1)
_ADA = Actor(kind=ActorKind.PERSON, name="Ada", permissions=EVERY_PERMISSION)
_BO = Actor(kind=ActorKind.PERSON, name="Bo", permissions=frozenset({Permission.HOLD_RELEASE}))


@pytest.fixture
def place(engine, clock, tmp_path: Path) -> Installation:
    blobs = DiskBlobs(tmp_path / "blobs")
    blobs.create()
    return Installation(engine=engine, blobs=blobs, keys=MemoryKeys(), clock=clock)


@pytest.fixture
def evidence_id(place, actor, tmp_path: Path) -> str:
    return seal_bytes(place, actor, tmp_path / "spool", [b"bytes"]).id


def _holds(engine, evidence_id: str):
    with read(engine) as tx:
        return holds_of(tx, evidence_id)


def test_a_hold_is_added_and_renewed_by_who_may(engine, clock, actor, evidence_id) -> None:
    first = holds.add_hold(engine, clock, actor, evidence_id, law_enforcement_hold(clock.now(), reference="1"))
    second = holds.renew_hold(engine, clock, actor, first.id, reference="2", reason="asked again", days=91)
    assert _holds(engine, evidence_id)[1:] == [first, second]
    assert (second.reason, second.until_at) == ("asked again", clock.now() + 181 * _DAY)


def test_who_may_only_release_adds_no_hold(engine, clock, evidence_id) -> None:
    new = operator_hold(clock.now(), clock.now() + _DAY, reason="x")
    with pytest.raises(NotAllowed, match="hold:write"):
        holds.add_hold(engine, clock, _BO, evidence_id, new)
    with pytest.raises(NotAllowed):
        holds.renew_hold(engine, clock, _BO, 1, reference="x")


def test_two_people_release_and_destroy(engine, clock, actor, place, evidence_id) -> None:
    (hold,) = _holds(engine, evidence_id)
    new = NewOrder(evidence_id=evidence_id, hold_ids=(hold.id,), legal_basis="l", authority="a", reference="r")
    order = holds.ask_release(engine, clock, _ADA, new)
    assert holds.waiting_releases(engine, clock) == [order]
    with pytest.raises(NotAllowed):
        holds.confirm_release(engine, clock, _ADA, order.id)
    certificate = holds.confirm_release(engine, clock, _BO, order.id)
    assert certificate.order_id == order.id
    assert holds.waiting_releases(engine, clock) == []
    with pytest.raises(NotFound):
        read_bytes(place, actor, evidence_id)


def test_a_lawful_destruction_is_told_of_with_the_transaction_that_does_it(
    engine, clock, evidence_id, told_events
) -> None:
    (hold,) = _holds(engine, evidence_id)
    new = NewOrder(evidence_id=evidence_id, hold_ids=(hold.id,), legal_basis="l", authority="a", reference="r")
    order = holds.ask_release(engine, clock, _ADA, new)
    with pytest.raises(NotAllowed):
        holds.confirm_release(engine, clock, _ADA, order.id)
    holds.confirm_release(engine, clock, _BO, order.id)
    assert told_events() == [("evidence_destroyed", {"evidence_id": evidence_id})]


def test_a_confirmation_goes_by_the_jump_that_is_set(engine, clock, evidence_id) -> None:
    (hold,) = _holds(engine, evidence_id)
    new = NewOrder(evidence_id=evidence_id, hold_ids=(hold.id,), legal_basis="l", authority="a", reference="r")
    order = holds.ask_release(engine, clock, _ADA, new)
    later = FixedClock(at=clock.now() + 3 * _DAY)
    with pytest.raises(ClockWrong):
        holds.confirm_release(engine, later, _BO, order.id, most_jump=2 * _DAY)
    holds.confirm_release(engine, later, _BO, order.id, most_jump=3 * _DAY)


def test_the_clock_is_accepted_by_a_person_with_a_reason_and_that_is_in_the_audit_log(engine, clock) -> None:
    with write(engine) as tx:
        see(tx, FixedClock(at=clock.now() + _DAY))
    before, now = holds.accept_clock(engine, clock, _ADA, reason="the battery was empty")
    assert (before, now) == (clock.now() + _DAY, clock.now())
    with read(engine) as tx:
        (entry,) = page_entries(tx, target="clock:1")
    assert (entry.verb, entry.reason, entry.actor.name) == ("accept_clock", "the battery was empty", "Ada")
    assert entry.details == {"was": before.isoformat(), "is": now.isoformat()}
    with write(engine) as tx:
        see(tx, clock)


@pytest.mark.parametrize(
    "actor_of",
    [
        Actor(kind=ActorKind.SERVICE, name="worker", permissions=EVERY_PERMISSION),
        Actor(kind=ActorKind.PERSON, name="Cy", permissions=frozenset({Permission.HOLD_WRITE})),
    ],
)
def test_no_program_and_nobody_without_the_permission_accepts_the_clock(engine, clock, actor_of) -> None:
    with pytest.raises(NotAllowed):
        holds.accept_clock(engine, clock, actor_of, reason="x")
    with pytest.raises(InvalidValue, match="reason"):
        holds.accept_clock(engine, clock, _ADA, reason=" ")


def test_who_says_the_same_again_holds_and_asks_once(engine, clock, actor, evidence_id) -> None:
    new = law_enforcement_hold(clock.now(), reference="1")
    first, again = (holds.add_hold_once(engine, clock, actor, evidence_id, new) for _ in range(2))
    assert (first[1], again) == (True, (first[0], False))
    assert holds.add_hold_once(engine, clock, _ADA, evidence_id, new)[1]  # another's own hold
    assert holds.add_hold_once(engine, clock, actor, evidence_id, law_enforcement_hold(clock.now(), reference="2"))[1]
    named = tuple(hold.id for hold in _holds(engine, evidence_id))
    order = NewOrder(evidence_id=evidence_id, hold_ids=named, legal_basis="l", authority="a", reference="r")
    asked, asked_again = (holds.ask_release_once(engine, clock, _ADA, order) for _ in range(2))
    assert (asked[1], asked_again) == (True, (asked[0], False))
    assert holds.ask_release_once(engine, clock, _BO, order)[1]


def test_who_may_not_is_not_told_that_it_is_there_already(engine, clock, actor, evidence_id) -> None:
    new = law_enforcement_hold(clock.now(), reference="1")
    holds.add_hold_once(engine, clock, actor, evidence_id, new)
    with pytest.raises(NotAllowed):
        holds.add_hold_once(engine, clock, _BO, evidence_id, new)
    order = NewOrder(evidence_id=evidence_id, hold_ids=(), legal_basis="l", authority="a", reference="r")
    with pytest.raises(NotAllowed, match="person"):
        holds.ask_release_once(engine, clock, _program(), order)


def _program() -> Actor:
    return Actor(kind=ActorKind.SERVICE, name="shop", permissions=EVERY_PERMISSION)


def test_each_kind_of_hold_ends_by_its_rule(clock) -> None:
    terms = holds.Terms(law_enforcement_days=100, report_years=2)

    def made(kind: HoldKind, **more) -> NewHold:
        return holds.hold_of(holds.Wanted(kind=kind, from_at=clock.now(), reference="1", **more), terms)

    assert made(HoldKind.LAW_ENFORCEMENT).until_at == clock.now() + 100 * _DAY
    assert made(HoldKind.REPORT).until_at.year == clock.now().year + 2
    assert made(HoldKind.OPERATOR, until_at=clock.now() + _DAY, reason="x").until_at == clock.now() + _DAY
    for kind, more in (
        (HoldKind.OPERATOR, {}),
        (HoldKind.UNDER_REVIEW, {}),
        (HoldKind.REPORT, {"until_at": clock.now() + _DAY}),
    ):
        with pytest.raises(InvalidValue, match="Nothing was added"):
            made(kind, **more)
