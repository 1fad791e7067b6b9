"""Retention: how long each table keeps personal data, and the clock jobs that end it (docs/reference/retention.md)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from safelight.access import steps as access
from safelight.access.queries import list_persons
from safelight.access.steps.erasure import forget_sign_ins
from safelight.audit.erasing import erase_records
from safelight.banks.steps.erasure import erase_names
from safelight.clock import Clock
from safelight.database.clock_mark import MOST_JUMP, require_plausible
from safelight.database.transaction import Tx
from safelight.flow.recent.forgetting import FORGET_RECENT, forgetting
from safelight.flow.table_rules import (
    ERASE_AUDIT_DETAILS,
    ERASE_BANK_NAMES,
    ERASE_CLOSED_CASES,
    ERASE_DESTROYED_FACTS,
    ERASE_DRAFTS,
    ERASE_ENDED_ACCESS,
    ERASE_EXPOSURES,
    ERASE_GRANTS,
    ERASE_OUTCOMES,
    ERASE_REPORTS,
    FORGET_REQUESTS,
    FORGET_SIGN_INS,
    PRUNE_JOBS,
    PRUNE_NOTICES,
)
from safelight.intake import requests
from safelight.jobs.queue import prune
from safelight.jobs.run import Handler, Run
from safelight.notices.steps import prune_notices
from safelight.outcomes.steps import erase_outcomes
from safelight.reporting.steps import erase_ended
from safelight.review.exposure.steps import erase_old
from safelight.review.steps import erase_closed_cases, erase_drafts
from safelight.roles import Actor, ActorKind
from safelight.vault.erasing_facts import erase_destroyed_facts, erase_grants

PERIOD = timedelta(days=1)
"""How often each of these jobs is due, but the one that is named next."""

REQUESTS_PERIOD = timedelta(hours=1)
"""Requests are kept for a day, so that a day more would be twice as long."""

RECENT_PERIOD = timedelta(hours=1)
"""What was recently seen goes as soon as it may, and soon after it is switched off."""

KEEPER = Actor(kind=ActorKind.SERVICE, name="retention")
"""Who erases by the clock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """How long things are kept, in days, by the settings of the same names. Seven years are 2557 days."""

    audit_details_days: int = 2557
    jobs_done_days: int = 30
    grants_days: int = 90
    destroyed_facts_days: int = 2557
    bank_names_days: int = 2557
    ended_access_days: int = 365
    notice_log_days: int = 30
    closed_cases_days: int = 2557
    ended_reports_days: int = 2557
    ended_outcomes_days: int = 2557
    idempotency_days: int = 1
    recently_seen_days: int = 0
    draft_days: int = 30
    exposure_days: int = 730
    ended_sign_ins_days: int = 1


_Erase = Callable[[Tx, Clock, datetime], int]


def retention_handlers(days: Days, *, most_jump: timedelta = MOST_JUMP) -> dict[str, Handler]:
    """Return the clock jobs of retention: from kind to flow function. Each is safe to run twice.

    None erases anything while the clock is more than `most_jump` beyond what was seen: it raises `ClockWrong`.
    """
    return {
        ERASE_AUDIT_DETAILS: _keeping(most_jump, days.audit_details_days, _erase_audit_details),
        PRUNE_JOBS: _keeping(most_jump, days.jobs_done_days, _prune_jobs),
        ERASE_GRANTS: _keeping(most_jump, days.grants_days, _erase_grants),
        ERASE_DESTROYED_FACTS: _keeping(most_jump, days.destroyed_facts_days, _erase_destroyed_facts),
        ERASE_BANK_NAMES: _keeping(most_jump, days.bank_names_days, _erase_bank_names),
        ERASE_ENDED_ACCESS: _keeping(most_jump, days.ended_access_days, _erase_ended_access),
        PRUNE_NOTICES: _keeping(most_jump, days.notice_log_days, prune_notices),
        ERASE_CLOSED_CASES: _keeping(most_jump, days.closed_cases_days, _erase_closed_cases),
        ERASE_REPORTS: _keeping(most_jump, days.ended_reports_days, _erase_reports),
        ERASE_OUTCOMES: _keeping(most_jump, days.ended_outcomes_days, _erase_outcomes),
        FORGET_REQUESTS: _keeping(most_jump, days.idempotency_days, _forget_requests),
        FORGET_RECENT: forgetting(KEEPER, days.recently_seen_days, most_jump=most_jump),
        ERASE_DRAFTS: _keeping(most_jump, days.draft_days, _erase_drafts),
        ERASE_EXPOSURES: _keeping(most_jump, days.exposure_days, _erase_exposures),
        FORGET_SIGN_INS: _keeping(most_jump, days.ended_sign_ins_days, _forget_sign_ins),
    }


def retention_periods() -> Mapping[str, timedelta]:
    """Return how often each clock job of retention is due."""
    daily = dict.fromkeys(retention_handlers(Days()), PERIOD)
    return {**daily, FORGET_REQUESTS: REQUESTS_PERIOD, FORGET_RECENT: RECENT_PERIOD}


def _keeping(most_jump: timedelta, days: int, erase: _Erase) -> Handler:
    def handle(run: Run) -> None:
        with run.last_step() as tx:
            now = require_plausible(tx, run.clock, most_jump)
            erase(tx, run.clock, now - timedelta(days=days))

    return handle


def _erase_audit_details(tx: Tx, clock: Clock, before: datetime) -> int:
    return erase_records(tx, clock, KEEPER, before)


def _prune_jobs(tx: Tx, _clock: Clock, before: datetime) -> int:
    return prune(tx, before)


def _erase_grants(tx: Tx, clock: Clock, before: datetime) -> int:
    return erase_grants(tx, clock, KEEPER, before=before)


def _erase_destroyed_facts(tx: Tx, clock: Clock, before: datetime) -> int:
    return erase_destroyed_facts(tx, clock, KEEPER, before=before)


def _erase_bank_names(tx: Tx, clock: Clock, before: datetime) -> int:
    return erase_names(tx, clock, KEEPER, before=before)


def _erase_ended_access(tx: Tx, clock: Clock, before: datetime) -> int:
    return access.erase_ended(tx, clock, KEEPER, before=before)


def _erase_closed_cases(tx: Tx, clock: Clock, before: datetime) -> int:
    return erase_closed_cases(tx, clock, KEEPER, before=before)


def _erase_reports(tx: Tx, clock: Clock, before: datetime) -> int:
    return erase_ended(tx, clock, KEEPER, before=before)


def _erase_outcomes(tx: Tx, clock: Clock, before: datetime) -> int:
    return erase_outcomes(tx, clock, KEEPER, before=before)


def _erase_drafts(tx: Tx, clock: Clock, before: datetime) -> int:
    return erase_drafts(tx, clock, KEEPER, before=before)


def _forget_requests(tx: Tx, _clock: Clock, before: datetime) -> int:
    return requests.forget(tx, before)


def _erase_exposures(tx: Tx, clock: Clock, before: datetime) -> int:
    kept = [person.id for person in list_persons(tx)]
    return erase_old(tx, clock, KEEPER, before=before, kept_ids=kept)


def _forget_sign_ins(tx: Tx, _clock: Clock, before: datetime) -> int:
    return forget_sign_ins(tx, before)
