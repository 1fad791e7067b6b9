"""What a result file holds is kept where a second look would find the same. (Whole scans: test_scan.py.)"""

import os
from pathlib import Path

import pytest

from safelight.app import file_stamp
from safelight.cli.result_file import Record, ResultFile
from safelight.cli.resume import require_same_kind, still_good
from safelight.errors import InvalidValue


@pytest.fixture
def media(tmp_path: Path) -> Path:
    path = tmp_path / "media"
    path.write_bytes(b"bytes")
    return path


def _record(media: Path, verdict: str = "no_known_match", **more: object) -> Record:
    stamp = file_stamp(os.fsencode(media))
    assert stamp is not None
    return {
        "path": str(media),
        "verdict": verdict,
        "size_bytes": stamp.size_bytes,
        "changed_ns": stamp.changed_ns,
        "signals": [{"type": "md5", "value": "00"}],
        "against": "bank@1",
        "scanned_at": "then",
    } | more


def _kept(tmp_path: Path, record: Record) -> list[Record]:
    out = tmp_path / "out"
    with ResultFile(out, is_new=True) as file:
        file.append(record)
    return list(still_good(out, is_matched=True, against="bank@1"))


def test_what_is_as_it_was_is_kept(tmp_path: Path, media: Path) -> None:
    record = _record(media)
    assert _kept(tmp_path, record) == [record]


@pytest.mark.parametrize("more", [{"against": "bank@2"}, {"changed_ns": 1}, {"size_bytes": 1}, {"verdict": "bogus"}])
def test_what_changed_is_looked_at_again(tmp_path: Path, media: Path, more: Record) -> None:
    assert _kept(tmp_path, _record(media) | more) == []


@pytest.mark.parametrize(("reason", "is_kept"), [("timed_out", False), ("too_large", False), ("unreadable", True)])
def test_what_failed_for_our_limits_is_tried_again(tmp_path: Path, media: Path, reason: str, is_kept: bool) -> None:
    record = _record(media, "not_scanned", signals=[{"type": "pdq", "reason": reason}])
    assert bool(_kept(tmp_path, record)) is is_kept


@pytest.mark.parametrize("against", ["bank@1", "bank@2"])
@pytest.mark.parametrize(("verdict", "is_kept"), [("near", True), ("exact", True), ("no_known_match", False)])
def test_a_finding_stays_though_its_file_is_gone_and_the_banks_changed(
    tmp_path: Path, media: Path, verdict: str, is_kept: bool, against: str
) -> None:
    record = _record(media, verdict, against=against)
    media.unlink()
    assert _kept(tmp_path, record) == ([record | {"is_gone": True}] if is_kept else [])


def test_results_of_another_command_are_refused(tmp_path: Path, media: Path) -> None:
    _kept(tmp_path, _record(media))
    require_same_kind(tmp_path / "out", is_matched=True)
    with pytest.raises(InvalidValue, match="results of `scan`"):
        require_same_kind(tmp_path / "out", is_matched=False)
