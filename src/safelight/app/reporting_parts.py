"""Choosing the parts that reporting takes: destinations from their rows, desks, and what files."""

from collections.abc import Callable, Mapping

from safelight.clock import Clock
from safelight.database.engine import Engine
from safelight.flow.reporting.desk import ReportDesk
from safelight.flow.reporting.filing import Filing
from safelight.flow.reporting.finding import Destinations, Opener
from safelight.flow.reporting.setting_up import SetupDesk
from safelight.jobs.run import Handler
from safelight.keys.interface import KeyService
from safelight.reporting.setup import SetupKind
from safelight.roles import Actor
from safelight.settings import Settings
from safelight.vault.vault import Vault

OPENERS: dict[SetupKind, Callable[[Settings], Opener]] = {}
"""What opens the destinations of each kind, by the settings."""


def open_destinations(settings: Settings, engine: Engine, keys: KeyService) -> Destinations:
    """Return what finds the destinations that are set up, as they stand at each moment."""
    openers = {kind: make(settings) for kind, make in OPENERS.items()}
    return Destinations(engine=engine, keys=keys, openers=openers, is_live=settings.live_reporting)


def open_setup_desk(settings: Settings, engine: Engine, keys: KeyService, clock: Clock, actor: Actor) -> SetupDesk:
    """Return where destinations are set up."""
    return SetupDesk(clock=clock, actor=actor, destinations=open_destinations(settings, engine, keys))


def open_report_desk(settings: Settings, engine: Engine, vault: Vault, actor: Actor) -> ReportDesk:
    """Return where somebody writes reports and lets them go."""
    destinations = open_destinations(settings, engine, vault.keys)
    return ReportDesk(
        engine=engine,
        clock=vault.clock,
        vault=vault,
        actor=actor,
        find=destinations.find,
        find_for_sending=destinations.find_for_sending,
        needs_another=settings.report_approval_by_another,
        is_alone=settings.single_person_mode,
    )


def filing_handlers(
    settings: Settings, engine: Engine, vault: Vault, actor: Actor, tell: Callable[[str], None]
) -> Mapping[str, Handler]:
    """Return what carries out the jobs that file reports. `actor` opens evidence for that."""
    find = open_destinations(settings, engine, vault.keys).find_for_sending
    return Filing(vault=vault, find=find, actor=actor, tell=tell).handlers()
