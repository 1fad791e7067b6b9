"""What happens to addresses and deliveries, each in the caller's transaction."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from safelight.audit import log
from safelight.clock import Clock
from safelight.database.transaction import Tx
from safelight.errors import AlreadyExists, NotFound, UsageError
from safelight.jobs.queue import enqueue
from safelight.keys.interface import KeyService
from safelight.keys.kept import require_kept
from safelight.notices.address import AddressState, NoticeAddress, is_to_be_paused
from safelight.notices.delivery import Attempt, Delivery, DeliveryState
from safelight.notices.event import Event, EventKind, Facts, check_facts
from safelight.notices.sealed_secret import SealedSecret
from safelight.notices.store import address_rows, delivery_rows, secret_rows
from safelight.roles import Actor

DELIVER_NOTICE = "deliver_notice"
"""The job that makes attempts at one delivery."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Who acts upon addresses, and what is at hand for it."""

    clock: Clock
    actor: Actor
    keys: KeyService

    def note(self, tx: Tx, verb: str, address: NoticeAddress, reason: str = "", **details: int | str) -> None:
        """Write into the audit log what is done to an address."""
        target = f"notice_address:{address.id}"
        told = {"name": address.name, **details}
        log.write(tx, clock=self.clock, actor=self.actor, verb=verb, target=target, reason=reason, details=told)


def add_address(
    tx: Tx, desk: Desk, *, name: str, origin: str, kinds: frozenset[EventKind], made: Sequence[SealedSecret]
) -> NoticeAddress:
    """Add an address with its sealed URL and signing secret. Raises `AlreadyExists`, `KeysUnusable`."""
    if address_rows.find(tx, name) is not None:
        raise AlreadyExists(f"There is an address {name} already. Nothing was added. Choose another name.")
    values = {"name": name, "name_key": name.casefold(), "origin": origin, "kinds": address_rows.kinds_text(kinds)}
    counted = {"state": AddressState.ENABLED.value, "pause_reason": "", "failures": 0}
    address_id = address_rows.add(tx, {**values, **counted, "created_at": desk.clock.now()})
    secret_rows.add(tx, address_id, made, desk.clock.now())
    require_kept(desk.keys, *(each.wrapped for each in made))
    added = require_address(tx, name)
    desk.note(tx, "add_notice_address", added, origin=origin[:100], kinds=len(kinds))
    return added


def require_address(tx: Tx, name: str) -> NoticeAddress:
    """Return the address of a name, locked until the transaction ends. Raises `NotFound`."""
    found = address_rows.find(tx, name, is_locked=True)
    if found is None:
        raise NotFound(f"There is no address {name[:70]!r} for notices. `safelight notice list` shows them.")
    return found


def set_state(tx: Tx, desk: Desk, name: str, state: AddressState, reason: str) -> NoticeAddress:
    """Enable or disable an address, and return it as it was. Enabling ends a pause. Raises `NotFound`."""
    found = require_address(tx, name)
    if found.state is not state:
        address_rows.set_state(tx, found.id, state)
        verb = "enable_notice_address" if state is AddressState.ENABLED else "disable_notice_address"
        desk.note(tx, verb, found, reason)
    return found


def remove_address(tx: Tx, desk: Desk, name: str, reason: str) -> None:
    """Remove an address with its secrets. The log of its deliveries stays for its time. Raises `NotFound`."""
    found = require_address(tx, name)
    secret_rows.remove_of(tx, found.id)
    address_rows.remove(tx, found.id)
    desk.note(tx, "remove_notice_address", found, reason)


def rotate_secret(tx: Tx, desk: Desk, name: str, made: SealedSecret, *, until_at: datetime, reason: str) -> None:
    """Let a new secret sign, and the old one beside it until then. Raises `NotFound`, `KeysUnusable`."""
    found = require_address(tx, name)
    secret_rows.end_signing(tx, found.id, until_at)
    secret_rows.add(tx, found.id, [made], desk.clock.now())
    require_kept(desk.keys, made.wrapped)
    desk.note(tx, "rotate_notice_secret", found, reason, until_at=until_at.isoformat(timespec="seconds"))


