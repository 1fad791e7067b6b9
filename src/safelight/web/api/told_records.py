"""What answers tell of what is kept, for the OpenAPI document: cases, evidence, the spool, jobs, notices."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel

from safelight.hashing.signal import SignalType
from safelight.jobs.job import JobState
from safelight.matching.match import MatchKind
from safelight.notices.address import AddressState
from safelight.notices.delivery import DeliveryState
from safelight.notices.event import EventKind
from safelight.review.case import CaseState, ItemKind
from safelight.vault.hold import HoldKind
from safelight.vault.listing import EvidenceState
from safelight.web.schemas import AT, Count, told

EVIDENCE = "3f1c2d4e5a6b7c8d9e0f1a2b3c4d5e6f"


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
    """What belongs to a case; `evidence` is null where its bytes were gone before it was known to match."""

    model_config = told(
        item=30, evidence=EVIDENCE, kind="exact", content_id="post-17", added_at=AT, matches=[], matches_omitted=0
    )
    item: int
    evidence: str | None
    kind: ItemKind
    content_id: str
    added_at: datetime
    matches: list[ToldItemMatch]
    matches_omitted: Count


class ToldFlagged(BaseModel):
    """What became of a complaint; `evidence` is null where it came without media."""

    model_config = told(case=12, item=31, is_new_case=True, evidence=None)
    case: int
    item: int
    is_new_case: bool
    evidence: str | None


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


class ToldActed(BaseModel):
    """An action as it was written down; `is_new`: it was not there before."""

    model_config = told(action=3, is_new=True)
    action: int
    is_new: bool


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


class ToldOrder(BaseModel):
    """A lawful destruction that one person asked for and another may confirm."""

    model_config = told(
        order=2,
        evidence=EVIDENCE,
        holds=[3, 12],
        legal_basis="18 U.S.C. 2258B(c)",
        authority="District Court",
        reference="26-cr-1",
        asked_at=AT,
        asked_by="lead",
    )
    order: int
    evidence: str
    holds: list[int]
    legal_basis: str
    authority: str
    reference: str
    asked_at: datetime
    asked_by: str


class ToldEndedHold(BaseModel):
    """A hold as it stood when its evidence was destroyed."""

    model_config = told(hold=3, kind="under_review", ended_at=AT, is_released=True)
    hold: int
    kind: HoldKind
    ended_at: datetime
    is_released: bool


class ToldCertificate(BaseModel):
    """A destruction that was done; `order` is null where the holds had simply ended."""

    model_config = told(
        evidence=EVIDENCE,
        order=2,
        size_bytes=190_321,
        sealed_at=AT,
        destroyed_at=AT,
        is_single_person=False,
        holds=[{"hold": 3, "kind": "under_review", "ended_at": AT, "is_released": True}],
    )
    evidence: str
    order: int | None
    size_bytes: Count
    sealed_at: datetime
    destroyed_at: datetime
    is_single_person: bool
    holds: list[ToldEndedHold]


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


class ToldRetriedJobs(BaseModel):
    """How many dead jobs are tried anew, and how many are left that are dead."""

    model_config = told(retried=3, left=0)
    retried: Count
    left: Count


class ToldKept(BaseModel):
    """Media in the sealed spool: it waits to be scanned, or is held because it could not be."""

    model_config = told(
        spool=EVIDENCE, size_bytes=190_321, kept_at=AT, is_held=True, held_for="timed_out", held_until=AT
    )
    spool: str
    size_bytes: Count
    kept_at: datetime
    is_held: bool
    held_for: str | None
    held_until: datetime | None


class ToldRetriedMedia(BaseModel):
    """How much held media is scanned again."""

    model_config = told(retried=3)
    retried: Count


class ToldRetry(BaseModel):
    """The job that scans held media again."""

    model_config = told(spool=EVIDENCE, job=8)
    spool: str
    job: int


class ToldDropped(BaseModel):
    """Held media that is gone for good."""

    model_config = told(spool=EVIDENCE, is_dropped=True)
    spool: str
    is_dropped: bool


class ToldAddress(BaseModel):
    """Where notices go: `origin` is its scheme and host, the rest of its URL is never told."""

    model_config = told(
        address="pager",
        origin="https://hooks.example.com",
        kinds=["case_opened"],
        state="enabled",
        pause_reason=None,
        failures=0,
        failing_since_at=None,
    )
    address: str
    origin: str
    kinds: list[EventKind]
    state: AddressState
    pause_reason: str | None
    failures: Count
    failing_since_at: datetime | None
    undelivered: Count = 0
    resent: Count = 0


class ToldDelivery(BaseModel):
    """One notice to one address."""

    model_config = told(
        delivery=40,
        address="pager",
        event="1f0c7a52d6d24cf4a4cbbd5ad1f1a7f0",
        kind="case_opened",
        state="delivered",
        attempts=1,
        queued_at=AT,
        tried_at=AT,
        ended_at=AT,
        status=204,
        reason=None,
    )
    delivery: int
    address: str
    event: str
    kind: EventKind
    state: DeliveryState
    attempts: Count
    queued_at: datetime
    tried_at: datetime | None
    ended_at: datetime | None
    status: int | None
    reason: str | None


class ToldQueued(BaseModel):
    """A delivery that is sent again."""

    model_config = told(delivery=40, is_queued=True)
    delivery: int
    is_queued: bool


class ToldHealth(BaseModel):
    """Whether all is well; `troubles` names what is not."""

    model_config = told(status="ready", troubles=[])
    status: str
    troubles: list[str] = []
