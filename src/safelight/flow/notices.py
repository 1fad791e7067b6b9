"""Notices: the acts of a person upon addresses, and the job that delivers."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

from safelight.clock import Clock
from safelight.database.engine import Engine
from safelight.database.transaction import Tx, read, write
from safelight.errors import InvalidValue, OutboundFailed, OutboundRefused
from safelight.jobs.job import MOST_ATTEMPTS
from safelight.jobs.run import Handler, Run
from safelight.keys.interface import KeyService
from safelight.keys.recovery import require_exported
from safelight.notices import queries, steps
from safelight.notices.address import AddressState, NoticeAddress, check_kinds, check_name, read_origin
from safelight.notices.delivery import Attempt
from safelight.notices.event import EventKind
from safelight.notices.sealed_secret import Purpose, SealedSecret, seal, unseal
from safelight.notices.sending import Sender, body_digest
from safelight.notices.signature import new_secret
from safelight.notices.steps import DELIVER_NOTICE, Desk, Misfire
from safelight.roles import Actor, Permission, require_permission

LONGEST_OVERLAP = timedelta(days=30)
USUAL_OVERLAP = timedelta(hours=24)

Step = Callable[[], AbstractContextManager[Tx]]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeDesk:
    """The parts that every act upon addresses takes."""

    engine: Engine
    clock: Clock
    actor: Actor
    keys: KeyService
    sender: Sender
    most_failures: int = 20

    @contextmanager
    def acting(self) -> Iterator[tuple[Tx, Desk]]:
        """Give a transaction, and who acts in it. Raises `NotAllowed` without the permission `notice:write`."""
        require_permission(self.actor, Permission.NOTICE_WRITE)
        with write(self.engine) as tx:
            yield tx, Desk(clock=self.clock, actor=self.actor, keys=self.keys)

    def sealed(self, purpose: Purpose, text: str) -> SealedSecret:
        """Seal a secret. Raises `KeysNotExported` before there is a recovery copy of the keys, and `KeysUnusable`."""
        require_permission(self.actor, Permission.NOTICE_WRITE)
        require_exported(self.keys)
        return seal(self.keys, purpose, text)


def add_address(desk: NoticeDesk, *, name: str, url: str, kinds: frozenset[EventKind]) -> tuple[NoticeAddress, str]:
    """Add an address, and return it with its secret, which is never shown again.

    Raises `InvalidValue`, `OutboundRefused` for a URL to which nothing is ever posted, `AlreadyExists`, and what
    `NoticeDesk.sealed` raises.
    """
    check_name(name)
    check_kinds(kinds)
    origin, secret = read_origin(url, desk.sender.let_through), new_secret()
    made = [desk.sealed(Purpose.URL, url), desk.sealed(Purpose.SIGNING, secret)]
    with desk.acting() as (tx, who):
        return steps.add_address(tx, who, name=name, origin=origin, kinds=kinds, made=made), secret


def enable_address(desk: NoticeDesk, name: str, *, reason: str = "") -> int:
    """Let notices go out to an address, also one that was paused; return how many deliveries were withheld or failed.

    Those stay so until `resend_undelivered`. Raises `NotFound`, `NotAllowed`.
    """
    with desk.acting() as (tx, who):
        address = steps.set_state(tx, who, name, AddressState.ENABLED, reason)
        return queries.count_undelivered(tx, address.id)


def disable_address(desk: NoticeDesk, name: str, *, reason: str = "") -> None:
    """Let nothing go out to an address; what happens meanwhile is not kept for it. Raises `NotFound`, `NotAllowed`."""
    with desk.acting() as (tx, who):
        steps.set_state(tx, who, name, AddressState.DISABLED, reason)


def remove_address(desk: NoticeDesk, name: str, *, reason: str = "") -> None:
    """Remove an address with its secrets. Raises `NotFound`, `NotAllowed`."""
    with desk.acting() as (tx, who):
        steps.remove_address(tx, who, name, reason)


def rotate_secret(desk: NoticeDesk, name: str, *, overlap: timedelta = USUAL_OVERLAP, reason: str = "") -> str:
    """Make a new secret for an address and return it, to be shown once. The old one signs as well for the overlap.

    Raises `InvalidValue` for an overlap that is negative or longer than 30 days, and as `add_address` does.
    """
    if not timedelta(0) <= overlap <= LONGEST_OVERLAP:
        raise InvalidValue("The overlap lasts from nothing to 30 days. Nothing was changed.")
    secret = new_secret()
    made = desk.sealed(Purpose.SIGNING, secret)
    with desk.acting() as (tx, who):
        steps.rotate_secret(tx, who, name, made, until_at=desk.clock.now() + overlap, reason=reason)
    return secret


def resend(desk: NoticeDesk, delivery_id: int, *, reason: str = "") -> None:
    """Let a worker send a delivery again. Raises `NotFound`, `UsageError` where it is on its way, `NotAllowed`."""
    with desk.acting() as (tx, who):
        steps.send_again(tx, who, delivery_id, reason)


def resend_undelivered(desk: NoticeDesk, name: str, *, reason: str = "") -> int:
    """Let a worker send again all that did not arrive at an address; return how many deliveries."""
    with desk.acting() as (tx, who):
        return steps.send_undelivered(tx, who, name, reason)


def send_test(desk: NoticeDesk, name: str, *, reason: str = "") -> int:
    """Send a `test` event to an address at once, though it be paused, and return the status of the answer.

    It is made known in the log of deliveries like any other. Raises `NotFound`, `NotAllowed`, and `OutboundFailed` or
    `OutboundRefused` where it did not arrive.
    """
    with desk.acting() as (tx, who):
        delivery_id = steps.add_trial(tx, who, name, reason)
    delivering = Delivering(keys=desk.keys, sender=desk.sender, most_failures=desk.most_failures)
    who = Desk(clock=desk.clock, actor=desk.actor, keys=desk.keys)
    with write(desk.engine) as tx:
        attempt = steps.begin_attempt(tx, desk.clock, delivery_id, even_paused=True)
    if attempt is None:  # pragma: no cover - it was added a moment ago, and only a removal could come between
        raise InvalidValue("The address was removed meanwhile. Nothing was sent.")
    tried = delivering.try_once(desk.engine, desk.clock, attempt, is_last=True)
    with write(desk.engine) as tx:
        if isinstance(tried, int):
            steps.note_delivered(tx, desk.clock, attempt, status=tried, digest=body_digest(attempt.event))
            return tried
        steps.note_failed(tx, who, attempt, tried, most_failures=desk.most_failures)
    raise OutboundFailed(f"The test did not arrive: {tried.reason}")


def _say_nothing(_: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivering:
    """Delivers what is queued. `tell` is told in sentences when an address is paused."""

    keys: KeyService
    sender: Sender
    most_failures: int
    tell: Callable[[str], None] = _say_nothing

    def handlers(self) -> dict[str, Handler]:
        """Return what carries out the kind of job that is here."""
        return {DELIVER_NOTICE: self.deliver}

    def deliver(self, run: Run) -> None:
        """Make one attempt at a delivery.

        It is written down before and after: a worker that dies between may have sent what is sent once more, under the
        same event id. Raises `OutboundFailed` where it did not arrive and is to be tried again.
        """
        with run.step() as tx:
            attempt = steps.begin_attempt(tx, run.clock, int(run.job.args["delivery"]))
        if attempt is None:
            return
        tried = self.try_once(run.engine, run.clock, attempt, is_last=run.job.attempts >= MOST_ATTEMPTS)
        if isinstance(tried, int):
            with run.last_step() as tx:
                steps.note_delivered(tx, run.clock, attempt, status=tried, digest=body_digest(attempt.event))
            return
        self._settle(run, attempt, tried)

    def _settle(self, run: Run, attempt: Attempt, misfire: Misfire) -> None:
        who = Desk(clock=run.clock, actor=run.actor, keys=self.keys)
        with run.step() as tx:
            why = steps.note_failed(tx, who, attempt, misfire, most_failures=self.most_failures)
        if why:
            self.tell(f"The address {attempt.address_id} for notices was paused: {why}")
        if not why and not misfire.is_last:
            raise OutboundFailed(misfire.reason)

    def try_once(self, engine: Engine, clock: Clock, attempt: Attempt, *, is_last: bool) -> int | Misfire:
        """Post an event once, outside of any transaction; return the status of an answer of 2xx, else what went wrong.

        Raises `KeysUnusable` where the secrets cannot be opened: that is no fault of the address.
        """
        with read(engine) as tx:
            sealed = queries.sealed_secrets(tx, attempt.address_id, clock.now())
        url = next((unseal(self.keys, each) for each in sealed if each.purpose is Purpose.URL), "")
        known = [unseal(self.keys, each) for each in sealed if each.purpose is Purpose.SIGNING]
        misfire = Misfire(status=None, reason="", digest=body_digest(attempt.event), is_last=is_last)
        try:
            status = self.sender.send(url, attempt.event, known, clock.now())
        except (OutboundFailed, OutboundRefused) as error:
            return replace(misfire, reason=f"{error} [{error.code}]")
        if 200 <= status < 300:
            return status
        return replace(misfire, status=status, reason=f"The address answered {status}.")
