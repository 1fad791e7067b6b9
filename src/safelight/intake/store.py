"""The tables of intake: requests that may come again, and how much arrived with what result."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, LargeBinary, Row, String, Table, delete, insert, select, update

from safelight.database.moment import Moment
from safelight.database.schema import METADATA
from safelight.database.transaction import Tx
from safelight.database.upsert import add_to_rows, insert_into
from safelight.intake.counted import Counted
from safelight.intake.request import Claim, Outcome, Request, RequestDigests

requests = Table(
    "intake_requests",
    METADATA,
    Column("id", String(32), primary_key=True),
    # Keyed digests: who holds the database alone can neither guess a key nor ask what was sent under it.
    Column("key_digest", LargeBinary, unique=True),  # NULL where it came under no key
    Column("body_digest", LargeBinary),
    Column("token", String(32)),  # of who answers it just now
    Column("started_at", Moment, nullable=False, index=True),
    Column("lease_until", Moment),
    Column("answered_at", Moment),
    Column("verdict", String(20), nullable=False),
    Column("fault", String(20), nullable=False),
    Column("treatment", String(20), nullable=False),
    Column("evidence_id", String(32)),
    Column("case_id", BigInteger),
    Column("spool_id", String(32), index=True),
    Column("job_id", BigInteger),
    # What became later of media that waited by then; NULL where nothing did. A repeat gets the answer above.
    Column("later_verdict", String(20)),
    Column("later_fault", String(20)),
    Column("later_treatment", String(20)),
    Column("later_evidence_id", String(32)),
    Column("later_case_id", BigInteger),
)
"""Requests to scan, with verdict and ids."""

counts = Table(
    "intake_counts",
    METADATA,
    Column("hour", Moment, primary_key=True),
    Column("verdict", String(20), primary_key=True),
    Column("fault", String(20), primary_key=True),
    Column("treatment", String(20), primary_key=True),
    Column("media", BigInteger, nullable=False),
)
"""How many media had which result in which hour: all that is left of what did not match."""


_LATER = ("verdict", "fault", "treatment", "evidence_id", "case_id")


def add_request(
    tx: Tx, request_id: str, digests: RequestDigests, *, token: str, now: datetime, until: datetime
) -> str | None:
    """Add a claimed request and return its id; None where one came under its key, waiting for who adds it just now."""
    values = {"id": request_id, "key_digest": digests.key, **_claimed(digests, token, now, until)}
    statement = insert_into(tx, requests).values(values).on_conflict_do_nothing(index_elements=["key_digest"])
    added: str | None = tx.execute(statement.returning(requests.c.id)).scalar_one_or_none()
    return added


def lock_request(tx: Tx, key_digest: bytes) -> Request | None:
    """Return the request that came under a key, locked until the transaction ends; None where it went meanwhile."""
    question = select(requests).where(requests.c.key_digest == key_digest).with_for_update()
    row = tx.execute(question).one_or_none()
    return None if row is None else _request(row)


def find_by_key(tx: Tx, key_digest: bytes) -> Request | None:
    """Return the request that came under a key."""
    row = tx.execute(select(requests).where(requests.c.key_digest == key_digest)).one_or_none()
    return None if row is None else _request(row)


def find_request(tx: Tx, request_id: str) -> Request | None:
    """Return a request by its id."""
    row = tx.execute(select(requests).where(requests.c.id == request_id)).one_or_none()
    return None if row is None else _request(row)


def take_over(
    tx: Tx, old_id: str, new_id: str, digests: RequestDigests, *, token: str, now: datetime, until: datetime
) -> None:
    """Let a locked request begin anew under another claim."""
    values = {"id": new_id, **_claimed(digests, token, now, until)}
    tx.execute(update(requests).where(requests.c.id == old_id).values(values))


def answer(tx: Tx, claim: Claim, outcome: Outcome, now: datetime) -> bool:
    """Write an answer down; False where the claim is another's by now."""
    values = {"token": None, "lease_until": None, "answered_at": now, **_outcome_values(outcome)}
    return tx.execute(update(requests).where(*_mine(claim)).values(values)).rowcount == 1


