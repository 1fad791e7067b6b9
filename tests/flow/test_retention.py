"""Every table says what it holds of people and for how long, and clock jobs keep that word."""

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, update

import safelight.access.store.sign_in_tables as tables
import safelight.audit.store as audit_store
from safelight.access.store.tables import keys as api_keys
from safelight.access.store.tables import persons
from safelight.audit import log
from safelight.banks.store.tables import banks, batches
from safelight.database.clock_mark import see
from safelight.database.revision import TABLES
from safelight.database.schema import METADATA
from safelight.database.transaction import read, write
from safelight.flow import retention
from safelight.flow.retention import Days, retention_handlers, retention_periods
from safelight.flow.table_rules import (
    ERASE_AUDIT_DETAILS,
    ERASE_BANK_NAMES,
    ERASE_CLOSED_CASES,
    ERASE_DESTROYED_FACTS,
    ERASE_DRAFTS,
    ERASE_ENDED_ACCESS,
    ERASE_GRANTS,
    FORGET_RECENT,
    FORGET_REQUESTS,
    FORGET_SIGN_INS,
    NOTHING,
    PRUNE_JOBS,
    PRUNE_NOTICES,
    RULES,
)
from safelight.intake.store import requests
from safelight.jobs.job import JobState
from safelight.jobs.store import jobs
from safelight.jobs.worker import Worker
from safelight.review.store.tables import cases
from safelight.review.store.tables import items as case_items
from safelight.vault.store.tables import grants, holds, occurrences

_PAGE = Path(__file__).parents[2] / "docs" / "reference" / "retention.md"
_DAYS = Days(
    audit_details_days=1,
    jobs_done_days=2,
    grants_days=3,
    destroyed_facts_days=4,
    bank_names_days=5,
    ended_access_days=6,
    notice_log_days=7,
    closed_cases_days=8,
    ended_reports_days=8,
    ended_outcomes_days=8,
    idempotency_days=9,
    recently_seen_days=10,
    draft_days=10,
    ended_sign_ins_days=10,
)
_MICROSECOND = timedelta(microseconds=1)


def test_every_table_has_a_rule_and_every_rule_a_table() -> None:
    assert [rule.table for rule in RULES] == sorted(METADATA.tables) == sorted(TABLES)


def test_a_rule_that_a_job_ends_names_its_setting_and_every_job_ends_something() -> None:
    settings = set(Days.__slots__)
    for rule in RULES:
        assert bool(rule.job) == bool(rule.setting), rule.table
        assert not (rule.job and rule.personal == NOTHING), rule.table
    assert {rule.job for rule in RULES if rule.job} == retention_handlers(Days()).keys()
    assert {rule.setting for rule in RULES if rule.setting} == settings


def test_every_column_that_names_a_person_is_in_a_table_whose_rule_says_so() -> None:
    rules = {rule.table: rule for rule in RULES}
    for table in METADATA.tables.values():
        if any(re.search(r"(actor|by)_name$|^reason$|legal_basis|authority|manifest", each.name) for each in table.c):
            assert rules[table.name].personal != NOTHING, table.name


def test_the_page_says_what_the_table_says() -> None:
    told = re.findall(r"^\| `(\w+)` \| (.*?) \| (.*?) \| (.*?) \| (.*?) \|$", _PAGE.read_text(), flags=re.MULTILINE)
    dashed = [(rule.table, rule.personal, rule.kept, rule.setting, rule.job) for rule in RULES]
    assert [tuple(cell.strip("`") for cell in row[:1]) + row[1:] for row in told] == [
        (table, personal, kept, f"`{setting}`" if setting else "-", f"`{job}`" if job else "-")
        for table, personal, kept, setting, job in dashed
    ]


def test_the_page_tells_every_default() -> None:
    page = _PAGE.read_text()
    for name in Days.__slots__:
        assert f"`{name}` ({getattr(Days(), name)})" in page, name


