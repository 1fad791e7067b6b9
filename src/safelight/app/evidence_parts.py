"""Choosing the parts that evidence takes: keys, the store of sealed bytes, the spool, what carries out jobs."""

import os
import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import timedelta
from functools import partial

from safelight.access.queries import names_with
from safelight.app.deadline_parts import open_alarming
from safelight.app.outbound_parts import open_sender
from safelight.app.review_parts import review_rules
from safelight.app.scanner import Scanner
from safelight.errors import InvalidValue
from safelight.flow.chain import ScanResult
from safelight.flow.evidence.destruction import PERIODS, Destruction
from safelight.flow.notices import Delivering
from safelight.flow.outcomes.alarming import PERIODS as CONTACT_PERIODS
from safelight.flow.outcomes.alarming import ContactAlarms
from safelight.flow.reporting.deadlines import PERIODS as REPORT_PERIODS
from safelight.flow.retention import Days, retention_handlers, retention_periods
from safelight.flow.review.keeping import PERIODS as REVIEW_PERIODS
from safelight.flow.review.keeping import review_handlers
from safelight.flow.review.overturning import Overturning
from safelight.flow.scans.held_media import END_HELD_MEDIA, HeldMedia
from safelight.flow.scans.held_media import PERIOD as HELD_PERIOD
from safelight.flow.scans.queued_scans import SCAN_KEPT, QueuedScans, ScanWithin
from safelight.flow.scans.settling import Also, Count, Keep, Settling, count_nothing, keep_nothing, nothing_else
from safelight.flow.scans.spool_room import SpoolRoom
from safelight.flow.scans.unscanned import read_policy
from safelight.intake.sources.interface import Arrival
from safelight.intake.spool import Spool
from safelight.jobs.run import Handler
from safelight.keys.file import FileKeys
from safelight.keys.keeper import KeyKeeper
from safelight.keys.kms import KmsKeys, open_client
from safelight.roles import Actor, Permission
from safelight.settings import Settings
from safelight.vault.blobs.disk import DiskBlobs
from safelight.vault.blobs.interface import BlobStore
from safelight.vault.keeping import Keeping
from safelight.vault.vault import Vault


def open_keys(settings: Settings) -> KeyKeeper:
    """Return the key service that the settings name. Nothing is read before it is used.

    Raises InvalidValue for KMS without a key.
    """
    path = settings.workspace / settings.key_file
    if settings.key_service == "file":
        return FileKeys(path)
    if not settings.kms_key_id:
        raise InvalidValue("The setting key_service is aws_kms, and kms_key_id names no key. Set it.")
    client = partial(open_client, region=settings.kms_region, endpoint=settings.kms_endpoint)
    return KmsKeys(path, key=settings.kms_key_id, open_client=client)


def open_blobs(settings: Settings, address: str = "") -> BlobStore:
    """Return the store of sealed bytes at an address, without one that of the settings."""
    address = address or settings.blob_store
    if "://" not in address:
        return DiskBlobs(settings.workspace / address)
    # Imported here because it is an extra, and only an object store needs it.
    try:
        from safelight.vault.blobs.object_store import ObjectStoreBlobs  # noqa: PLC0415 - see above
    except ImportError as error:
        raise InvalidValue(
            "What speaks to object stores is not installed. Install it with `pip install 'safelight[object-store]'`."
        ) from error
    region, endpoint = settings.blob_store_region, settings.blob_store_endpoint
    options = {name: value for name, value in (("region", region), ("endpoint", endpoint)) if value}
    return ObjectStoreBlobs(address, options, is_plain_http=endpoint.startswith("http://"))


def create_blobs(settings: Settings, *, is_used: bool) -> None:
    """Make the folder of sealed bytes, where it is one and not there.

    Where the database knows sealed bytes (`is_used`) it is never made: then a disk is not mounted, or something was
    lost, and an empty store in its place would hide that.
    """
    store = open_blobs(settings)
    if isinstance(store, DiskBlobs) and not is_used:
        store.create()


def sweep_blobs(store: BlobStore) -> None:
    """Remove what writers that were killed left in a folder of sealed bytes; an object store has rules for that."""
    if isinstance(store, DiskBlobs):
        store.sweep()


def open_spool(settings: Settings) -> Spool:
    """Open a spool for this process. What dead processes left in it is swept."""
    spool = Spool(settings.workspace / settings.spool_folder, memory_bytes=settings.spool_memory_kib << 10)
    spool.sweep()
    return spool


