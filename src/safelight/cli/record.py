"""A scan's result as the record that result files and `--json` give (docs/reference/result-file.md)."""

from safelight.cli.result_file import PAGE_BYTES, Record, to_line
from safelight.flow.chain import ScanResult
from safelight.hashing.hashed import PictureFacts
from safelight.hashing.signal import NoSignal, Reason, Signal
from safelight.matching.match import Match, Verdict, Withheld

_TOLD_OF_A_NAME = 200
"""Characters of a name that is told in hexadecimal anyway."""


def to_record(result: ScanResult, *, is_matched: bool = True) -> Record:
    """Return the record of one file; without verdict and matches where nothing was matched (`hash`)."""
    record: Record = name_fields(result.name)
    if is_matched:
        record["verdict"] = result.verdict.value
    if result.stamp is not None:
        record |= {"size_bytes": result.stamp.size_bytes, "changed_ns": result.stamp.changed_ns}
    if result.picture is not None:
        record["picture"] = picture_fields(result.picture)
    record["signals"] = [answer_fields(answer) for answer in result.answers]
    if is_matched:
        record |= {
            "compared": {kind.value: count for kind, count in result.compared.items()},
            "against": result.against,
            "matches": [match_fields(match) for match in result.matches],
            "matches_omitted": result.matches_omitted,
        }
        if result.withheld:
            record["withheld"] = [withheld_fields(each) for each in result.withheld]
            record["withheld_omitted"] = result.withheld_omitted
    record["scanned_at"] = result.scanned_at.isoformat()
    return _fitted(record)


def name_fields(name: bytes) -> Record:
    """Return a path as text, or, where it is not UTF-8, its bytes in hexadecimal and the beginning of the text."""
    try:
        return {"path": name.decode("utf-8")}
    except UnicodeDecodeError:
        return {"path": name.decode("utf-8", "replace")[:_TOLD_OF_A_NAME], "path_bytes": name.hex()}


def name_of(record: Record) -> bytes:
    """Return the path that `name_fields` wrote down. Raises ValueError if nothing of the kind stands there."""
    return bytes.fromhex(record["path_bytes"]) if "path_bytes" in record else str(record["path"]).encode()


def is_sound(record: Record, *, is_matched: bool) -> bool:
    """Whether a record that was read is one that `to_record` could have written, of a scan or of mere hashing."""
    try:
        name_of(record)
        verdict = Verdict(record["verdict"]) if is_matched else None
        signals = record["signals"]
        reasons = [Reason(answer["reason"]) for answer in signals if "reason" in answer]
        stamp = (record.get("size_bytes", 0), record.get("changed_ns", 0))
    except (KeyError, TypeError, ValueError):
        return False
    return (
        ("verdict" in record) == is_matched
        and all(
            isinstance(answer.get("type"), str) and ("value" in answer) != ("reason" in answer) for answer in signals
        )
        and all(isinstance(figure, int) for figure in stamp)
        and ("size_bytes" in record) == ("changed_ns" in record)
        and (verdict is not Verdict.NOT_SCANNED or any(reason.is_fault for reason in reasons))
    )


def match_fields(match: Match) -> Record:
    """Return everything that explains a match; the listed value itself is not told."""
    return {
        "kind": match.kind.value,
        "signal_type": match.signal_type.value,
        "distance": match.distance,
        "threshold": match.threshold,
        "threshold_source": match.threshold_source.value,
        "orientation": match.orientation,
        "frame": match.frame,
        "quality": match.quality,
        "bank": match.bank_name,
        "bank_version": match.bank_version,
        "entry": match.entry_id,
        "label": match.label,
        "label_scheme": match.label_scheme,
        "source": match.source,
        "entry_key": match.entry_key,
        "entry_note": match.entry_note,
        "entry_added_at": match.entry_added_at.isoformat(),
        "opinion": match.opinion.value if match.opinion else "",
        "is_demoted": match.is_demoted,
    }


def withheld_fields(withheld: Withheld) -> Record:
    """Return what would be a match, the control that keeps it from being one, and the allow-list's entry behind it."""
    fields: Record = {"control": withheld.control.value, "match": match_fields(withheld.match)}
    if withheld.suppressed_by is not None:
        fields["suppressed_by"] = match_fields(withheld.suppressed_by)
    return fields


def picture_fields(picture: PictureFacts) -> Record:
    """Return what was seen of a picture."""
    return {
        "format": picture.format,
        "width": picture.width,
        "height": picture.height,
        "exif_orientation": picture.exif_orientation,
        "frames_seen": picture.frames_seen,
        "frames_hashed": picture.frames_hashed,
    }


def answer_fields(answer: Signal | NoSignal) -> Record:
    """Return a signal, or why there is none."""
    fields: Record = {"type": answer.type.value}
    if isinstance(answer, Signal):
        fields["value"] = answer.value.hex()
    else:
        fields |= {"reason": answer.reason.value, "detail": answer.detail}
    if answer.quality is not None:
        fields["quality"] = answer.quality
    if answer.frame is not None:
        fields["frame"] = answer.frame
    return fields


def _fitted(record: Record) -> Record:
    """Leave out the last matches, then the last signals, of a record that would be longer than a page; count them."""
    for name, least in (("withheld", 1), ("matches", 1), ("signals", _SIGNALS_KEPT)):
        omitted = f"{name}_omitted"
        while len(record.get(name, ())) > least and len(to_line(record)) > PAGE_BYTES:
            record[name].pop(_FIRST_TO_GO if name == "signals" else -1)
            record[omitted] = record.get(omitted, 0) + 1
    return record


_SIGNALS_KEPT = 12
_FIRST_TO_GO = 8
"""Of many signals, the three digests and the first frames stay, and the last: the reasons for what is missing."""
