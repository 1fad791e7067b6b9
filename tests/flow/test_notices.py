"""Notices arrive once in effect, signed; what does not arrive is tried again, told, and in the end left alone."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from safelight.clock import FixedClock
from safelight.database.engine import Engine
from safelight.database.schema import METADATA
from safelight.database.transaction import read, write
from safelight.errors import (
    InvalidValue,
    KeysNotExported,
    NotAllowed,
    OutboundFailed,
    OutboundRefused,
    SafelightError,
)
from safelight.flow import notices as flow
from safelight.flow.notices import Delivering, NoticeDesk
from safelight.jobs import queries as jobs
from safelight.jobs.job import MOST_ATTEMPTS, JobState
from safelight.jobs.worker import Worker
from safelight.notices import queries
from safelight.notices.address import AddressState
from safelight.notices.delivery import Delivery, DeliveryState
from safelight.notices.event import WANTABLE, EventKind
from safelight.notices.sending import Sender
from safelight.notices.steps import DELIVER_NOTICE, tell_event
from safelight.outbound.address import read_networks
from safelight.outbound.limits import Limits
from safelight.outbound.outlet import Outlet
from safelight.roles import Actor, ActorKind
from safelight.testing.certificates import TrialAuthority
from safelight.testing.keys import MemoryKeys
from safelight.testing.receiver import Receiver, trial_receiver


class Moving:
    """A clock that is moved by hand."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


@pytest.fixture(scope="module")
def authority() -> TrialAuthority:
    return TrialAuthority()


@pytest.fixture
def moving(clock: FixedClock) -> Moving:
    return Moving(clock.at)


@pytest.fixture
def receiver(authority: TrialAuthority, moving: Moving) -> Iterator[Receiver]:
    with trial_receiver(authority, moving) as running:
        yield running


@pytest.fixture
def desk(engine: Engine, moving: Moving, actor: Actor, authority: TrialAuthority) -> NoticeDesk:
    through, limits = read_networks(["127.0.0.1"]), Limits(seconds=5)
    sender = Sender(outlet=Outlet(authority.trust()), limits=limits, let_through=through)
    return NoticeDesk(engine=engine, clock=moving, actor=actor, keys=MemoryKeys(), sender=sender, most_failures=3)


@pytest.fixture
def hooks(desk: NoticeDesk, receiver: Receiver) -> str:
    """An address that wants everything, at which the receiver knows the secret."""
    address, secret = flow.add_address(desk, name="hooks", url=receiver.url, kinds=WANTABLE)
    receiver.secrets.append(secret)
    assert (address.state, address.origin) == (AddressState.ENABLED, receiver.url.removesuffix("/hooks/a-secret-path"))
    return address.name


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def work(desk: NoticeDesk, told: list[str]) -> Callable[[], int]:
    """Let a worker do what is due."""

    def run() -> int:
        delivering = Delivering(keys=desk.keys, sender=desk.sender, most_failures=3, tell=told.append)
        worker = Worker(desk.engine, desk.clock, delivering.handlers(), name="w", tell=told.append)
        return worker.run_due()

    return run


Work = Callable[[], int]


def _tell(desk: NoticeDesk, **facts: int | str) -> str:
    with write(desk.engine) as tx:
        event_id = tell_event(tx, desk.clock, EventKind.CASE_OPENED, facts)
    assert event_id is not None
    return event_id


def _deliveries(desk: NoticeDesk) -> list[Delivery]:
    with read(desk.engine) as tx:
        return list(reversed(queries.page_deliveries(tx)))


def _jobs(desk: NoticeDesk) -> list[tuple[JobState, str]]:
    with read(desk.engine) as tx:
        return [(job.state, job.reason) for job in jobs.page_jobs(tx, kind=DELIVER_NOTICE)]


def _state(desk: NoticeDesk) -> AddressState:
    with read(desk.engine) as tx:
        return queries.find_address(tx, "hooks").state


def test_what_happened_arrives_and_is_believed(desk: NoticeDesk, hooks: str, receiver: Receiver, work: Work) -> None:
    event_id = _tell(desk, case_id=7, verdict="exact")
    assert work() == 1
    (came,) = receiver.events
    assert (came["id"], came["kind"], came["facts"]) == (event_id, "case_opened", {"case_id": 7, "verdict": "exact"})
    (delivery,) = _deliveries(desk)
    assert (delivery.state, delivery.status, delivery.attempts) == (DeliveryState.DELIVERED, 204, 1)
    assert _jobs(desk) == [(JobState.DONE, "")]


def test_what_fails_is_tried_again_later_under_the_same_id(
    desk: NoticeDesk, hooks: str, receiver: Receiver, work: Work, moving: Moving
) -> None:
    receiver.statuses = [500, 302]
    event_id = _tell(desk)
    work()
    assert _jobs(desk) == [(JobState.WAITING, "The address answered 500. [outbound_failed]")]
    assert (_deliveries(desk)[0].status, _deliveries(desk)[0].reason) == (500, "The address answered 500.")
    for _ in range(2):
        moving.at += timedelta(hours=2)
        work()
    assert [each["id"] for each in receiver.events] == [event_id] * 3
    (delivery,) = _deliveries(desk)
    assert (delivery.state, delivery.attempts, delivery.reason) == (DeliveryState.DELIVERED, 3, "")
    assert receiver.server is not None
    assert receiver.server.connections == 3  # the redirect was not followed


