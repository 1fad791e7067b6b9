"""The members of a backup's archive: docs/reference/backup-file.md describes them for others."""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, NoReturn

from safelight.database.dump import ColumnKind, TableHead
from safelight.errors import BackupRefused
from safelight.vault.tar_stream import Member

FORMAT = "safelight backup"
VERSION = 1

HEADER = "backup.json"
END = "end.json"
SIGNATURE = "end.sig"

Piece = bytes | memoryview

_CONTEXT = b"safelight backup end 1\n"
_BLOCK = re.compile(r"database/([a-z_]{1,60})/(\d{9})\.jsonl")
_BLOB = re.compile(r"blobs/([0-9a-f]{32})")
_LEDGER = re.compile(r"ledger/([A-Za-z0-9][A-Za-z0-9._-]{0,199})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What a backup says of itself first. `made_at` is ISO 8601 in UTC, `revision` the version of the tables."""

    installation: str
    made_at: str
    program: str
    revision: str
    tables: tuple[TableHead, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """What a backup says of itself last: how much it holds, and what went while it was made.

    `sha256` is of all members before it. `gone_blobs` were removed after the moment that the database in the backup is
    of; so was evidence `destroyed`, given as its id and the moment in ISO 8601.
    """

    rows: int
    blobs: int
    ledger: int
    gone_blobs: tuple[str, ...]
    destroyed: tuple[tuple[str, str], ...]
    sha256: str


def foreign() -> BackupRefused:
    """Return the refusal of what is encrypted rightly and is no backup."""
    return BackupRefused(
        "What this file holds is no backup of Safelight. Nothing was restored. Name a file that `safelight backup` "
        "wrote."
    )


def raise_foreign() -> NoReturn:
    """Raise the refusal of what is encrypted rightly and is no backup."""
    raise foreign()


def write_header(header: Header) -> bytes:
    """Return the header as bytes."""
    return json.dumps({"format": FORMAT, "version": VERSION, **asdict(header)}, indent=1).encode()


def read_header(data: bytes) -> Header:
    """Return the header. Raises `BackupRefused` for one that is not a backup's, or a newer one's."""
    try:
        values = json.loads(data)
        if values.pop("format") != FORMAT:
            raise_foreign()
        version = values.pop("version")
    except (ValueError, KeyError, AttributeError, TypeError):
        raise_foreign()
    if version != VERSION:
        raise BackupRefused(
            f"The backup has the format {version}, and this program reads {VERSION}: a newer Safelight made it. "
            "Nothing was restored. Use the newer program."
        )
    try:
        tables = tuple(_head(head) for head in values.pop("tables"))
        return Header(tables=tables, **values)
    except (ValueError, KeyError, TypeError):
        raise_foreign()


def _head(values: dict[str, Any]) -> TableHead:
    columns = tuple((str(name), ColumnKind(kind)) for name, kind in values["columns"])
    return TableHead(name=values["name"], columns=columns)


def write_end(end: End) -> bytes:
    """Return the end as bytes."""
    return json.dumps(asdict(end), indent=1).encode()


def read_end(data: bytes) -> End:
    """Return the end. Raises `BackupRefused`."""
    try:
        values = json.loads(data)
        gone, destroyed = tuple(values.pop("gone_blobs")), values.pop("destroyed")
        destroyed = tuple((str(evidence_id), str(moment)) for evidence_id, moment in destroyed)
        return End(gone_blobs=gone, destroyed=destroyed, **values)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise_foreign()


def signed_bytes(end: bytes) -> bytes:
    """Return what is signed of an end: it can be taken for nothing else that the same key signs."""
    return _CONTEXT + end


def block_name(table: str, number: int) -> str:
    """Return the name of a block of rows."""
    return f"database/{table}/{number:09}.jsonl"


def blob_name(blob_id: str) -> str:
    """Return the name of a blob."""
    return f"blobs/{blob_id}"


def ledger_name(name: str) -> str:
    """Return the name of a record of the ledger."""
    return f"ledger/{name}"


def table_of(name: str) -> str | None:
    """Return the table that a member holds rows of; None for any other member."""
    found = _BLOCK.fullmatch(name)
    return found and found[1]


def blob_of(name: str) -> str | None:
    """Return the id of the blob that a member is; None for any other member."""
    found = _BLOB.fullmatch(name)
    return found and found[1]


def record_of(name: str) -> str | None:
    """Return the name of the record of the ledger that a member is; None for any other member."""
    found = _LEDGER.fullmatch(name)
    return found and found[1]


class Tally:
    """The digest of members as they go by: of names, sizes and bytes, in order."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()

    def begin(self, name: str, size_bytes: int) -> None:
        """Count the name and the size of a member whose bytes follow."""
        self._digest.update(f"{name}\0{size_bytes}\0".encode())

    def add(self, piece: Piece) -> None:
        """Count bytes of the member."""
        self._digest.update(piece)

    def watched(self, member: Member) -> Member:
        """Return a member that is counted while its bytes are taken."""
        return Member(name=member.name, size_bytes=member.size_bytes, pieces=self._counted(member))

    def _counted(self, member: Member) -> Iterator[Piece]:
        self.begin(member.name, member.size_bytes)
        for piece in member.pieces:
            self.add(piece)
            yield piece

    def hexdigest(self) -> str:
        """Return the digest of all so far."""
        return self._digest.hexdigest()