def tell_event(tx: Tx, clock: Clock, kind: EventKind, facts: Facts) -> str | None:
    """Let every address that wants this kind be told, and return the event's id; None where nobody wants it.

    It stands or falls with the transaction in which the event happens. A delivery to an address that is paused is
    written down and withheld. Raises `InvalidValue` for facts that are no ids.
    """
    check_facts(facts)
    wanting = [
        each for each in address_rows.every(tx) if kind in each.kinds and each.state is not AddressState.DISABLED
    ]
    if not wanting:
        return None
    event = Event(id=uuid.uuid4().hex, kind=kind, happened_at=clock.now(), facts=facts)
    delivery_rows.add_event(tx, event)
    for address in wanting:
        _queue(tx, clock, event, address)
    return event.id


def _queue(tx: Tx, clock: Clock, event: Event, address: NoticeAddress) -> None:
    values = {"address_id": address.id, "address_name": address.name, "event_id": event.id, "queued_at": clock.now()}
    if address.state is AddressState.PAUSED:
        ended = {"state": DeliveryState.WITHHELD.value, "ended_at": clock.now(), "reason": _PAUSED}
        delivery_rows.add(tx, values | ended)
        return
    _enqueue(tx, clock, delivery_rows.add(tx, values | {"state": DeliveryState.WAITING.value}))


def _enqueue(tx: Tx, clock: Clock, delivery_id: int) -> None:
    key = f"{DELIVER_NOTICE}:{delivery_id}"
    enqueue(tx, clock, kind=DELIVER_NOTICE, args={"delivery": delivery_id}, key=key)


_PAUSED = "The address was paused."
_DISABLED = "The address was disabled."
_REMOVED = "The address was removed."


def add_trial(tx: Tx, desk: Desk, name: str, reason: str) -> int:
    """Add a delivery of a `test` event, for the caller to attempt at once; return its number. Raises `NotFound`."""
    found = require_address(tx, name)
    event = Event(id=uuid.uuid4().hex, kind=EventKind.TEST, happened_at=desk.clock.now(), facts={})
    delivery_rows.add_event(tx, event)
    values = {"address_id": found.id, "address_name": found.name, "event_id": event.id}
    waiting = {"queued_at": desk.clock.now(), "state": DeliveryState.WAITING.value}
    desk.note(tx, "test_notice_address", found, reason)
    return delivery_rows.add(tx, values | waiting)


def send_again(tx: Tx, desk: Desk, delivery_id: int, reason: str) -> None:
    """Let a delivery that has ended be attempted anew. Raises `NotFound`, `UsageError`."""
    delivery = delivery_rows.lock(tx, delivery_id)
    if delivery is None:
        raise NotFound(f"There is no delivery {delivery_id}. `safelight notice log` shows them.")
    if delivery.state is DeliveryState.WAITING:
        raise UsageError(f"Delivery {delivery_id} is on its way. Nothing was changed.")
    desk.note(tx, "resend_notice", _require_enabled(tx, delivery.address_id), reason, delivery=delivery_id)
    _revive(tx, desk.clock, delivery_id)


def send_undelivered(tx: Tx, desk: Desk, name: str, reason: str) -> int:
    """Let every delivery to an address that has not arrived be attempted anew; return how many."""
    address = _require_enabled(tx, require_address(tx, name).id)
    found = delivery_rows.undelivered(tx, address.id)
    for delivery_id in found:
        _revive(tx, desk.clock, delivery_id)
    desk.note(tx, "resend_notice", address, reason, deliveries=len(found))
    return len(found)


def _require_enabled(tx: Tx, address_id: int) -> NoticeAddress:
    address = address_rows.find_id(tx, address_id)
    if address is None:
        raise NotFound("The address of this delivery was removed: nothing can be sent there.")
    if address.state is not AddressState.ENABLED:
        raise UsageError(
            f"The address is {address.state.value}. Enable it first: safelight notice enable {address.name}"
        )
    return address