def test_every_job_of_retention_comes_daily_and_those_of_short_times_hourly() -> None:
    hourly = dict.fromkeys((FORGET_RECENT, FORGET_REQUESTS), timedelta(hours=1))
    daily = dict.fromkeys(retention_handlers(Days()), timedelta(days=1))
    assert retention_periods() == {**daily, **hourly}


@pytest.fixture
def keep(engine, clock):
    """Let the clock jobs of retention do what is due."""

    def run() -> int:
        with write(engine) as tx:
            see(tx, clock)
        worker = Worker(engine, clock, retention_handlers(_DAYS), name="test", every=retention_periods())
        return worker.run_due()

    return run


def _jobs_done(engine) -> set[str]:
    """Return the kinds whose attempt went well: they wait for their next day, and no reason says otherwise."""
    with read(engine) as tx:
        rows = tx.execute(select(jobs.c.kind, jobs.c.state, jobs.c.reason)).all()
    assert [row for row in rows if row.reason] == []
    return {row.kind for row in rows if row.state == JobState.WAITING}


def test_all_clock_jobs_run_on_an_empty_database(engine, keep) -> None:
    assert keep() == len(retention_handlers(_DAYS))
    assert _jobs_done(engine) == retention_handlers(_DAYS).keys()


def test_reasons_and_details_of_old_entries_are_erased_and_who_did_what_stays(engine, clock, actor, keep) -> None:
    with write(engine) as tx:
        for verb in ("old", "young"):
            log.write(tx, clock=clock, actor=actor, verb=verb, target="t:1", reason="why", details={"count": 1})
        entries = audit_store.entries
        limit = clock.now() - timedelta(days=1)
        for verb, at in (("old", limit - _MICROSECOND), ("young", limit)):
            tx.execute(update(entries).where(entries.c.verb == verb).values(at=at))
    keep()
    with read(engine) as tx:
        rows = {row.verb: row for row in tx.execute(select(entries).where(entries.c.target == "t:1"))}
    assert (rows["old"].reason, rows["old"].details, rows["old"].actor_name) == (None, None, actor.name)
    assert (rows["young"].reason, rows["young"].actor_name) == ("why", actor.name)


def test_jobs_that_were_done_long_ago_are_removed_and_dead_ones_stay(engine, clock, keep) -> None:
    def add(state: str, finished_at: datetime) -> None:
        row = {"kind": "k", "args": "{}", "state": state, "due_at": finished_at, "added_at": finished_at}
        row |= {"attempts": 1, "worker": "", "fence": 1, "reason": "", "finished_at": finished_at}
        with write(engine) as tx:
            tx.execute(insert(jobs).values(row))

    limit = clock.now() - timedelta(days=2)
    add("done", limit - _MICROSECOND)
    add("done", limit)
    add("dead", limit - timedelta(days=999))
    keep()
    with read(engine) as tx:
        assert tx.execute(select(jobs.c.state).where(jobs.c.kind == "k").order_by(jobs.c.id)).scalars().all() == [
            "done",
            "dead",
        ]


def _evidence(engine, clock, destroyed_at: datetime | None, letter: str) -> None:
    row = {"id": letter * 32, "size_bytes": 1, "sealed_at": clock.now(), "destroyed_at": destroyed_at}
    hold = {"kind": "operator", "reason": "why", "legal_basis": "", "reference": "", "from_at": clock.now()}
    hold |= {"evidence_id": letter * 32, "added_at": clock.now(), "added_by_kind": "person", "added_by_name": "Jo"}
    with write(engine) as tx:
        tx.execute(insert(occurrences).values(row))
        tx.execute(insert(holds).values(hold))


def test_leave_that_ended_long_ago_is_deleted(engine, clock, keep) -> None:
    _evidence(engine, clock, None, "a")
    limit = clock.now() - timedelta(days=3)
    with write(engine) as tx:
        for number, ended_at in enumerate((limit - _MICROSECOND, limit)):
            row = {"id": str(number), "evidence_id": "a" * 32, "actor_kind": "person", "actor_name": "Jo"}
            row |= {"purpose": "review", "opened_at": ended_at, "expires_at": ended_at, "audit_entry_id": 1}
            tx.execute(insert(grants).values(row))
    keep()
    with read(engine) as tx:
        assert tx.execute(select(grants.c.id)).scalars().all() == ["1"]


