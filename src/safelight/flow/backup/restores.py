"""Restoring a backup into a new workspace: wholly or not at all, and without reviving what was destroyed since."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from safelight.access.steps.sessions import drop_all_sessions
from safelight.audit import log
from safelight.boundary import Reach, unwatched
from safelight.database.clock_mark import see
from safelight.database.dump import TableHead
from safelight.database.erasing import empty_log
from safelight.database.file import keep_private
from safelight.database.loading import finish_loading, load_block, renew_tables, require_unused
from safelight.database.transaction import Tx, read, write
from safelight.errors import BackupRefused, DatabaseUnusable, EvidenceDamaged, KeysUnusable
from safelight.flow.backup import form
from safelight.flow.backup.boundary import RestoreBoundary
from safelight.flow.backup.place import RestorePlace, open_place
from safelight.flow.backup.reading import Arriving, BackupReader, reading_backup
from safelight.flow.installation import Installation
from safelight.keys.recovery import Identity
from safelight.notices.event import EventKind
from safelight.notices.steps import tell_event
from safelight.reporting import steps as reporting
from safelight.roles import Actor, Permission, require_permission
from safelight.vault import backing_up
from safelight.vault.blobs.interface import BlobStore
from safelight.vault.ledger import read_record
from safelight.vault.replaying import replay_destruction

_PART = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What was restored. `replayed` is how much evidence was destroyed again, `made_at` when the backup was made.

    `doubted` is how many reports are failed, for they may have been filed since: a person asks their authority.
    `not_let_go` is how many others a person has to ask about before they let them go.
    """

    rows: int
    blobs: int
    replayed: int
    made_at: str
    installation: str
    doubted: int
    not_let_go: int


def restore_backup(
    target: Installation,
    actor: Actor,
    file: BinaryIO,
    identities: Sequence[Identity],
    *,
    workspace: Path,
    ledgers: Sequence[BlobStore] = (),
    reach: Reach = unwatched,
) -> Restored:
    """Fill an unused database and an empty store of blobs from a backup; then destroy again what was destroyed since.

    The destructions are those of the ledger that the backup holds, of `ledgers` (the store that lived on, if there is
    one), and those that happened while the backup was made. All of this is one transaction: before it is committed
    nothing can be read. `workspace` is where blobs arrive before the store takes them.

    Raises `BackupRefused` for what is damaged, cut short, foreign, newer, or made for others, and where the target is
    not empty; `KeysUnusable` where keys are missing that open what is in the backup; `ClockWrong` where the clock
    stands before the backup's last moment; and the errors of database and store. Then nothing has changed.
    """
    require_permission(actor, Permission.BACKUP_WRITE)
    target.keys.describe()
    keep_private(target.engine)
    with read(target.engine) as tx:
        require_unused(tx)
    with open_place(workspace, target.blobs) as place:
        _require_no_blobs(target.blobs)
        reach(RestoreBoundary.BEGUN)
        with reading_backup(file, list(identities)) as reader:
            restoring = _Restoring(target, actor, place, reach)
            with write(target.engine) as tx:
                restored = restoring.run(tx, reader, ledgers)
        reach(RestoreBoundary.COMMITTED)
    # The log of SQLite holds all that was written, also the keys that were taken away again. Where somebody reads
    # already, the jobs that remove the blobs of what was destroyed empty it again.
    with suppress(DatabaseUnusable):
        empty_log(target.engine)
    return restored


def _require_no_blobs(blobs: BlobStore) -> None:
    if next(blobs.blob_ids(), None) is not None:
        raise BackupRefused(
            "The store of sealed bytes is not empty. Nothing was restored. Restore into a store of its own: set "
            "another folder or prefix, and name the store that lived on with --ledger."
        )


class _Phase(IntEnum):
    """Members come in this order: each phase ends when a member of a later one arrives."""

    ROWS = 1
    BLOBS = 2
    LEDGER = 3
    END = 4


