"""What answers tell of what is kept, for the OpenAPI document: banks, cases, evidence, jobs."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel

from safelight.hashing.signal import SignalType
from safelight.jobs.job import JobState
from safelight.matching.match import MatchKind
from safelight.review.case import CaseState
from safelight.vault.hold import HoldKind
from safelight.vault.listing import EvidenceState
from safelight.web.schemas import Count, told

AT = "2026-11-28T10:00:00Z"
EVIDENCE = "3f1c2d4e5a6b7c8d9e0f1a2b3c4d5e6f"


class ToldBank(BaseModel):
    """A bank."""

    model_config = told(name="known", is_enabled=True, is_allow_list=False, version=3, created_at=AT)
    name: str
    is_enabled: bool
    is_allow_list: bool
    version: int
    created_at: datetime


class ToldBankWhole(ToldBank):
    """A bank, and how many entries it has of each signal type."""

    model_config = told(
        name="known",
        is_enabled=True,
        is_allow_list=False,
        version=3,
        created_at=AT,
        entries={"pdq": 12_000, "md5": 90_000},
    )
    entries: dict[str, Count]


class ToldEntry(BaseModel):
    """An entry of a bank; `value` only to who has `entry:value`."""

    model_config = told(
        entry=17,
        type="pdq",
        label="A1",
        label_scheme="ncmec",
        note=None,
        source="ncmec",
        source_entry="4711",
        added_at=AT,
        is_disabled=False,
    )
    entry: int
    type: str
    label: str | None
    label_scheme: str | None
    note: str | None
    source: str | None
    source_entry: str | None
    added_at: datetime
    is_disabled: bool
    value: str = ""


class ToldCase(BaseModel):
    """A case; `subject` is null where it is about media of nobody known."""

    model_config = told(
        case=12,
        state="open",
        subject="account-4711",
        opened_at=AT,
        closed_at=None,
        last_activity_at=AT,
        items=2,
        exact=1,
        near=1,
    )
    case: int
    state: CaseState
    subject: str | None
    opened_at: datetime
    closed_at: datetime | None
    last_activity_at: datetime
    items: Count
    exact: Count
    near: Count


class ToldItemMatch(BaseModel):
    """What an item of a case matched; how near only to who has `match:distance`."""

    model_config = told(kind="exact", signal_type="md5", bank="known", entry=17)
    kind: MatchKind
    signal_type: SignalType
    bank: str
    entry: int
    distance: Count = 0
    threshold: Count = 0
    orientation: str = ""


class ToldItem(BaseModel):
    """What belongs to a case."""

    model_config = told(
        item=30, evidence=EVIDENCE, kind="exact", content_id="post-17", added_at=AT, matches=[], matches_omitted=0
    )
    item: int
    evidence: str
    kind: MatchKind
    content_id: str
    added_at: datetime
    matches: list[ToldItemMatch]
    matches_omitted: Count


class ToldEvidence(BaseModel):
    """Evidence, without anything of its media."""

    model_config = told(
        evidence=EVIDENCE,
        state="living",
        size_bytes=190_321,
        sealed_at=AT,
        destroyed_at=None,
        holds=1,
        is_open_ended=True,
        kept_until=None,
    )
    evidence: str
    state: EvidenceState
    size_bytes: Count
    sealed_at: datetime
    destroyed_at: datetime | None
    holds: Count
    is_open_ended: bool
    kept_until: datetime | None


class ToldHold(BaseModel):
    """Why evidence is kept, and until when."""

    model_config = told(
        hold=5,
        kind="under_review",
        reason="it matched",
        legal_basis=None,
        reference=None,
        from_at=AT,
        until_at=None,
        released_at=None,
    )
    hold: int
    kind: HoldKind
    reason: str | None
    legal_basis: str | None
    reference: str | None
    from_at: datetime
    until_at: datetime | None
    released_at: datetime | None


class ToldAct(BaseModel):
    """One entry of the audit log; what was erased is null."""

    model_config = told(
        entry=99,
        at=AT,
        actor="uploads",
        verb="seal_evidence",
        target="evidence:3f1c",
        reason=None,
        details={"size_bytes": 190_321},
    )
    entry: int
    at: datetime
    actor: str
    verb: str
    target: str
    reason: str | None
    details: dict[str, int | str] | None


class ToldHead(BaseModel):
    """The last signed head of the audit log; null before there is one."""

    model_config = told(head=None)
    head: str | None


class ToldJob(BaseModel):
    """A durable job."""

    model_config = told(
        job=8,
        kind="scan_kept",
        args={"spool_id": EVIDENCE},
        state="waiting",
        due_at=AT,
        attempts=0,
        reason=None,
        finished_at=None,
    )
    job: int
    kind: str
    args: dict[str, Any]
    state: JobState
    due_at: datetime
    attempts: Count
    reason: str | None
    finished_at: datetime | None


class ToldHealth(BaseModel):
    """Whether all is well; `troubles` names what is not."""

    model_config = told(status="ready", troubles=[])
    status: str
    troubles: list[str] = []