def test_texts_about_evidence_that_was_destroyed_long_ago_are_erased(engine, clock, keep) -> None:
    limit = clock.now() - timedelta(days=4)
    for letter, destroyed_at in {"a": limit - _MICROSECOND, "b": limit, "c": None}.items():
        _evidence(engine, clock, destroyed_at, letter)
    keep()
    with read(engine) as tx:
        told = dict(tx.execute(select(holds.c.evidence_id, holds.c.added_by_name)).all())
    assert told == {"a" * 32: "(erased)", "b" * 32: "Jo", "c" * 32: "Jo"}


def test_names_in_banks_are_erased(engine, clock, keep) -> None:
    limit = clock.now() - timedelta(days=5)
    with write(engine) as tx:
        row = {"name": "b", "name_key": "b", "is_enabled": True, "version": 1, "created_at": limit}
        bank_id = tx.execute(insert(banks).values(row).returning(banks.c.id)).scalar_one()
        counts = dict.fromkeys(("added", "replaced", "already_there", "duplicates"), 0)
        batch = {
            "bank_id": bank_id,
            "state": "published",
            "origin": "o",
            "format": "f",
            "actor_kind": "person",
        } | counts
        for name, at in (("Old", limit - _MICROSECOND), ("Young", limit)):
            tx.execute(insert(batches).values(batch | {"actor_name": name, "started_at": at, "heartbeat_at": at}))
    keep()
    with read(engine) as tx:
        assert tx.execute(select(batches.c.actor_name).order_by(batches.c.id)).scalars().all() == ["(erased)", "Young"]


def test_requests_that_came_long_ago_are_forgotten(engine, clock, keep) -> None:
    limit = clock.now() - timedelta(days=9)
    row = {"verdict": "exact", "fault": "", "treatment": ""}
    with write(engine) as tx:
        for request_id, started_at in (("old", limit), ("young", limit + _MICROSECOND)):
            tx.execute(insert(requests).values(row | {"id": request_id, "started_at": started_at}))
    keep()
    with read(engine) as tx:
        assert tx.execute(select(requests.c.id)).scalars().all() == ["young"]


def test_keys_and_names_of_who_left_long_ago_are_erased(engine, clock, keep) -> None:
    limit = clock.now() - timedelta(days=6)
    with write(engine) as tx:
        for name, at in (("old", limit - _MICROSECOND), ("young", limit), ("here", None)):
            person = {"name": name, "name_key": name, "role_names": "[]", "added_at": limit, "disabled_at": at}
            key = {"name": name, "name_key": name, "permissions": "[]", "added_at": limit, "ended_at": at}
            tx.execute(insert(persons).values(person))
            tx.execute(insert(api_keys).values(key))
    keep()
    with read(engine) as tx:
        assert tx.execute(select(persons.c.name).order_by(persons.c.id)).scalars().all() == [None, "young", "here"]
        assert tx.execute(select(api_keys.c.name).order_by(api_keys.c.id)).scalars().all() == ["young", "here"]


