"""The fake authority in one piece: where it is reached, what it was sent, its clock and its faults."""

import ssl
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from safelight.clock import Clock, SystemClock
from safelight.testing.authority.control import control_app
from safelight.testing.authority.faults.plan import FaultPlan
from safelight.testing.authority.findings import Orphan, Tally, find_orphans, finished_by_mark, tally
from safelight.testing.authority.running import Site, listen, running
from safelight.testing.authority.service.accounts import Account
from safelight.testing.authority.service.calls import Desk
from safelight.testing.authority.service.door import Door
from safelight.testing.authority.service.manners import Manners
from safelight.testing.authority.state.calls import Call, CallLog
from safelight.testing.authority.state.clock import DrivenClock
from safelight.testing.authority.state.journal import open_journal
from safelight.testing.authority.state.ledger import Ledger
from safelight.testing.authority.state.report import SentReport, State

FAKE_ACCOUNT = Account(user="fake-user", password="fake-password")  # noqa: S106 - nothing is behind it
"""Who may call where nobody else is named. It is no secret."""

_LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """How a fake is to run. `control_port` is None for no control address; ports are 0 for any that is free.

    `base_path` only makes the address that is told: calls are taken under any. With `state` a file keeps the reports.
    """

    host: str = _LOOPBACK
    port: int = 0
    control_port: int | None = None
    base_path: str = "/ispws"
    accounts: Sequence[Account] = (FAKE_ACCOUNT,)
    manners: Manners = field(default_factory=Manners)
    tls: ssl.SSLContext | None = None
    state: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeAuthority:
    """A running fake. Nothing that is sent to it is reported to anybody."""

    address: str
    control_address: str | None
    account: Account
    clock: DrivenClock
    faults: FaultPlan
    log: CallLog
    ledger: Ledger

    @property
    def counts(self) -> Counter[Call]:
        """How many calls of each kind came, those that met a fault among them."""
        return Counter(self.log.counts)

    def reports(self, state: State | None = None) -> list[SentReport]:
        """Return the reports in the order in which they were opened; all, or those in one state."""
        return self.ledger.reports(state)

    def report(self, report_id: int) -> SentReport | None:
        """Return one report, in whatever state, or None."""
        return self.ledger.report(report_id)

    def orphans(self) -> list[Orphan]:
        """Return the reports that are open."""
        return find_orphans(self.ledger, self.clock.now())

    def finished_by_mark(self, path: str) -> dict[str, tuple[int, ...]]:
        """Return the finished reports by what stands in them at a path."""
        return finished_by_mark(self.ledger, path)

    def tally(self, path: str, expected: Collection[str]) -> Tally:
        """Hold the finished reports against the marks that were expected, each exactly once."""
        return tally(self.ledger, path, expected)


@contextmanager
def fake_authority(wanted: Wanted | None = None, *, clock: Clock | None = None) -> Iterator[FakeAuthority]:
    """Run a fake authority until the block ends.

    Raises UsageError where an address cannot be had, InvalidValue where the state file is none.
    """
    wanted = wanted or Wanted()
    driven = DrivenClock(clock or SystemClock())
    with ExitStack() as stack:
        ledger = _ledger(wanted.state, driven, stack)
        log, faults = CallLog(), FaultPlan()
        desk = Desk(ledger=ledger, clock=driven, manners=wanted.manners)
        door = Door(desk=desk, accounts=wanted.accounts, faults=faults, log=log)
        sock = stack.enter_context(listen(wanted.host, wanted.port))
        sites = [Site(app=door, sock=sock, tls=wanted.tls, on_stop=door.stopping.set)]
        if wanted.control_port is not None:
            control = stack.enter_context(listen(_LOOPBACK, wanted.control_port))
            sites.append(Site(app=control_app(ledger, driven, faults, log), sock=control))
        stack.enter_context(running(sites))
        yield FakeAuthority(
            address=f"{'https' if wanted.tls else 'http'}://{_place(sites[0])}{wanted.base_path}",
            control_address=f"http://{_place(sites[1])}" if len(sites) > 1 else None,
            account=wanted.accounts[0],
            clock=driven,
            faults=faults,
            log=log,
            ledger=ledger,
        )


def _ledger(state: Path | None, clock: Clock, stack: ExitStack) -> Ledger:
    if state is None:
        return Ledger(clock, lambda _: None)
    journal = stack.enter_context(open_journal(state))
    return Ledger(clock, journal.write, journal.before)


def _place(site: Site) -> str:
    host, port = site.sock.getsockname()[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
