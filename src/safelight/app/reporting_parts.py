"""Choosing the parts that reporting takes: destinations from their rows, desks, and what files."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from safelight.app.outbound_parts import open_outlet
from safelight.clock import Clock
from safelight.database.engine import Engine
from safelight.flow.reporting.desk import ReportDesk
from safelight.flow.reporting.filing import Filing
from safelight.flow.reporting.finding import Destinations, Opened, Opener
from safelight.flow.reporting.setting_up import SetupDesk
from safelight.jobs.run import Handler
from safelight.keys.interface import KeyService
from safelight.outbound.address import read_networks
from safelight.outbound.outlet import Outlet
from safelight.reporting.destinations.interface import Form
from safelight.reporting.destinations.ncmec.client import CyberTipline
from safelight.reporting.destinations.ncmec.cybertip import CyberTip
from safelight.reporting.destinations.ncmec.forming import FORM as NCMEC_FORM
from safelight.reporting.destinations.ncmec.greeting import greet
from safelight.reporting.destinations.ncmec.setup import read_setup as read_ncmec
from safelight.reporting.destinations.package.package import FORM as PACKAGE_FORM
from safelight.reporting.destinations.package.package import PackageDestination
from safelight.reporting.destinations.package.setup import read_setup as read_package
from safelight.reporting.setup import SetupKind
from safelight.roles import Actor
from safelight.settings import Settings
from safelight.vault.vault import Vault


@dataclass(frozen=True)
class Parts:
    """What opening a destination takes. Connections go out by one outlet, which is made when the first is opened."""

    settings: Settings
    keys: KeyService
    clock: Clock

    @cached_property
    def outlet(self) -> Outlet:
        """What opens guarded connections."""
        return open_outlet(self.settings)


def open_ncmec(parts: Parts) -> Opener:
    """Return what opens the CyberTipline."""
    let_through = read_networks(parts.settings.outbound_test_addresses)

    def open_one(name: str, config: bytes) -> Opened:
        setup, outlet = read_ncmec(config), parts.outlet
        line = CyberTipline(credentials=setup.credentials, outlet=outlet, root=setup.root, let_through=let_through)
        to = CyberTip(name=name, setup=setup, outlet=outlet, clock=parts.clock, let_through=let_through)
        account = f"{line.host.root} {setup.credentials.username}"
        return Opened(destination=to, account=account, greet=lambda: greet(line))

    return open_one


def open_package(parts: Parts) -> Opener:
    """Return what opens recipients of packages, which have no wire."""

    def open_one(name: str, config: bytes) -> Opened:
        setup = read_package(config)
        to = PackageDestination(setup, name=name, keys=parts.keys, clock=parts.clock)
        return Opened(destination=to, account=str(setup.folder))

    return open_one


OPENERS: dict[SetupKind, Callable[[Parts], Opener]] = {
    SetupKind.NCMEC: open_ncmec,
    SetupKind.PACKAGE: open_package,
}
"""What opens the destinations of each kind."""


FORMS: dict[str, Form] = {form.name: form for form in (NCMEC_FORM, PACKAGE_FORM)}
"""The forms of all papers, by their names."""


def open_destinations(settings: Settings, engine: Engine, keys: KeyService, clock: Clock) -> Destinations:
    """Return what finds the destinations that are set up, as they stand at each moment."""
    parts = Parts(settings=settings, keys=keys, clock=clock)
    openers = {kind: make(parts) for kind, make in OPENERS.items()}
    return Destinations(engine=engine, keys=keys, openers=openers, is_live=settings.live_reporting)


def open_setup_desk(destinations: Destinations, clock: Clock, actor: Actor) -> SetupDesk:
    """Return where destinations are set up."""
    return SetupDesk(clock=clock, actor=actor, destinations=destinations)


def open_report_desk(settings: Settings, destinations: Destinations, vault: Vault, actor: Actor) -> ReportDesk:
    """Return where somebody writes reports and lets them go."""
    return ReportDesk(
        engine=destinations.engine,
        clock=vault.clock,
        vault=vault,
        actor=actor,
        find=destinations.find,
        forms=FORMS,
        find_for_sending=destinations.find_for_sending,
        needs_another=settings.report_approval_by_another,
        is_alone=settings.single_person_mode,
    )


def filing_handlers(
    destinations: Destinations, vault: Vault, actor: Actor, tell: Callable[[str], None]
) -> Mapping[str, Handler]:
    """Return what carries out the jobs that file reports. `actor` opens evidence for that."""
    return Filing(vault=vault, find=destinations.find_for_sending, actor=actor, tell=tell).handlers()
