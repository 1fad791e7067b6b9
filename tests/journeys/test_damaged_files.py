"""Damaged and odd files end each with a verdict or a reason; nothing crashes, hangs or grows."""

import json
import os
import resource
import time
from pathlib import Path

import pytest

from safelight.cli.main import main
from safelight.hashing.signal import Reason
from safelight.testing.damaged import write_damaged
from safelight.testing.oddities import write_oddities
from safelight.testing.synthetic import paint


@pytest.mark.parametrize("count", [120, pytest.param(5_000, marks=[pytest.mark.long, pytest.mark.timeout(3000)])])
def test_every_damaged_file_ends_with_a_verdict_or_a_reason(workspace: Path, tmp_path: Path, count: int) -> None:
    kinds = {os.fsencode(each.path): each.kind for each in write_damaged(tmp_path / "damaged", count=count, seed=11)}
    out = tmp_path / "out"
    started = time.monotonic()
    status = main(["scan", str(tmp_path / "damaged"), "--json", str(out)])
    seconds = time.monotonic() - started
    *records, summary = [json.loads(line) for line in out.read_bytes().splitlines()]
    assert status in {2, 3}
    assert summary["is_complete"] is True
    assert {os.fsencode(record["path"]) for record in records} == set(kinds)
    for record in records:
        reasons = {signal["reason"] for signal in record["signals"] if "reason" in signal}
        assert reasons <= set(Reason)
        assert record["verdict"] != "not_scanned" or reasons
        assert {signal["type"] for signal in record["signals"]} == {"md5", "sha1", "sha256", "pdq"}
    crashed = summary["reasons"].get("pdq:crashed", 0) + summary["reasons"].get("pdq:timed_out", 0)
    print(f"{count} damaged files in {seconds:.0f} s: {summary['reasons']}")
    assert crashed == 0
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 2 << 20  # KiB: this process decodes nothing


def test_odd_things_in_a_folder_end_with_a_reason(workspace: Path, tmp_path: Path) -> None:
    paint(3, width=64, height=64).save(tmp_path / "sound.png")
    oddities = list(write_oddities(tmp_path / "odd", (tmp_path / "sound.png").read_bytes()))
    out = tmp_path / "out"
    assert main(["scan", str(tmp_path / "odd"), "--json", str(out)]) == 2
    *records, summary = [json.loads(line) for line in out.read_bytes().splitlines()]
    verdicts = {
        bytes.fromhex(record["path_bytes"]) if "path_bytes" in record else record["path"].encode(): record["verdict"]
        for record in records
    }
    for oddity in oddities:
        if not oddity.path.is_dir() or oddity.path.is_symlink():
            expected = "no_known_match" if oddity.is_readable else "not_scanned"
            assert verdicts[os.fsencode(oddity.path)] == expected, oddity.kind
    assert summary["is_complete"] is True


def test_empty_files_and_missing_paths_are_not_scanned(workspace: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.jpg").touch()
    out = tmp_path / "out"
    assert main(["scan", str(tmp_path / "empty.jpg"), str(tmp_path / "missing"), "--json", str(out)]) == 2
    assert [json.loads(line).get("verdict") for line in out.read_bytes().splitlines()][:2] == ["not_scanned"] * 2
