"""Setting destinations up: each function is one act of who may say where reports go, with its audit entry.

What lets in at an authority goes one way: it is sealed, and no function gives it out again.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from safelight.clock import Clock
from safelight.database.transaction import Tx, read, write
from safelight.errors import InvalidValue, KeysUnusable, OutboundFailed, UsageError
from safelight.flow.reporting.finding import Destinations, Opened
from safelight.flow.reporting.waking import waiting_reports, wake
from safelight.flow.review.acting import present
from safelight.keys.kept import require_kept
from safelight.keys.recovery import require_exported
from safelight.reporting import setup_queries, steps
from safelight.reporting.destinations.interface import Done
from safelight.reporting.route import Route
from safelight.reporting.sealed_setup import SealedSetup, seal_setup
from safelight.reporting.setup import By, Setup, SetupKind, check_setup_name, config_bytes
from safelight.roles import Actor, Permission, require_permission


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupDesk:
    """The parts that every act upon destinations takes, and who acts."""

    clock: Clock
    actor: Actor
    destinations: Destinations

    @contextmanager
    def acting(self, reason: str = "") -> Iterator[tuple[Tx, By]]:
        """Give a transaction, and who acts in it. Raises `NotAllowed` without `destination:write` at this moment."""
        with write(self.destinations.engine) as tx:
            yield tx, By(actor=self._allowed(tx), reason=reason)

    def require_allowed(self) -> None:
        """Raise `NotAllowed` without `destination:write`: before any secret is opened or sealed."""
        with read(self.destinations.engine) as tx:
            self._allowed(tx)

    def _allowed(self, tx: Tx) -> Actor:
        actor = present(tx, self.actor)
        require_permission(actor, Permission.DESTINATION_WRITE)
        return actor

    def sealed(self, config: object, kind: SetupKind, name: str) -> tuple[Opened, SealedSetup]:
        """Open a destination from what shall set it up, and seal that."""
        data = config_bytes(config)
        opened = self.destinations.open(kind, name, data)
        require_exported(self.destinations.keys)
        return opened, seal_setup(self.destinations.keys, data)

    def account_of(self, name: str) -> str | None:
        """Return whose reports lie at a destination now; None where what set it up cannot be read any more."""
        try:
            return self.destinations.look_up(name)[1].account
        except (InvalidValue, KeysUnusable):
            return None


def add_destination(desk: SetupDesk, name: str, kind: SetupKind, config: object, *, reason: str = "") -> Setup:
    """Set a destination up. Nothing is sent to it, and no report goes there before somebody drafts one.

    Raises `NotAllowed`, `InvalidValue` for what no destination of this kind opens from, `AlreadyExists`,
    `KeysNotExported`, `KeysUnusable`.
    """
    check_setup_name(name)
    desk.require_allowed()
    opened, sealed = desk.sealed(config, kind, name)
    is_test = opened.destination.is_test
    with desk.acting(reason) as (tx, by):
        added = steps.add_setup(tx, desk.clock, by, name=name, kind=kind, is_test=is_test, sealed=sealed)
        require_kept(desk.destinations.keys, sealed.wrapped)
        return added


def replace_secret(desk: SetupDesk, name: str, config: object, *, reason: str = "") -> Setup:
    """Put all that sets a destination up in the place of what did, credentials among it.

    What is on its way goes on with the new ones. Raises `NotFound`, `UsageError` where a test destination would become
    one that counts or the other way, or for another account while something lies at the one that it has, and else as
    `add_destination` does.
    """
    desk.require_allowed()
    with read(desk.destinations.engine) as tx:
        setup = setup_queries.find_setup(tx, name)
    opened, sealed = desk.sealed(config, setup.kind, setup.name)
    new = steps.NewSecret(
        is_test=opened.destination.is_test, is_same_account=desk.account_of(name) == opened.account, sealed=sealed
    )
    with desk.acting(reason) as (tx, by):
        steps.replace_secret(tx, desk.clock, by, name, new)
        require_kept(desk.destinations.keys, sealed.wrapped)
        _hasten(tx, desk.clock, setup.name)
        return setup_queries.find_setup(tx, name)


def switch_off(desk: SetupDesk, name: str, *, reason: str = "") -> int:
    """Let nothing be written for a destination or sent to it; return how many reports to it wait meanwhile.

    Raises `NotAllowed`, `NotFound`.
    """
    return _switch(desk, name, reason, is_off=True)


def switch_on(desk: SetupDesk, name: str, *, reason: str = "") -> int:
    """Let a destination be used again; return how many reports to it are unfinished. Those that wait are tried at once.

    Raises `NotAllowed`, `NotFound`.
    """
    return _switch(desk, name, reason, is_off=False)


def remove_destination(desk: SetupDesk, name: str, *, reason: str = "") -> None:
    """Remove a destination with its secret. What was filed there stays on record.

    Raises `NotAllowed`, `NotFound`, `UsageError` while reports to it are unfinished, or the routing table leads to it.
    """
    with desk.acting(reason) as (tx, by):
        steps.remove_setup(tx, desk.clock, by, name)


def set_routes(desk: SetupDesk, routes: Sequence[Route], *, reason: str = "") -> None:
    """Set the routing table as a whole. Raises `NotAllowed`, `InvalidValue`, `NotFound`."""
    with desk.acting(reason) as (tx, by):
        steps.set_routes(tx, desk.clock, by, routes)


def try_destination(desk: SetupDesk, name: str, *, reason: str = "") -> None:
    """Ask a destination whether it lets us in, be it switched off. Nothing is reported, and nothing told of a case.

    Raises `NotAllowed`, `NotFound`, `UsageError` for one without a wire, `KeysUnusable`, and `OutboundFailed` with the
    sentence of why it does not.
    """
    desk.require_allowed()
    setup, opened = desk.destinations.look_up(name)
    if opened.greet is None:
        raise UsageError(f"{setup.name} has no wire: nothing is sent to it, so there is nothing to try.")
    with desk.acting(reason) as (tx, by):
        steps.note_trial(tx, desk.clock, by, setup)
    answer = opened.greet()
    if not isinstance(answer, Done):
        raise OutboundFailed(f"{setup.name} does not let us in: {answer.sentence}")


def _switch(desk: SetupDesk, name: str, reason: str, *, is_off: bool) -> int:
    with desk.acting(reason) as (tx, by):
        steps.switch(tx, desk.clock, by, name, is_off=is_off)
        setup = setup_queries.find_setup(tx, name)
        if not is_off:
            _hasten(tx, desk.clock, setup.name)
        return setup_queries.count_unfinished(tx, setup.name)


def _hasten(tx: Tx, clock: Clock, destination: str) -> None:
    """Let what waits to be filed there be tried now, in the order of the jobs' keys."""
    for report_id in waiting_reports(tx, destination):
        wake(tx, clock, report_id)
