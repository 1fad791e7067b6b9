"""Each step is whole or not at all, and is in the audit log where a person did it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from safelight.audit.queries import page_entries
from safelight.clock import FixedClock
from safelight.database.engine import Engine
from safelight.database.transaction import read, write
from safelight.errors import AlreadyExists, InvalidValue, NotFound, UsageError
from safelight.jobs import queries as jobs
from safelight.notices import queries, steps
from safelight.notices.address import AddressState
from safelight.notices.delivery import Delivery, DeliveryState
from safelight.notices.event import EventKind
from safelight.notices.sealed_secret import Purpose, seal, unseal
from safelight.notices.steps import Desk, Misfire
from safelight.testing.keys import MemoryKeys

Add = Callable[..., Any]
FACTS = {"case_id": 7}
MISFIRE = Misfire(status=500, reason="It answered 500.", digest=b"d" * 32, is_last=False)


@pytest.fixture
def tell(engine: Engine, clock: FixedClock) -> Callable[..., str | None]:
    def run(kind: EventKind = EventKind.CASE_OPENED) -> str | None:
        with write(engine) as tx:
            return steps.tell_event(tx, clock, kind, FACTS)

    return run


Tell = Callable[..., str | None]


def _deliveries(engine: Engine) -> list[Delivery]:
    with read(engine) as tx:
        return list(reversed(queries.page_deliveries(tx)))


def _verbs(engine: Engine) -> list[str]:
    with read(engine) as tx:
        return [entry.verb for entry in page_entries(tx, limit=100)]


def _jobs(engine: Engine) -> list[int]:
    with read(engine) as tx:
        return [int(job.args["delivery"]) for job in jobs.page_jobs(tx, kind=steps.DELIVER_NOTICE)]


def test_an_event_is_queued_for_each_address_that_wants_its_kind(engine: Engine, add: Add, tell: Tell) -> None:
    add("all")
    add("cases", frozenset({EventKind.CASE_OPENED}))
    add("others", frozenset({EventKind.EVIDENCE_SEALED}))
    event_id = tell()
    found = _deliveries(engine)
    assert [(each.address_name, each.state, each.event_id) for each in found] == [
        ("all", DeliveryState.WAITING, event_id),
        ("cases", DeliveryState.WAITING, event_id),
    ]
    assert _jobs(engine) == [each.id for each in found]


def test_where_nobody_wants_it_nothing_is_written(engine: Engine, add: Add, tell: Tell) -> None:
    assert tell() is None
    add("others", frozenset({EventKind.EVIDENCE_SEALED}))
    assert tell() is None
    assert _deliveries(engine) == []


def test_an_event_falls_with_the_transaction_in_which_it_happened(engine: Engine, clock: FixedClock, add: Add) -> None:
    add()
    with pytest.raises(InvalidValue), write(engine) as tx:
        assert steps.tell_event(tx, clock, EventKind.CASE_OPENED, FACTS) and steps.tell_event(  # noqa: PT018 - one act
            tx, clock, EventKind.CASE_OPENED, {"name": "what undoes the step"}
        )
    assert (_deliveries(engine), _jobs(engine)) == ([], [])


def test_facts_that_are_no_ids_are_refused_though_nobody_listens(engine: Engine, clock: FixedClock) -> None:
    with pytest.raises(InvalidValue), write(engine) as tx:
        steps.tell_event(tx, clock, EventKind.CASE_OPENED, {"name": "Jo"})


def test_a_paused_address_has_its_deliveries_withheld_and_a_disabled_one_has_none(
    engine: Engine, desk: Desk, add: Add, tell: Tell
) -> None:
    add("off")
    add("paused")
    with write(engine) as tx:
        steps.set_state(tx, desk, "off", AddressState.DISABLED, "")
        steps.set_state(tx, desk, "paused", AddressState.PAUSED, "")
    tell()
    assert [(each.address_name, each.state) for each in _deliveries(engine)] == [("paused", DeliveryState.WITHHELD)]
    assert _jobs(engine) == []


def test_a_name_is_taken_whatever_its_capitals(engine: Engine, add: Add) -> None:
    add("Hooks")
    with pytest.raises(AlreadyExists):
        add("hOOKS")
    with read(engine) as tx:
        assert queries.find_address(tx, "HOOKS").name == "Hooks"


@pytest.mark.parametrize("act", ["set_state", "remove", "rotate", "trial", "undelivered"])
def test_an_address_that_is_not_there_is_not_found(engine: Engine, desk: Desk, keys: MemoryKeys, act: str) -> None:
    acts: dict[str, Callable[[Any], object]] = {
        "set_state": lambda tx: steps.set_state(tx, desk, "x", AddressState.DISABLED, ""),
        "remove": lambda tx: steps.remove_address(tx, desk, "x", ""),
        "rotate": lambda tx: steps.rotate_secret(
            tx, desk, "x", seal(keys, Purpose.SIGNING, "s"), until_at=desk.clock.now(), reason=""
        ),
        "trial": lambda tx: steps.add_trial(tx, desk, "x", ""),
        "undelivered": lambda tx: steps.send_undelivered(tx, desk, "x", ""),
    }
    with pytest.raises(NotFound, match="notice list"), write(engine) as tx:
        acts[act](tx)


def test_every_act_of_a_person_is_in_the_audit_log(engine: Engine, desk: Desk, keys: MemoryKeys, add: Add) -> None:
    add()
    with write(engine) as tx:
        steps.rotate_secret(
            tx, desk, "hooks", seal(keys, Purpose.SIGNING, "s"), until_at=desk.clock.now(), reason="leaked"
        )
        steps.add_trial(tx, desk, "hooks", "")
        steps.set_state(tx, desk, "hooks", AddressState.DISABLED, "")
        steps.set_state(tx, desk, "hooks", AddressState.ENABLED, "")
        steps.send_undelivered(tx, desk, "hooks", "")
        steps.remove_address(tx, desk, "hooks", "gone")
    assert _verbs(engine) == [
        "add_notice_address",
        "rotate_notice_secret",
        "test_notice_address",
        "disable_notice_address",
        "enable_notice_address",
        "resend_notice",
        "remove_notice_address",
    ]


def test_a_removed_address_leaves_no_secret_and_its_log(
    engine: Engine, desk: Desk, clock: FixedClock, add: Add, tell: Tell
) -> None:
    address = add()
    tell()
    with write(engine) as tx:
        steps.remove_address(tx, desk, "hooks", "")
        assert steps.begin_attempt(tx, clock, 1) is None
    with read(engine) as tx:
        assert queries.list_addresses(tx) == []
        assert queries.sealed_secrets(tx, address.id, clock.now()) == []
    assert [(each.state, each.reason) for each in _deliveries(engine)] == [
        (DeliveryState.WITHHELD, "The address was removed.")
    ]


def _signing(engine: Engine, keys: MemoryKeys, address_id: int, at: Any) -> list[str]:
    with read(engine) as tx:
        found = queries.sealed_secrets(tx, address_id, at)
    return [unseal(keys, each) for each in found if each.purpose is Purpose.SIGNING]


def test_an_exchanged_secret_signs_on_until_the_overlap_is_over(
    engine: Engine, desk: Desk, keys: MemoryKeys, clock: FixedClock, add: Add
) -> None:
    address, until_at = add(), clock.now() + timedelta(hours=1)
    for number in (2, 3):
        later = replace(desk, clock=FixedClock(at=clock.now() + timedelta(minutes=number)))
        with write(engine) as tx:
            made = seal(keys, Purpose.SIGNING, f"slns_{number}")
            steps.rotate_secret(tx, later, "hooks", made, until_at=until_at, reason="")
        expected = [f"slns_{number}", f"slns_{number - 1}"]
        assert _signing(engine, keys, address.id, until_at - timedelta(seconds=1)) == expected
    assert _signing(engine, keys, address.id, until_at) == ["slns_3"]
    with write(engine) as tx:
        steps.prune_notices(tx, FixedClock(at=until_at), clock.now())
    assert _signing(engine, keys, address.id, clock.now()) == ["slns_3"]


def _attempt(engine: Engine, clock: FixedClock, delivery_id: int = 1) -> Any:
    with write(engine) as tx:
        return steps.begin_attempt(tx, clock, delivery_id)


def test_an_attempt_is_counted_before_it_is_made(engine: Engine, clock: FixedClock, add: Add, tell: Tell) -> None:
    add()
    event_id = tell()
    attempt = _attempt(engine, clock)
    assert (attempt.event.id, dict(attempt.event.facts)) == (event_id, FACTS)
    (delivery,) = _deliveries(engine)
    assert (delivery.attempts, delivery.tried_at, delivery.state) == (1, clock.now(), DeliveryState.WAITING)


def test_a_delivery_that_has_ended_or_is_gone_is_not_attempted(
    engine: Engine, clock: FixedClock, add: Add, tell: Tell
) -> None:
    add()
    tell()
    attempt = _attempt(engine, clock)
    with write(engine) as tx:
        steps.note_delivered(tx, clock, attempt, status=204, digest=b"d" * 32)
    assert _attempt(engine, clock) is None
    assert _attempt(engine, clock, 99) is None
    (delivery,) = _deliveries(engine)
    assert (delivery.state, delivery.status, delivery.digest, delivery.ended_at) == (
        DeliveryState.DELIVERED,
        204,
        b"d" * 32,
        clock.now(),
    )


def test_many_failures_over_an_hour_pause_an_address_and_say_why(
    engine: Engine, desk: Desk, clock: FixedClock, add: Add, tell: Tell
) -> None:
    add()
    tell()
    attempt = _attempt(engine, clock)
    told = []
    for minutes in (0, 30, 59, 60, 61):
        who = replace(desk, clock=FixedClock(at=clock.now() + timedelta(minutes=minutes)))
        with write(engine) as tx:
            told.append(steps.note_failed(tx, who, attempt, MISFIRE, most_failures=3))
    assert [bool(each) for each in told] == [False, False, False, True, False]
    assert told[3] == "4 attempts in a row failed since 2026-11-23 12:30 UTC, the last one: It answered 500."
    with read(engine) as tx:
        address = queries.find_address(tx, "hooks")
    assert (address.state, address.pause_reason) == (AddressState.PAUSED, told[3])
    assert _deliveries(engine)[0].state is DeliveryState.WITHHELD
    assert "pause_notice_address" in _verbs(engine)


def test_one_that_goes_well_in_between_begins_the_count_anew(
    engine: Engine, desk: Desk, clock: FixedClock, add: Add, tell: Tell
) -> None:
    add()
    tell()
    tell()
    first, second = _attempt(engine, clock, 1), _attempt(engine, clock, 2)
    later = replace(desk, clock=FixedClock(at=clock.now() + timedelta(hours=2)))
    with write(engine) as tx:
        assert not steps.note_failed(tx, desk, first, MISFIRE, most_failures=2)
        steps.note_delivered(tx, clock, second, status=200, digest=b"d")
        assert not steps.note_failed(tx, later, first, MISFIRE, most_failures=2)


def test_the_last_attempt_ends_a_delivery(engine: Engine, desk: Desk, clock: FixedClock, add: Add, tell: Tell) -> None:
    add()
    tell()
    attempt = _attempt(engine, clock)
    with write(engine) as tx:
        steps.note_failed(tx, desk, attempt, replace(MISFIRE, is_last=True), most_failures=9)
    (delivery,) = _deliveries(engine)
    assert (delivery.state, delivery.status, delivery.reason) == (DeliveryState.FAILED, 500, "It answered 500.")


def test_what_has_ended_is_sent_again_and_what_is_on_its_way_is_not(
    engine: Engine, desk: Desk, clock: FixedClock, add: Add, tell: Tell
) -> None:
    add()
    tell()
    with pytest.raises(UsageError, match="on its way"), write(engine) as tx:
        steps.send_again(tx, desk, 1, "")
    with pytest.raises(NotFound), write(engine) as tx:
        steps.send_again(tx, desk, 9, "")
    attempt = _attempt(engine, clock)
    with write(engine) as tx:
        steps.note_failed(tx, desk, attempt, replace(MISFIRE, is_last=True), most_failures=9)
        steps.send_again(tx, desk, 1, "mended")
    assert _attempt(engine, clock).event.id == attempt.event.id


def test_all_that_did_not_arrive_is_sent_again_once_the_address_is_enabled(
    engine: Engine, desk: Desk, clock: FixedClock, add: Add, tell: Tell
) -> None:
    add()
    with write(engine) as tx:
        steps.set_state(tx, desk, "hooks", AddressState.PAUSED, "")
    tell()
    tell()
    for act in (lambda tx: steps.send_undelivered(tx, desk, "hooks", ""), lambda tx: steps.send_again(tx, desk, 1, "")):
        with pytest.raises(UsageError, match="Enable it first"), write(engine) as tx:
            act(tx)
    with write(engine) as tx:
        steps.set_state(tx, desk, "hooks", AddressState.ENABLED, "")
        assert steps.send_undelivered(tx, desk, "hooks", "") == 2
        assert steps.send_undelivered(tx, desk, "hooks", "") == 0
    assert len(_jobs(engine)) == 2


def test_the_log_is_pruned_by_when_deliveries_ended(
    engine: Engine, clock: FixedClock, add: Add, tell: Tell, desk: Desk
) -> None:
    add()
    for _ in range(3):
        tell()
    for delivery_id, late in ((1, 0), (2, 1)):
        ended = FixedClock(at=clock.now() + timedelta(seconds=late))
        attempt = _attempt(engine, clock, delivery_id)
        with write(engine) as tx:
            steps.note_delivered(tx, ended, attempt, status=200, digest=b"d")
    with write(engine) as tx:
        assert steps.prune_notices(tx, clock, clock.now() + timedelta(seconds=1)) == 2  # a delivery and its event
    assert [each.id for each in _deliveries(engine)] == [2, 3]
