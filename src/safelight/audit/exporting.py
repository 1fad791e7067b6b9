"""Writing the log as lines of JSON that an outsider can check without Safelight (docs/reference/audit-log.md)."""

import json
from collections.abc import Generator, Sequence
from contextlib import closing
from datetime import datetime
from typing import Any

from safelight.audit import store
from safelight.audit.head import log_origin
from safelight.audit.note import NoteKey
from safelight.audit.raw_entry import RawEntry
from safelight.database.installation import installation_id
from safelight.database.transaction import Tx
from safelight.errors import DatabaseUnusable

FORMAT = "safelight audit export 1"


def export_lines(tx: Tx, *, keys: Sequence[NoteKey], at: datetime) -> Generator[bytes]:
    """Give the lines of an export: a header, every entry that the last head covers, every head after its last entry.

    The last line tells how many entries there were, so that an export that was cut short shows. Raises
    `DatabaseUnusable` for a log that cannot be told because it is damaged.
    """
    installation, size = installation_id(tx), (store.latest_head(tx) or (0, ""))[0]
    yield _line(
        {
            "format": FORMAT,
            "installation": installation,
            "origin": log_origin(installation),
            "vkeys": [str(key) for key in keys],
            "exported_at": at.isoformat(),
            "size": size,
        }
    )
    with closing(store.stream_heads(tx)) as heads, closing(_entries(tx, size)) as entries:
        head = next(heads, None)
        for number, entry in entries:
            while head is not None and head[0] <= number:
                yield _line({"head": head[1]})
                head = next(heads, None)
            yield _line({"leaf": number, **_record(entry)})
        while head is not None:
            yield _line({"head": head[1]})
            head = next(heads, None)
    yield _line({"end": size})


def _entries(tx: Tx, upto: int) -> Generator[tuple[int, RawEntry]]:
    with closing(store.stream_leaves(tx, upto)) as pages:
        for rows in pages:
            for number, _, _, *columns in rows:
                yield number, RawEntry._make(columns)


def _record(entry: RawEntry) -> dict[str, Any]:
    try:
        return entry.record()
    except (ValueError, TypeError, AttributeError) as error:
        raise DatabaseUnusable(
            "The audit log is damaged and cannot be exported. Nothing was changed. `safelight audit verify` says where."
        ) from error


def _line(value: dict[str, Any]) -> bytes:
    return json.dumps(value).encode() + b"\n"
