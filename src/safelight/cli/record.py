"""A scan's result as the record that result files and `--json` give (docs/reference/result-file.md)."""

from safelight.cli.result_file import PAGE_BYTES, Record, to_line
from safelight.flow.chain import ScanResult
from safelight.hashing.signal import NoSignal, Signal
from safelight.matching.match import Match


def to_record(result: ScanResult, *, is_matched: bool = True) -> Record:
    """Return the record of one file; without verdict and matches where nothing was matched (`hash`)."""
    record: Record = name_fields(result.name)
    if is_matched:
        record["verdict"] = result.verdict.value
    if result.stamp is not None:
        record |= {"size_bytes": result.stamp.size_bytes, "changed_ns": result.stamp.changed_ns}
    if result.picture is not None:
        record["picture"] = {
            "format": result.picture.format,
            "width": result.picture.width,
            "height": result.picture.height,
            "exif_orientation": result.picture.exif_orientation,
            "frames_seen": result.picture.frames_seen,
        }
    record["signals"] = [_answer(answer) for answer in result.answers]
    if is_matched:
        record |= {
            "compared": {kind.value: count for kind, count in result.compared.items()},
            "against": result.against,
            "matches": [match_fields(match) for match in result.matches],
            "matches_omitted": result.matches_omitted,
        }
    record["scanned_at"] = result.scanned_at.isoformat()
    return _fitted(record)


def name_fields(name: bytes) -> Record:
    """Return a path as text, and, where it is not UTF-8, its bytes in hexadecimal too."""
    try:
        return {"path": name.decode("utf-8")}
    except UnicodeDecodeError:
        return {"path": name.decode("utf-8", "replace"), "path_bytes": name.hex()}


def name_of(record: Record) -> bytes:
    """Return the path that `name_fields` wrote down."""
    return bytes.fromhex(record["path_bytes"]) if "path_bytes" in record else str(record["path"]).encode()


def match_fields(match: Match) -> Record:
    """Return everything that explains a match; the listed value itself is not told."""
    return {
        "kind": match.kind.value,
        "signal_type": match.signal_type.value,
        "distance": match.distance,
        "threshold": match.threshold,
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
    }


def _answer(answer: Signal | NoSignal) -> Record:
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
    """Leave out the last matches of a record that would be longer than a page, and count them."""
    while len(record.get("matches", ())) > 1 and len(to_line(record)) > PAGE_BYTES:
        record["matches"].pop()
        record["matches_omitted"] += 1
    return record
