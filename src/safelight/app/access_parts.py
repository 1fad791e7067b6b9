"""Choosing the parts by which requests and persons are let in."""

from collections.abc import Callable
from datetime import timedelta

from safelight.access.rate import Rate
from safelight.access.signing_in.relying_party import RelyingParty, read_relying_party
from safelight.access.signing_in.session import SignInRules
from safelight.clock import Clock
from safelight.database.engine import Engine
from safelight.flow.gate import Gate
from safelight.flow.signing_in.desk import SignInDesk
from safelight.keys.interface import KeyService
from safelight.settings import Settings


def open_gate(settings: Settings, engine: Engine, clock: Clock, tell: Callable[[str], None]) -> Gate:
    """Return what requests pass, by the rates that the settings name; it is the caller's to close."""
    return Gate(
        engine,
        clock,
        usual=Rate(per_minute=settings.api_key_requests_per_minute, burst=settings.api_key_burst),
        probing_limit=settings.probing_alarm_lookups,
        tell=tell,
    )


def relying_party(settings: Settings) -> RelyingParty:
    """Return under which address persons sign in, and for which domain passkeys are made."""
    return read_relying_party(settings.resolved_console_origin, settings.console_rp_id)


def open_sign_in_desk(settings: Settings, engine: Engine, clock: Clock, keys: KeyService) -> SignInDesk:
    """Return what signing in takes, by the settings. One for a process: it bounds how much is hashed at once."""
    rules = SignInRules(
        idle=timedelta(minutes=settings.session_idle_minutes),
        longest=timedelta(hours=settings.session_hours),
        fresh=timedelta(minutes=settings.reauthentication_minutes),
        device=timedelta(days=settings.device_days),
    )
    return SignInDesk(engine=engine, clock=clock, keys=keys, party=relying_party(settings), rules=rules)