def add_answered(tx: Tx, request_id: str, outcome: Outcome, now: datetime) -> None:
    """Add a request that is answered and came under no key."""
    values = {"id": request_id, "started_at": now, "answered_at": now, **_outcome_values(outcome)}
    tx.execute(insert(requests).values(values))


def settle(tx: Tx, spool_id: str, outcome: Outcome) -> None:
    """Write down what became of media in the spool; its spool and job are known by then."""
    found = _outcome_values(outcome)
    values = {f"later_{name}": found[name] for name in _LATER}
    tx.execute(update(requests).where(requests.c.spool_id == spool_id).values(values))


def renew(tx: Tx, claim: Claim, until: datetime) -> bool:
    """Let the lease of a claim end later; False where it is answered, or another's by now."""
    return tx.execute(update(requests).where(*_mine(claim)).values(lease_until=until)).rowcount == 1


def release(tx: Tx, claim: Claim) -> None:
    """Delete a request that nobody answered, unless its claim is another's by now."""
    tx.execute(delete(requests).where(*_mine(claim)))


def forget_requests(tx: Tx, before: datetime) -> int:
    """Delete the requests that came before a moment, and return how many."""
    return tx.execute(delete(requests).where(requests.c.started_at <= before)).rowcount


def add_counts(tx: Tx, hour: datetime, counted: Sequence[Counted]) -> None:
    """Add to how many media had which result in an hour. Rows are locked in one order."""
    rows = [
        {"hour": hour, "verdict": each.verdict, "fault": each.fault, "treatment": each.treatment, "media": each.media}
        for each in sorted(counted, key=lambda each: (each.verdict, each.fault, each.treatment))
    ]
    for _ in add_to_rows(tx, counts, "media", rows):
        pass


def counts_between(tx: Tx, since: datetime, until: datetime) -> list[tuple[datetime, Counted]]:
    """Return what was counted in the hours from `since` on, before `until`."""
    question = select(counts).where(counts.c.hour >= since, counts.c.hour < until)
    ordered = question.order_by(counts.c.hour, counts.c.verdict, counts.c.fault, counts.c.treatment)
    return [(row.hour, _counted(row)) for row in tx.execute(ordered)]


def _claimed(digests: RequestDigests, token: str, now: datetime, until: datetime) -> dict[str, Any]:
    claimed = {"body_digest": digests.body, "token": token, "started_at": now, "lease_until": until}
    later = {f"later_{name}": None for name in _LATER}
    return {**claimed, "answered_at": None, **_outcome_values(Outcome()), **later}


def _mine(claim: Claim) -> tuple[Any, ...]:
    return requests.c.id == claim.id, requests.c.token == claim.token, requests.c.answered_at.is_(None)


def _outcome_values(outcome: Outcome) -> dict[str, Any]:
    return {
        "verdict": outcome.verdict,
        "fault": outcome.fault,
        "treatment": outcome.treatment,
        "evidence_id": outcome.evidence_id,
        "case_id": outcome.case_id,
        "spool_id": outcome.spool_id,
        "job_id": outcome.job_id,
    }


def _request(row: Row[Any]) -> Request:
    outcome = Outcome(
        verdict=row.verdict,
        fault=row.fault,
        treatment=row.treatment,
        evidence_id=row.evidence_id,
        case_id=row.case_id,
        spool_id=row.spool_id,
        job_id=row.job_id,
    )
    later = None
    if row.later_verdict is not None:
        later = replace(
            outcome,
            verdict=row.later_verdict,
            fault=row.later_fault,
            treatment=row.later_treatment,
            evidence_id=row.later_evidence_id,
            case_id=row.later_case_id,
        )
    return Request(
        id=row.id,
        body_digest=row.body_digest or b"",
        started_at=row.started_at,
        lease_until=row.lease_until,
        answered_at=row.answered_at,
        outcome=outcome,
        later=later,
    )


def _counted(row: Row[Any]) -> Counted:
    return Counted(verdict=row.verdict, fault=row.fault, treatment=row.treatment, media=row.media)