def test_an_address_that_fails_for_an_hour_is_paused_and_says_why(
    desk: NoticeDesk, hooks: str, receiver: Receiver, work: Work, told: list[str]
) -> None:
    moving: Any = desk.clock
    receiver.statuses = [503] * 9
    _tell(desk)
    for _ in range(4):
        work()
        moving.at += timedelta(hours=2)
    assert len(receiver.events) == 3
    assert _state(desk) is AddressState.PAUSED
    assert any("was paused: 3 attempts in a row failed" in each for each in told)
    assert _deliveries(desk)[0].state is DeliveryState.WITHHELD
    assert _jobs(desk) == [(JobState.DONE, "")]
    _tell(desk)
    assert (work(), len(receiver.events)) == (0, 3)
    receiver.statuses.clear()
    assert flow.enable_address(desk, "hooks", reason="mended") == 2
    assert flow.resend_undelivered(desk, "hooks") == 2
    work()
    assert [each.state for each in _deliveries(desk)] == [DeliveryState.DELIVERED] * 2


def test_after_the_last_attempt_a_delivery_has_failed_and_no_job_is_left_dead(
    desk: NoticeDesk, hooks: str, receiver: Receiver, work: Work, moving: Moving
) -> None:
    receiver.statuses = [500] * 99
    _tell(desk)
    patient = Delivering(keys=desk.keys, sender=desk.sender, most_failures=1000)
    worker = Worker(desk.engine, moving, patient.handlers(), name="w", tell=lambda _: None)
    for _ in range(MOST_ATTEMPTS + 2):
        worker.run_due()
        moving.at += timedelta(hours=2)
    (delivery,) = _deliveries(desk)
    assert (delivery.state, delivery.attempts) == (DeliveryState.FAILED, MOST_ATTEMPTS)
    assert _jobs(desk) == [(JobState.DONE, "")]
    receiver.statuses.clear()
    flow.resend(desk, delivery.id)
    assert work() == 1
    assert _deliveries(desk)[0].state is DeliveryState.DELIVERED


class Killed(BaseException):
    """The process died."""


class _Dying(Sender):
    """Sends, and dies before anybody can write that down."""

    def send(self, *given: Any) -> int:
        super().send(*given)
        raise Killed


def test_a_worker_that_dies_after_sending_sends_once_more_under_the_same_id(
    desk: NoticeDesk, hooks: str, receiver: Receiver, work: Work, moving: Moving
) -> None:
    event_id = _tell(desk)
    dying = _Dying(outlet=desk.sender.outlet, limits=desk.sender.limits, let_through=desk.sender.let_through)
    handlers = Delivering(keys=desk.keys, sender=dying, most_failures=3).handlers()
    with pytest.raises(Killed):
        Worker(desk.engine, moving, handlers, name="dead").run_due()
    assert _deliveries(desk)[0].state is DeliveryState.WAITING
    for _ in range(3):  # the lease is suspected, taken over, and the job tried again
        moving.at += timedelta(hours=1)
        work()
    assert [each["id"] for each in receiver.events] == [event_id] * 2
    (delivery,) = _deliveries(desk)
    assert (delivery.state, delivery.attempts) == (DeliveryState.DELIVERED, 2)


def test_a_name_that_leads_inside_by_now_is_a_failure_like_any_other(
    desk: NoticeDesk, hooks: str, receiver: Receiver, moving: Moving
) -> None:
    _tell(desk)
    walled = Sender(outlet=desk.sender.outlet, limits=desk.sender.limits)
    handlers = Delivering(keys=desk.keys, sender=walled, most_failures=3).handlers()
    Worker(desk.engine, moving, handlers, name="w", tell=lambda _: None).run_due()
    ((state, reason),) = _jobs(desk)
    assert state is JobState.WAITING
    assert "a loopback address" in reason
    assert "127.0.0.1" not in reason
    assert receiver.events == []


def test_keys_that_are_gone_are_no_fault_of_the_address(
    desk: NoticeDesk, hooks: str, moving: Moving, receiver: Receiver
) -> None:
    _tell(desk)
    handlers = Delivering(keys=MemoryKeys(), sender=desk.sender, most_failures=1).handlers()
    Worker(desk.engine, moving, handlers, name="w", tell=lambda _: None).run_due()
    ((state, reason),) = _jobs(desk)
    assert (state, "[keys_unusable]" in reason) == (JobState.WAITING, True)
    with read(desk.engine) as tx:
        assert queries.find_address(tx, "hooks").failures == 0