def open_settling(
    settings: Settings,
    vault: Vault,
    *,
    count: Count = count_nothing,
    also: Also = nothing_else,
    keep: Keep = keep_nothing,
) -> Settling:
    """Return what does all that follows from a scan, by the policy of the settings."""
    return Settling(
        vault=vault,
        keeping=Keeping(blobs=vault.blobs, keys=vault.keys, clock=vault.clock),
        policy=read_policy(settings.not_scanned_policy),
        room=SpoolRoom(most_media=settings.max_waiting_media, most_bytes=settings.max_waiting_gib << 30),
        count=count,
        also=also,
        keep=keep,
        rules=review_rules(settings),
    )


def job_handlers(
    settings: Settings,
    vault: Vault,
    actor: Actor,
    scan: ScanWithin,
    tell: Callable[[str], None],
    *,
    count: Count = count_nothing,
    also: Also = nothing_else,
    keep: Keep = keep_nothing,
) -> Mapping[str, Handler]:
    """Return what carries out each kind of job but that of `app.recent_parts`.

    `count`, `also` and `keep` go with every scan that waited.
    """
    settling = open_settling(settings, vault, count=count, also=also, keep=keep)
    queued = QueuedScans(settling=settling, scan=scan)
    most_jump = timedelta(days=settings.clock_jump_days)
    held = HeldMedia(keeping=settling.keeping, held_days=settings.held_media_days, most_jump=most_jump)
    destruction = Destruction(
        blobs=vault.blobs,
        keys=vault.keys,
        people=lambda tx: {actor.name, *names_with(tx, Permission.HOLD_RELEASE)},
        warning_days=settings.hold_warning_days,
        most_jump=most_jump,
        is_single_person_mode=settings.single_person_mode,
        tell=tell,
    )
    days = Days(
        audit_details_days=settings.audit_details_days,
        jobs_done_days=settings.jobs_done_days,
        grants_days=settings.grants_days,
        destroyed_facts_days=settings.destroyed_facts_days,
        bank_names_days=settings.bank_names_days,
        ended_access_days=settings.ended_access_days,
        notice_log_days=settings.notice_log_days,
        closed_cases_days=settings.closed_cases_days,
        ended_reports_days=settings.ended_reports_days,
        ended_outcomes_days=settings.ended_outcomes_days,
        idempotency_days=settings.idempotency_days,
        recently_seen_days=settings.recently_seen_days,
        draft_days=settings.draft_days,
        exposure_days=settings.exposure_days,
        ended_sign_ins_days=settings.ended_sign_ins_days,
    )
    delivering = Delivering(
        keys=vault.keys, sender=open_sender(settings), most_failures=settings.notice_pause_after, tell=tell
    )
    return {
        SCAN_KEPT: queued.scan_kept,
        **held.handlers(),
        **destruction.handlers(),
        **retention_handlers(days),
        **delivering.handlers(),
        **review_handlers(),
        **ContactAlarms(warning_days=settings.contact_warning_days).handlers(),
        **Overturning(tell=tell).handlers(),
        **open_alarming(settings, tell).handlers(),
    }


def process_name() -> str:
    """Return what tells this process from the others, to people."""
    return f"{os.uname().nodename}:{os.getpid()}"


def job_periods() -> Mapping[str, timedelta]:
    """Return which kinds of jobs come again, and after what time."""
    return {
        **PERIODS,
        END_HELD_MEDIA: HELD_PERIOD,
        **REVIEW_PERIODS,
        **REPORT_PERIODS,
        **CONTACT_PERIODS,
        **retention_periods(),
    }


class LazyScanner:
    """A scanner that is opened when the first media comes: a worker without scans starts no worker processes."""

    def __init__(self, open_scanner: Callable[[ExitStack], Scanner]) -> None:
        self._open_scanner = open_scanner
        self._stack = ExitStack()
        self._scanner: Scanner | None = None
        self._lock = threading.Lock()

    def scan(self, arrival: Arrival, bank_ids: frozenset[int] | None = None) -> ScanResult:
        """Scan one arrival as `Scanner.scan` does, and count what it matched. Several threads may do so at once."""
        with self._lock:
            if self._scanner is None:
                self._scanner = self._open_scanner(self._stack)
        result = self._scanner.scan(arrival, bank_ids)
        self._scanner.count(result)
        return result

    def close(self) -> None:
        """Close the scanner, if it was opened."""
        self._stack.close()