def test_what_signing_in_left_behind_is_forgotten_and_what_counts_stays(engine, clock, keep) -> None:
    limit = clock.now() - timedelta(days=10)
    times = dict.fromkeys(("made_at", "used_at", "authenticated_at", "fresh_until"), limit)
    with write(engine) as tx:
        person = {"name": "Ada", "name_key": "ada", "role_names": "[]", "added_at": limit}
        ids = [
            tx.execute(insert(persons).values(person | {"name": name, "name_key": name})).inserted_primary_key[0]
            for name in ("old", "young")
        ]
        for person_id, text, at in zip(ids, ("old", "young"), (limit - _MICROSECOND, limit), strict=True):
            mine = {"person_id": person_id, "digest": text.encode()}
            session = mine | times | {"stage": "signed_in", "browser": "", "ends_at": at}
            tx.execute(insert(tables.sessions).values(session))
            tx.execute(insert(tables.devices).values(mine | {"ends_at": at}))
            tx.execute(insert(tables.invitations).values(mine | {"made_at": limit, "expires_at": at}))
            challenge = {"value": text.encode(), "purpose": "sign_in", "holder": b"", "expires_at": at}
            tx.execute(insert(tables.challenges).values(challenge))
            row = {"key": text.encode(), "failures": 1, "failed_at": limit, "forgotten_at": at}
            tx.execute(insert(tables.tries).values(row))
    keep()
    with read(engine) as tx:
        for column in (
            tables.sessions.c.digest,
            tables.devices.c.digest,
            tables.invitations.c.digest,
            tables.challenges.c.value,
            tables.tries.c.key,
        ):
            assert tx.execute(select(column)).scalars().all() == [b"young"], column


def test_what_long_closed_cases_were_about_is_erased_and_the_rest_stays(engine, clock, keep) -> None:
    limit = clock.now() - timedelta(days=8)
    row = {"opened_at": limit, "last_activity_at": limit, "item_count": 1, "exact_count": 1, "near_count": 0}
    item = {"kind": "exact", "content_id": "c", "added_at": limit, "matches_omitted": 0}
    with write(engine) as tx:
        for subject_id, state, closed_at in (
            ("old", "closed", limit - _MICROSECOND),
            ("young", "closed", limit),
            ("open", "open", None),
        ):
            values = row | {"subject_id": subject_id, "state": state, "closed_at": closed_at}
            case_id = tx.execute(insert(cases).values(values).returning(cases.c.id)).scalar_one()
            tx.execute(insert(case_items).values(item | {"case_id": case_id}))
    keep()
    with read(engine) as tx:
        told = tx.execute(select(cases.c.subject_id, cases.c.item_count).order_by(cases.c.id)).all()
        content = tx.execute(select(case_items.c.content_id).order_by(case_items.c.id)).scalars().all()
    assert told == [(None, 1), ("young", 1), ("open", 1)]
    assert content == ["", "c", "c"]


@pytest.mark.parametrize(
    "kind",
    [
        ERASE_AUDIT_DETAILS,
        PRUNE_JOBS,
        ERASE_GRANTS,
        ERASE_DESTROYED_FACTS,
        ERASE_BANK_NAMES,
        ERASE_ENDED_ACCESS,
        PRUNE_NOTICES,
        ERASE_CLOSED_CASES,
        FORGET_REQUESTS,
        ERASE_DRAFTS,
        FORGET_SIGN_INS,
    ],
)
def test_nothing_is_erased_by_a_clock_that_was_set_forward(engine, clock, monkeypatch, kind: str) -> None:
    erased = []
    for name in (
        "erase_records",
        "prune",
        "erase_grants",
        "erase_destroyed_facts",
        "erase_names",
        "prune_notices",
        "erase_closed_cases",
        "erase_drafts",
        "erase_ended",
    ):
        monkeypatch.setattr(retention, name, lambda *given, **named: erased.append(given))
    monkeypatch.setattr(retention.access, "erase_ended", lambda *given, **named: erased.append(given))
    monkeypatch.setattr(retention, "forget_sign_ins", lambda *given: erased.append(given))
    monkeypatch.setattr(retention.requests, "forget", lambda *given: erased.append(given))
    with write(engine) as tx:
        see(tx, clock)
    later = type(clock)(at=clock.now() + timedelta(days=31))
    handlers = {kind: retention_handlers(_DAYS)[kind]}
    Worker(engine, later, handlers, name="test", every={kind: timedelta(days=1)}, tell=lambda told: None).run_due()
    assert erased == []
    with read(engine) as tx:
        assert tx.execute(select(func.count()).select_from(jobs).where(jobs.c.reason != "")).scalar_one() == 1
