"""Scans that wait: accepted once the bytes' key is wrapped and the job committed, done once in effect."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from safelight.database.engine import Engine
from safelight.database.transaction import Tx, write
from safelight.errors import NotFound
from safelight.flow.chain import ScanResult
from safelight.flow.scans.answer import ScanAnswer
from safelight.flow.scans.preserving import SpooledArrival, bank_ids_of, try_anew
from safelight.flow.scans.settling import Scanned, Settling
from safelight.intake import requests
from safelight.intake.content import DigestedContent
from safelight.intake.media import Answer, Digests, Origin, Subject
from safelight.intake.sources.interface import Arrival
from safelight.jobs.queue import enqueue
from safelight.jobs.run import Run
from safelight.notices.event import EventKind
from safelight.notices.steps import tell_event
from safelight.roles import Actor
from safelight.vault.keeping import Keeping, KeptSpool
from safelight.vault.manifest import Manifest
from safelight.vault.sealable import Sealable

SCAN_KEPT = "scan_kept"
"""The job that scans bytes which wait in the sealed spool."""

Scan = Callable[[Arrival], ScanResult]
"""Hashes and matches one arrival."""

ScanWithin = Callable[[Arrival, frozenset[int] | None], ScanResult]
"""Hashes one arrival and matches it against the banks of these numbers; None: every enabled one."""

Accepted = Callable[[Tx, str, int], None]
"""What else happens in the transaction that accepts a scan: it is told the id of the bytes and the job's number."""


def _nothing_else(_tx: Tx, _spool_id: str, _job_id: int) -> None:
    pass


def accept_scan(
    engine: Engine,
    keeping: Keeping,
    actor: Actor,
    sealable: Sealable,
    manifest: Manifest,
    *,
    also: Accepted = _nothing_else,
) -> int:
    """Accept bytes to be scanned later, and return the number of the job that will.

    When this returns they outlive this process; if it raises they were not accepted. Raises KeysUnusable,
    StoreUnusable, ClockWrong or DatabaseUnusable.
    """

    def accept() -> int:
        prepared = keeping.prepare(sealable, manifest)
        with write(engine) as tx:
            spool_id = keeping.keep_spool(tx, actor, prepared)
            job_id = enqueue_scan(tx, keeping, spool_id)
            also(tx, spool_id, job_id)
            return job_id

    return try_anew(accept)


def enqueue_scan(tx: Tx, keeping: Keeping, spool_id: str) -> int:
    """Ask for a scan of bytes that wait, and return the number of the job."""
    return enqueue(tx, keeping.clock, kind=SCAN_KEPT, args={"spool": spool_id}, key=scan_key(spool_id))


def scan_key(spool_id: str) -> str:
    """Return the key of the job that scans these bytes: of each there is at most one open."""
    return f"{SCAN_KEPT}:{spool_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedScans:
    """Does queued scans, by the same step that follows every scan."""

    settling: Settling
    scan: ScanWithin

    def scan_kept(self, run: Run) -> None:
        """Scan the bytes that a job names, and do what follows.

        Raises SandboxUnavailable and the like where nothing can be scanned at all: then they stay, sealed, and the job
        is tried again until it is dead and a person sees its reason.
        """
        try:
            with self.settling.keeping.open_kept(run.engine, str(run.job.args["spool"])) as kept:
                self.settling.settle(self._scanned(run, kept))
        except NotFound:
            with run.last_step():
                pass  # they were dropped by hand meanwhile: nothing is left to do

    def _scanned(self, run: Run, kept: KeptSpool) -> Scanned:
        return Scanned(
            id=kept.manifest.media_id,
            engine=run.engine,
            sealable=kept,
            manifest=kept.manifest,
            result=self.scan(_arrival(kept), bank_ids_of(kept.manifest)),
            actor=run.actor,
            writing=run.last_step,
            record=partial(_record, run, kept.blob_id),
        )


def _record(run: Run, spool_id: str, tx: Tx, answer: ScanAnswer) -> None:
    """Write the answer down, and tell whoever listens that the scan has ended."""
    requests.settle(tx, spool_id, answer.outcome)
    facts: dict[str, int | str] = {"job_id": run.job.id}
    facts |= {"verdict": answer.verdict.value} if answer.verdict else {}
    facts |= {"evidence_id": answer.evidence_id} if answer.evidence_id else {}
    tell_event(tx, run.clock, EventKind.SCAN_FINISHED, facts)


def _arrival(kept: KeptSpool) -> SpooledArrival:
    manifest, told = kept.manifest, kept.manifest.origin
    # Both are sealed under one key: whoever could change the digests could change the bytes with them.
    digests = Digests(
        md5=bytes.fromhex(manifest.md5), sha1=bytes.fromhex(manifest.sha1), sha256=bytes.fromhex(manifest.sha256)
    )
    origin = Origin(
        platform_content_id=told.platform_content_id,
        original_file_name=told.original_file_name,
        uploaded_at=told.uploaded_at,
        ip_address=told.ip_address,
        port=told.port,
        location_url=told.location_url,
        publicly_available=Answer(told.publicly_available.value),
        viewed_before_intake=Answer(told.viewed_before_intake.value),
    )
    subject = Subject(id=manifest.subject_id) if manifest.subject_id else None
    content = DigestedContent(content=kept, digests=digests)
    return SpooledArrival(content=content, origin=origin, subject=subject)