@dataclass(slots=True)
class _Restoring:
    """One restoring, within one transaction, from the backup's first member to the last."""

    target: Installation
    actor: Actor
    place: RestorePlace
    reach: Reach
    rows: int = 0
    blobs: int = 0
    replayed: int = 0
    _phase: _Phase = _Phase.ROWS
    _heads: dict[str, TableHead] = field(default_factory=dict)
    _last_blob: str = ""
    _missing: list[str] = field(default_factory=list)

    def run(self, tx: Tx, reader: BackupReader, ledgers: Sequence[BlobStore]) -> Restored:
        """Take everything in, and destroy again what was destroyed since."""
        members = reader.members()
        header = _read_header(next(members, None))
        self._heads = {head.name: head for head in header.tables}
        given_up = renew_tables(tx, header.tables, header.revision)
        for arriving in members:
            self._take(tx, arriving)
        self._advance(tx, _Phase.END)
        end = reader.check(self.target.keys.describe().public_keys)
        self.reach(RestoreBoundary.VERIFIED)
        self._settle(tx, end, ledgers)
        doubted = self._doubt_reports(tx, header)
        self._record(tx, header, given_up)
        self.reach(RestoreBoundary.REPLAYED)
        return Restored(
            rows=self.rows,
            blobs=self.blobs,
            replayed=self.replayed,
            made_at=header.made_at,
            installation=header.installation,
            doubted=len(doubted.on_their_way) + len(doubted.failed),
            not_let_go=doubted.not_let_go,
        )

    def _take(self, tx: Tx, arriving: Arriving) -> None:
        if table := form.table_of(arriving.name):
            self._advance(tx, _Phase.ROWS)
            self._load(tx, table, arriving)
        elif blob_id := form.blob_of(arriving.name):
            self._advance(tx, _Phase.BLOBS)
            self._place(blob_id, arriving)
        elif name := form.record_of(arriving.name):
            self._advance(tx, _Phase.LEDGER)
            self._replay_record(tx, name, arriving.read())
            self.reach(RestoreBoundary.LEDGER_KEPT)
        else:
            form.raise_foreign()

    def _advance(self, tx: Tx, phase: _Phase) -> None:
        if phase < self._phase:
            form.raise_foreign()
        while self._phase < phase:
            if self._phase is _Phase.ROWS:
                self._end_rows(tx)
            elif self._phase is _Phase.BLOBS:
                self._end_blobs(tx)
            self._phase = _Phase(self._phase + 1)

    def _load(self, tx: Tx, table: str, arriving: Arriving) -> None:
        head = self._heads.get(table)
        if head is None:
            form.raise_foreign()
        self.rows += load_block(tx, head, arriving.read())

    def _end_rows(self, tx: Tx) -> None:
        finish_loading(tx)
        missing = backing_up.needed_keys(tx) - set(self.target.keys.describe().key_ids)
        if missing:
            raise KeysUnusable(
                f"What is in the backup was sealed under keys that are not here: {', '.join(sorted(missing))}. Nothing "
                "was restored. Import their recovery copy first: safelight key import"
            )
        self.reach(RestoreBoundary.DATABASE_LOADED)

    def _place(self, blob_id: str, arriving: Arriving) -> None:
        if blob_id <= self._last_blob:
            form.raise_foreign()
        self._last_blob = blob_id
        path = self.place.receive(blob_id, arriving)
        self.reach(RestoreBoundary.BLOB_ARRIVED)
        self.place.place(blob_id, path)
        self.blobs += 1
        self.reach(RestoreBoundary.BLOB_PLACED)

    def _end_blobs(self, tx: Tx) -> None:
        """Compare what was placed with what the database needs; both come in order."""
        placed = self.place.placed()
        this = next(placed, None)
        for blob_id in chain.from_iterable(backing_up.needed_blobs(tx)):
            if this == blob_id:
                this = next(placed, None)
            else:
                self._missing.append(blob_id)
        if this is not None:
            form.raise_foreign()

    def _replay_record(self, tx: Tx, name: str, data: bytes) -> None:
        """Keep a record and do again what it says. A record is signed by itself, and true whatever becomes of this."""
        try:
            certificate = read_record(data, self.target.keys.describe().public_keys)
        except EvidenceDamaged as error:
            raise BackupRefused(
                f"The record {name} of the ledger of destructions cannot be believed: {error} Nothing was restored, "
                "for what it says was destroyed might be revived. Restore the ledger from another copy."
            ) from error
        if certificate.evidence_id != name:
            form.raise_foreign()
        self.target.blobs.write_ledger(name, data)
        self._replay(tx, name, certificate.destroyed_at)

    def _replay(self, tx: Tx, evidence_id: str, destroyed_at: datetime) -> None:
        clock, actor = self.target.clock, self.actor
        self.replayed += replay_destruction(tx, clock, actor, evidence_id=evidence_id, destroyed_at=destroyed_at)

    def _settle(self, tx: Tx, end: form.End, ledgers: Sequence[BlobStore]) -> None:
        """Do again what was destroyed while the backup was made and after it; then nothing may be missing."""
        for evidence_id, moment in end.destroyed:
            self._replay(tx, evidence_id, datetime.fromisoformat(moment))
        for ledger in ledgers:
            for name, data in ledger.ledger():
                self._replay_record(tx, name, data)
        for blob_id in end.gone_blobs:
            backing_up.drop_lost_spool(tx, self.target.clock, self.actor, blob_id)
        for start in range(0, len(self._missing), _PART):
            _require_unneeded(tx, self._missing[start : start + _PART])

    def _record(self, tx: Tx, header: form.Header, given_up: int) -> None:
        see(tx, self.target.clock)
        drop_all_sessions(tx)
        counts = {"rows": self.rows, "blobs": self.blobs, "replayed": self.replayed}
        log.write(
            tx,
            clock=self.target.clock,
            actor=self.actor,
            verb="restore_backup",
            target=f"installation:{header.installation}",
            details={**counts, "made_at": header.made_at, "entries_given_up": given_up},
        )

    def _doubt_reports(self, tx: Tx, header: form.Header) -> reporting.Doubted:
        """Leave to a person every report that may have been filed after the backup was made."""
        clock = self.target.clock
        made_at = datetime.fromisoformat(header.made_at)
        doubted = reporting.doubt_reports(tx, clock, self.actor, made_at=made_at)
        for report in doubted.on_their_way:
            facts = {"case_id": report.case_id, "report_id": report.id}
            tell_event(tx, clock, EventKind.REPORT_FAILED, facts)
        return doubted


def _read_header(first: Arriving | None) -> form.Header:
    if first is None or first.name != form.HEADER:
        form.raise_foreign()
    return form.read_header(first.read())


def _require_unneeded(tx: Tx, missing: Sequence[str]) -> None:
    needed = backing_up.needed_among(tx, missing)
    if needed:
        raise BackupRefused(
            f"{len(needed)} blobs that the backup's database needs are not in it. It is damaged, and nothing was "
            "restored. Use another backup."
        )