def test_a_test_is_sent_at_once_and_is_in_the_log(desk: NoticeDesk, hooks: str, receiver: Receiver) -> None:
    assert flow.send_test(desk, "hooks") == 204
    assert [each["kind"] for each in receiver.events] == ["test"]
    receiver.statuses = [500]
    with pytest.raises(OutboundFailed, match="answered 500"):
        flow.send_test(desk, "hooks")
    assert [each.state for each in _deliveries(desk)] == [DeliveryState.DELIVERED, DeliveryState.FAILED]
    assert _jobs(desk) == []


def test_a_disabled_address_gets_nothing(desk: NoticeDesk, hooks: str, receiver: Receiver, work: Work) -> None:
    _tell(desk)
    flow.disable_address(desk, "hooks")
    work()
    assert receiver.events == []
    assert [each.reason for each in _deliveries(desk)] == ["The address was disabled."]


def test_while_a_secret_is_exchanged_the_receiver_misses_nothing(
    desk: NoticeDesk, hooks: str, receiver: Receiver, work: Work, moving: Moving
) -> None:
    new = flow.rotate_secret(desk, "hooks", overlap=timedelta(hours=2))
    _tell(desk)
    work()
    receiver.secrets = [new]
    _tell(desk)
    work()
    moving.at += timedelta(hours=2)
    _tell(desk)
    work()
    assert (len(receiver.events), receiver.refused) == (3, 0)
    assert receiver.server is not None
    signatures = [asked.headers["safelight-signature"].count("v1=") for asked in receiver.server.asked]
    assert signatures == [2, 2, 1]


def test_without_an_overlap_the_old_secret_signs_no_more(
    desk: NoticeDesk, hooks: str, receiver: Receiver, work: Work
) -> None:
    flow.rotate_secret(desk, "hooks", overlap=timedelta(0))
    _tell(desk)
    work()
    assert (receiver.events, receiver.refused) == ([], 1)


@pytest.mark.parametrize("overlap", [timedelta(seconds=-1), timedelta(days=31)])
def test_an_overlap_has_bounds(desk: NoticeDesk, hooks: str, overlap: timedelta) -> None:
    with pytest.raises(InvalidValue, match="30 days"):
        flow.rotate_secret(desk, "hooks", overlap=overlap)


def test_a_removed_address_is_gone(desk: NoticeDesk, hooks: str) -> None:
    flow.remove_address(desk, "hooks", reason="moved")
    with read(desk.engine) as tx:
        assert queries.list_addresses(tx) == []


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"name": "a b"}, InvalidValue),
        ({"kinds": frozenset()}, InvalidValue),
        ({"url": "http://hooks.example.com/"}, OutboundRefused),
        ({"url": "https://169.254.169.254/"}, OutboundRefused),
        ({"url": "https://user:word@hooks.example.com/"}, OutboundRefused),
    ],
)
def test_an_address_that_cannot_be_is_not_added(
    desk: NoticeDesk, changed: dict[str, Any], error: type[SafelightError]
) -> None:
    given = {"name": "hooks", "url": "https://hooks.example.com/", "kinds": WANTABLE, **changed}
    with pytest.raises(error):
        flow.add_address(desk, **given)
    with read(desk.engine) as tx:
        assert queries.list_addresses(tx) == []


def test_nothing_is_sealed_before_the_keys_have_a_recovery_copy(desk: NoticeDesk) -> None:
    unsafe = replace(desk, keys=MemoryKeys(is_exported=False))
    with pytest.raises(KeysNotExported):
        flow.add_address(unsafe, name="hooks", url="https://hooks.example.com/", kinds=WANTABLE)


def test_every_act_takes_the_permission(desk: NoticeDesk, hooks: str) -> None:
    nobody = replace(desk, actor=Actor(kind=ActorKind.PERSON, name="nobody"))
    acts: list[Callable[[], object]] = [
        lambda: flow.add_address(nobody, name="other", url="https://hooks.example.com/", kinds=WANTABLE),
        lambda: flow.enable_address(nobody, "hooks"),
        lambda: flow.disable_address(nobody, "hooks"),
        lambda: flow.remove_address(nobody, "hooks"),
        lambda: flow.rotate_secret(nobody, "hooks"),
        lambda: flow.resend(nobody, 1),
        lambda: flow.resend_undelivered(nobody, "hooks"),
        lambda: flow.send_test(nobody, "hooks"),
    ]
    for act in acts:
        with pytest.raises(NotAllowed, match="notice:write"):
            act()
    assert _state(desk) is AddressState.ENABLED


def test_neither_url_nor_secret_is_anywhere_in_the_database_in_the_clear(
    desk: NoticeDesk, hooks: str, receiver: Receiver, work: Work
) -> None:
    receiver.statuses = [500]
    _tell(desk)
    work()
    with read(desk.engine) as tx:
        held = repr([tuple(row) for table in METADATA.sorted_tables for row in tx.execute(table.select())])
    assert "a-secret-path" not in held
    assert receiver.secrets[0] not in held
    assert "hooks" in held
