"""Scans that wait: accepted once the bytes' key is wrapped and the job committed, done once in effect."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from safelight.database.engine import Engine
from safelight.database.transaction import Tx, write
from safelight.errors import NotFound, NotScanned
from safelight.flow.chain import ScanResult, record_scan
from safelight.flow.preserving import SpooledArrival, preserve, seal_matches
from safelight.hashing.signal import NoSignal
from safelight.intake.media import Answer, Origin, Subject
from safelight.intake.sources.interface import Arrival
from safelight.jobs.queue import enqueue
from safelight.jobs.run import Run
from safelight.matching.match import Verdict
from safelight.notices.event import EventKind
from safelight.notices.steps import tell_event
from safelight.roles import Actor, Permission
from safelight.vault.keeping import Keeping, KeptSpool
from safelight.vault.manifest import Manifest
from safelight.vault.sealable import Sealable
from safelight.vault.vault import Vault

SCAN_KEPT = "scan_kept"
"""The job that scans bytes which wait in the sealed spool."""

_MAY = frozenset({Permission.EVIDENCE_SEAL, Permission.HOLD_WRITE})
"""What a worker may do for a queued scan: whoever may queue it has asked for that."""

Scan = Callable[[Arrival], ScanResult]
"""Hashes and matches one arrival."""


def accept_scan(engine: Engine, keeping: Keeping, actor: Actor, sealable: Sealable, manifest: Manifest) -> int:
    """Accept bytes to be scanned later, and return the number of the job that will.

    When this returns they outlive this process; if it raises they were not accepted. Raises KeysUnusable,
    StoreUnusable, ClockWrong or DatabaseUnusable.
    """
    prepared = keeping.prepare(sealable, manifest)
    with write(engine) as tx:
        spool_id = keeping.keep_spool(tx, actor, prepared)
        return enqueue(tx, keeping.clock, kind=SCAN_KEPT, args={"spool": spool_id}, key=f"{SCAN_KEPT}:{spool_id}")


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedScans:
    """Does queued scans: a match becomes evidence, anything else that could be looked at is dropped with its key."""

    vault: Vault
    keeping: Keeping
    scan: Scan

    def scan_kept(self, run: Run) -> None:
        """Scan the bytes that a job names.

        Raises NotScanned where they cannot be looked at: then they stay, sealed, and the job is tried again until it is
        dead and a person sees its reason.
        """
        try:
            with self.keeping.open_kept(run.engine, str(run.job.args["spool"])) as kept:
                self._settle(run, kept, self.scan(_arrival(kept)))
        except NotFound:
            with run.last_step():
                pass  # they were dropped by hand meanwhile: nothing is left to do

    def _settle(self, run: Run, kept: KeptSpool, result: ScanResult) -> None:
        if result.verdict is Verdict.NOT_SCANNED:
            raise NotScanned(
                f"The bytes could not be looked at ({_reasons(result)}). They wait, sealed, and are not clean. Retry "
                "the job when what hindered it is mended."
            )
        if result.verdict.is_match:
            manifest = replace(kept.manifest, matches=seal_matches(result.matches))
            actor = replace(run.actor, permissions=_MAY)
            preserve(
                run.engine,
                self.vault,
                actor,
                kept,
                manifest,
                also=lambda tx, evidence: _tell(tx, run, result, evidence_id=evidence.id),
                writing=run.last_step,
            )
            return
        with run.last_step() as tx:
            self.keeping.drop_kept(tx, run.actor, kept.blob_id)
            counts = {"files": 1, result.verdict.value: 1}
            record_scan(tx, run.clock, run.actor, verb="scan_media", against=result.against, counts=counts)
            _tell(tx, run, result)


def _tell(tx: Tx, run: Run, result: ScanResult, **ids: str) -> None:
    facts = {"job_id": run.job.id, "verdict": result.verdict.value, **ids}
    tell_event(tx, run.clock, EventKind.SCAN_FINISHED, facts)


def _reasons(result: ScanResult) -> str:
    return ", ".join(sorted({answer.reason.value for answer in result.answers if isinstance(answer, NoSignal)}))


def _arrival(kept: KeptSpool) -> SpooledArrival:
    told = kept.manifest.origin
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
    subject = Subject(id=kept.manifest.subject_id) if kept.manifest.subject_id else None
    return SpooledArrival(content=kept, origin=origin, subject=subject)