def _revive(tx: Tx, clock: Clock, delivery_id: int) -> None:
    delivery_rows.change(tx, delivery_id, state=DeliveryState.WAITING.value, attempts=0, ended_at=None, reason="")
    _enqueue(tx, clock, delivery_id)


def begin_attempt(tx: Tx, clock: Clock, delivery_id: int, *, even_paused: bool = False) -> Attempt | None:
    """Write down that an attempt begins, and return what it needs; None where there is none to be made.

    That is where the delivery was pruned or has ended, or where its address is not enabled: then it is withheld.
    """
    delivery = delivery_rows.lock(tx, delivery_id)
    if delivery is None or delivery.state is not DeliveryState.WAITING:
        return None
    address = address_rows.find_id(tx, delivery.address_id)
    why = _hindrance(address, even_paused=even_paused)
    if why:
        _end(tx, clock, delivery, DeliveryState.WITHHELD, reason=why)
        return None
    delivery_rows.change(tx, delivery_id, attempts=delivery.attempts + 1, tried_at=clock.now())
    event = delivery_rows.find_event(tx, delivery.event_id)
    return Attempt(delivery_id=delivery_id, address_id=delivery.address_id, event=event)


def _hindrance(address: NoticeAddress | None, *, even_paused: bool) -> str:
    if address is None:
        return _REMOVED
    if even_paused or address.state is AddressState.ENABLED:
        return ""
    return _PAUSED if address.state is AddressState.PAUSED else _DISABLED


def note_delivered(tx: Tx, clock: Clock, attempt: Attempt, *, status: int, digest: bytes) -> None:
    """Write down that a delivery arrived."""
    delivery = delivery_rows.lock(tx, attempt.delivery_id)
    if delivery is not None:
        _end(tx, clock, delivery, DeliveryState.DELIVERED, status=status, digest=digest, reason="")
    address_rows.forget_failures(tx, attempt.address_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Misfire:
    """An attempt that failed: the status, where there was an answer, and the reason, which names no URL."""

    status: int | None
    reason: str
    digest: bytes
    is_last: bool


def note_failed(tx: Tx, desk: Desk, attempt: Attempt, misfire: Misfire, *, most_failures: int) -> str:
    """Write down that an attempt failed; pause the address where that was one too many, and return why, else "".

    The delivery waits for its next attempt, unless this was the last one or the address is paused now.
    """
    delivery = delivery_rows.lock(tx, attempt.delivery_id)
    why = _count_failure(tx, desk, attempt.address_id, misfire, most_failures=most_failures)
    if delivery is None:
        return why
    told = {"status": misfire.status, "digest": misfire.digest, "reason": misfire.reason}
    if misfire.is_last or why:
        state = DeliveryState.FAILED if misfire.is_last else DeliveryState.WITHHELD
        _end(tx, desk.clock, delivery, state, **told)
    else:
        delivery_rows.change(tx, delivery.id, **told)
    return why


def _count_failure(tx: Tx, desk: Desk, address_id: int, misfire: Misfire, *, most_failures: int) -> str:
    address = address_rows.find_id(tx, address_id)
    if address is None or address.state is not AddressState.ENABLED:
        return ""
    now = desk.clock.now()
    failures, since_at = address.failures + 1, address.failing_since_at or now
    if not is_to_be_paused(failures, since_at, now, most_failures=most_failures):
        address_rows.count_failure(tx, address_id, failures, since_at)
        return ""
    why = f"{failures} attempts in a row failed since {since_at:%Y-%m-%d %H:%M} UTC, the last one: {misfire.reason}"
    address_rows.set_state(tx, address_id, AddressState.PAUSED, why)
    desk.note(tx, "pause_notice_address", address, why)
    return why


def prune_notices(tx: Tx, clock: Clock, before: datetime) -> int:
    """Remove the log of deliveries that ended before a moment, and secrets that count no longer."""
    secret_rows.remove_ended(tx, clock.now())
    return delivery_rows.prune(tx, before)


def _end(tx: Tx, clock: Clock, delivery: Delivery, state: DeliveryState, **values: object) -> None:
    delivery_rows.change(tx, delivery.id, state=state.value, ended_at=clock.now(), **values)
