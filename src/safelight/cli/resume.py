"""Going on with a result file: which of its records need no second look."""

from collections.abc import Iterator
from pathlib import Path

from safelight.app import file_stamp
from safelight.cli.record import is_sound, name_of
from safelight.cli.result_file import Record, read_first, read_records
from safelight.errors import InvalidValue
from safelight.hashing.signal import Reason
from safelight.intake.sources.interface import Stamp
from safelight.matching.match import Verdict

_TRIED_AGAIN = {Reason.TIMED_OUT, Reason.CRASHED, Reason.REFUSED, Reason.TOO_LARGE}


def require_same_kind(path: Path, *, is_matched: bool) -> None:
    """Raise InvalidValue unless the file holds nothing, or results of the same command: `scan`, or `hash`."""
    try:
        first = read_first(path)
    except OSError as error:
        raise InvalidValue(f"{path} cannot be resumed: {error.strerror}.") from error
    is_of_scan = first is not None and ("verdict" in first or Verdict.NEAR.value in first)
    if first is not None and is_of_scan != is_matched:
        other, this = ("hash", "scan") if is_matched else ("scan", "hash")
        raise InvalidValue(f"{path} holds the results of `{other}`, not of `{this}`; it was left as it is.")


def still_good(path: Path, *, is_matched: bool, against: str) -> Iterator[Record]:
    """Yield the records that need no second look; of one file there may be several, the first of which counts.

    - They are of the same banks, and their file is as it was.
    - What failed for want of time, memory or rights, or because a worker crashed, is tried again.
    - A match is kept though its file is gone, whatever became of the banks: a finding is not lost because somebody
      moved the file away. Such a record says `is_gone`.
    """
    for record in read_records(path):
        if not is_sound(record, is_matched=is_matched):
            continue
        now = file_stamp(name_of(record))
        if now is None:
            if _is_of_file_that_matched(record):
                yield record | {"is_gone": True}
        elif record.get("against", "") == against and _stamp_of(record) == now and not _is_tried_again(record):
            yield record


def _is_of_file_that_matched(record: Record) -> bool:
    return "size_bytes" in record and "verdict" in record and Verdict(record["verdict"]).is_match


def _is_tried_again(record: Record) -> bool:
    return bool({answer["reason"] for answer in record["signals"] if "reason" in answer} & _TRIED_AGAIN)


def _stamp_of(record: Record) -> Stamp | None:
    if "size_bytes" not in record:
        return None
    return Stamp(size_bytes=record["size_bytes"], changed_ns=record["changed_ns"])
