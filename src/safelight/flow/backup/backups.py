"""Making a backup: the database of one moment and the sealed bytes, in one age file, without the keys."""

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path

from safelight.audit import log
from safelight.boundary import Reach, unwatched
from safelight.database.dump import dump_rows, found_tables, table_head
from safelight.database.installation import installation_id
from safelight.database.revision import REVISIONS, require_current
from safelight.database.transaction import Tx, read, write
from safelight.errors import BlobMissing, EvidenceDamaged
from safelight.flow.backup import form
from safelight.flow.backup.boundary import BackupBoundary
from safelight.flow.backup.id_file import IdFile
from safelight.flow.installation import Installation
from safelight.roles import Actor, Permission, require_permission
from safelight.vault import backing_up
from safelight.vault.age_file import Written, parse_recipients, write_age_file
from safelight.vault.blobs.interface import Blob
from safelight.vault.tar_stream import Member, member, tar_pieces

_PIECE_BYTES = 1 << 20
_CLOCKS_DIFFER = timedelta(hours=1)
"""Evidence that was destroyed up to this long before the backup is named too: clocks of machines differ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupMade:
    """What a backup holds. `gone` is how many blobs were removed, lawfully, while it was made."""

    rows: int
    blobs: int
    gone: int
    size_bytes: int
    sha256: bytes


def make_backup(
    source: Installation, actor: Actor, path: Path, recipients: Sequence[str], *, reach: Reach = unwatched
) -> BackupMade:
    """Write a backup of everything but the keys and the settings to a new file that only recipients can open.

    The database is as of one moment, just after the entry in the audit log that says that the backup began. Blobs are
    copied after it: one that was destroyed meanwhile is noted, any other that is missing raises `EvidenceDamaged`. The
    file gets its name when it is whole and on the disk, and never replaces another. Other errors: `NotAllowed`,
    `InvalidValue` for a recipient, `AlreadyExists`, `OutputFailed`, `KeysUnusable`, and those of database and store.
    """
    require_permission(actor, Permission.BACKUP_WRITE)
    parsed = parse_recipients(recipients)
    source.keys.describe()
    require_current(source.engine)
    with write(source.engine) as tx:
        log.write(tx, clock=source.clock, actor=actor, verb="begin_backup", target="backup:new")
    reach(BackupBoundary.BEGUN)
    contents = _Contents(source, reach)
    with closing(contents.pieces()) as pieces:
        written = write_age_file(path, pieces, parsed, before_naming=lambda _: reach(BackupBoundary.WHOLE))
    reach(BackupBoundary.NAMED)
    made = contents.made(written)
    _record(source, actor, made)
    return made


def _record(source: Installation, actor: Actor, made: BackupMade) -> None:
    details = {"rows": made.rows, "blobs": made.blobs, "gone": made.gone, "size_bytes": made.size_bytes}
    with write(source.engine) as tx:
        log.write(
            tx,
            clock=source.clock,
            actor=actor,
            verb="finish_backup",
            target=f"backup:{made.sha256.hex()[:32]}",
            details={**details, "sha256": made.sha256.hex()},
        )


class _Contents:
    """The members of one backup, made while they are asked for, and how many there were."""

    def __init__(self, source: Installation, reach: Reach) -> None:
        self._source = source
        self._reach = reach
        self._tally = form.Tally()
        self._rows = self._blobs = self._ledger = 0
        self._gone: list[str] = []
        self.made_at: datetime = source.clock.now()

    def made(self, written: Written) -> BackupMade:
        """Return what the file holds, once it is written."""
        return BackupMade(
            rows=self._rows,
            blobs=self._blobs,
            gone=len(self._gone),
            size_bytes=written.size_bytes,
            sha256=written.sha256,
        )

    def pieces(self) -> Generator[form.Piece, None, None]:
        """Give the archive piece by piece."""
        yield from tar_pieces(self._members(), made_at=self.made_at)

    def _members(self) -> Iterator[Member]:
        """Give everything in the order in which it can be restored in one reading."""
        with closing(IdFile()) as needed:
            yield from map(self._tally.watched, self._database(needed))
            self._reach(BackupBoundary.DATABASE_DUMPED)
            yield from map(self._tally.watched, self._copied_blobs(needed))
        yield from map(self._tally.watched, self._records())
        self._reach(BackupBoundary.LEDGER_COPIED)
        yield from self._end()
        self._reach(BackupBoundary.SIGNED)

    def _database(self, needed: IdFile) -> Iterator[Member]:
        with read(self._source.engine) as tx:
            tables = found_tables(tx)
            header = form.Header(
                installation=installation_id(tx),
                made_at=self.made_at.isoformat(),
                program=version("safelight"),
                revision=REVISIONS[-1],
                tables=tuple(table_head(table) for table in tables),
            )
            yield member(form.HEADER, form.write_header(header))
            for table in tables:
                for number, (rows, block) in enumerate(dump_rows(tx, table), start=1):
                    self._rows += rows
                    yield member(form.block_name(table.name, number), block)
            _note(tx, needed)

    def _copied_blobs(self, needed: IdFile) -> Iterator[Member]:
        """Give the blobs, after the transaction has ended: a copy of hours must not keep the database from tidying."""
        for blob_id in needed:
            try:
                with self._source.blobs.open(blob_id) as blob:
                    name = form.blob_name(blob_id)
                    yield Member(name=name, size_bytes=blob.size_bytes, pieces=_pieces(blob))
                self._blobs += 1
                self._reach(BackupBoundary.BLOB_COPIED)
            except BlobMissing as error:
                self._note_gone(blob_id, error)

    def _note_gone(self, blob_id: str, error: BlobMissing) -> None:
        """Note a blob whose key was destroyed since the database was dumped: its row went before it did."""
        with read(self._source.engine) as tx:
            if backing_up.needed_among(tx, [blob_id]):
                raise EvidenceDamaged(
                    f"The blob {blob_id} is missing, and the database still needs it. No backup was written. Run "
                    "`safelight evidence fsck` to see all that is missing, and restore it from an older backup."
                ) from error
        self._gone.append(blob_id)

    def _records(self) -> Iterator[Member]:
        for name, data in self._source.blobs.ledger():
            self._ledger += 1
            yield member(form.ledger_name(name), data)

    def _end(self) -> Iterator[Member]:
        with read(self._source.engine) as tx:
            destroyed = backing_up.destroyed_since(tx, self.made_at - _CLOCKS_DIFFER)
        end = form.write_end(
            form.End(
                rows=self._rows,
                blobs=self._blobs,
                ledger=self._ledger,
                gone_blobs=tuple(self._gone),
                destroyed=tuple((evidence_id, at.isoformat()) for evidence_id, at in destroyed),
                sha256=self._tally.hexdigest(),
            )
        )
        yield member(form.END, end)
        yield member(form.SIGNATURE, self._source.keys.sign(form.signed_bytes(end)))


def _note(tx: Tx, needed: IdFile) -> None:
    for page in backing_up.needed_blobs(tx):
        for blob_id in page:
            needed.add(blob_id)


def _pieces(blob: Blob) -> Iterator[bytes]:
    place = 0
    while piece := blob.read(place, _PIECE_BYTES):
        yield piece
        place += len(piece)
