"""The words in which `safelight why` tells of entries, distances and controls."""

from datetime import datetime

from safelight.banks.control import EntryControl, Opinion
from safelight.cli.voice import printable
from safelight.matching.judgement import Control
from safelight.matching.match import Match, MatchKind
from safelight.matching.snapshot import ThresholdSource

_CONTROLS = {
    Control.NOT_ASKED: "its bank is not among those to be searched",
    Control.DISABLED: "its bank is disabled",
    Control.IS_ALLOWED: "it is on an allow-list, and makes no match",
    Control.THRESHOLD: "it lies beyond the threshold",
    Control.ROLLOUT: "its bank is not rolled out to this media",
    Control.FLOOD_GUARD: "the flood guard holds it in quarantine",
    Control.DECONFIRMED: "our reviewers found it to be a mistake of its list",
    Control.ALLOW_LIST: "an allow-list suppresses it",
}
_SOURCES = {
    ThresholdSource.QUERY: "set for this question",
    ThresholdSource.ENTRY: "set for this entry",
    ThresholdSource.BANK: "the bank's",
}


def control_words(control: Control, suppressed_by: int | None = None) -> str:
    """Say what keeps an entry from being a match."""
    by = f": entry {suppressed_by} of it is at least as near" if suppressed_by is not None else ""
    return f"{_CONTROLS[control]}{by}"


def distance_words(match: Match) -> str:
    """Say how far an entry is, how far it may be, and who says so."""
    if match.kind is MatchKind.EXACT:
        return f"the same {match.signal_type}"
    return bits_words(match.distance, match.threshold, match.threshold_source, match.orientation, match.frame)


def bits_words(
    distance: int, threshold: int | None, source: ThresholdSource | None, orientation: str, frame: int | None
) -> str:
    """Say the same of a PDQ entry."""
    allowed = "" if threshold is None or source is None else f", {threshold} allowed ({_SOURCES[source]})"
    turned = "" if orientation in {"", "original"} else f", seen {orientation}"
    return f"pdq {distance} bits away{allowed}{turned}{'' if frame is None else f', frame {frame}'}"


def origin_words(origin: str, line: int | None, added_by: str, added_at: datetime) -> str:
    """Say from where an entry came, and when."""
    place = f"{_plain(origin)}, line {line}" if line is not None else _plain(origin)
    return f"from {place}; taken in by {_plain(added_by)} on {moment_words(added_at)}"


def label_words(label: str, scheme: str, source: str, key: str, note: str) -> str:
    """Say what an entry's list says of it; an empty text if that is nothing."""
    told = [
        f"label {label} ({scheme})" if scheme else f"label {label}" if label else "",
        f"{source} key {key}" if key else "",
        f"note {note}" if note else "",
    ]
    return _plain(", ".join(each for each in told if each))


def exception_words(control: EntryControl | None) -> list[str]:
    """Say what was found and set here for an entry, a sentence each."""
    if control is None:
        return []
    told = []
    if control.opinion is not None and control.opinion_by is not None and control.opinion_at is not None:
        finding = "to be right" if control.opinion is Opinion.CONFIRMED else "to be a mistake"
        why = f": {control.opinion_reason}" if control.opinion_reason else ""
        on = moment_words(control.opinion_at)
        told.append(_plain(f"{control.opinion}: {control.opinion_by.name} found it {finding} on {on}{why}"))
    if control.quarantined_at is not None:
        on = moment_words(control.quarantined_at)
        told.append(_plain(f"in quarantine since {on}: {control.quarantine_reason}"))
    elif control.released_at is not None:
        told.append(f"released from quarantine on {moment_words(control.released_at)}")
    return told


def moment_words(moment: datetime) -> str:
    """Return a time to the minute, in UTC."""
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _plain(text: str) -> str:
    return printable(text.encode("utf-8", "surrogateescape"))
