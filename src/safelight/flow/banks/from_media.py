"""Entries from media: which of its signals become entries, and which media gives none."""

from safelight.banks.entry import NewEntry
from safelight.flow.chain import ScanResult
from safelight.hashing.signal import NoSignal, Reason, Signal


def entries_of(
    result: ScanResult, *, note: str | None = None, label: str | None = None, label_scheme: str | None = None
) -> list[NewEntry]:
    """Return an entry for each signal that media has; none where it is doubtful."""
    if is_doubtful(result):
        return []
    return [
        NewEntry(signal_type=one.type.value, value=one.value, label=label, label_scheme=label_scheme, note=note)
        for one in result.answers
        if isinstance(one, Signal)
    ]


def is_doubtful(result: ScanResult) -> bool:
    """Whether no entry may be made of media: it is empty, or there was more of it than was seen.

    What is no picture (a video, say) has digests that are as good as any.
    """
    faults = {answer.reason for answer in result.answers if isinstance(answer, NoSignal) and answer.reason.is_fault}
    is_empty = result.media is None or result.media.size_bytes == 0
    return is_empty or bool(faults - {Reason.UNSUPPORTED})
