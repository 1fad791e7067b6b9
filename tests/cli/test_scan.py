"""`safelight scan`: every file has a verdict, once, whatever happens meanwhile."""

import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from safelight.app import Workspace
from safelight.errors import DatabaseUnusable
from safelight.testing.synthetic import paint

Lines = list[dict[str, Any]]


def _lines(path: Path) -> Lines:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def _verdicts(path: Path) -> dict[str, str]:
    return {os.path.basename(line["path"]): line["verdict"] for line in _lines(path) if "path" in line}


@pytest.fixture
def inbox(tmp_path: Path, originals: Path) -> Path:
    """A mirrored copy, an exact copy, an unrelated picture."""
    folder = tmp_path / "inbox"
    folder.mkdir()
    with Image.open(originals / "a.png") as picture:
        picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(folder / "mirrored.jpg", quality=90)
    shutil.copy(originals / "b.png", folder / "copy.bin")
    paint(9_999, width=200, height=150).save(folder / "unrelated.webp")
    return folder


def test_copies_are_found_and_unrelated_pictures_are_not(run, inbox: Path, tmp_path: Path) -> None:
    assert run("scan", inbox, "--bank", "known", "--json", tmp_path / "out") == 1
    assert _verdicts(tmp_path / "out") == {
        "mirrored.jpg": "near",
        "copy.bin": "exact",
        "unrelated.webp": "no_known_match",
    }
    *records, summary = _lines(tmp_path / "out")
    assert (summary["summary"], summary["is_complete"], summary["files"]) == (True, True, 3)
    assert (summary["exact"], summary["near"], summary["not_scanned"]) == (1, 1, 0)
    mirrored = next(record for record in records if record["path"].endswith("mirrored.jpg"))
    (match,) = mirrored["matches"]
    assert (match["orientation"], match["threshold"], match["entry_note"]) == ("flip_y", 31, "a.png")
    assert mirrored["compared"] == {"md5": 3, "sha1": 3, "sha256": 3, "pdq": 3}


def test_the_four_findings_are_four_exit_statuses(run, inbox: Path, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.png"
    damaged.write_bytes((inbox / "copy.bin").read_bytes()[:60])
    assert run("scan", inbox / "unrelated.webp") == 0
    assert run("scan", inbox / "copy.bin") == 1
    assert run("scan", damaged) == 2
    assert run("scan", inbox, damaged) == 3


def test_the_text_names_verdict_entry_and_reason(run, inbox: Path, capfd: pytest.CaptureFixture[str]) -> None:
    run("scan", inbox)
    text = capfd.readouterr().out
    assert "known/a.png" in text
    assert "seen flip_y" in text
    assert "the same md5 digest" in text
    assert "unrelated" not in text
    assert "3 files: 1 exact, 1 near, 1 no_known_match, 0 not_scanned." in text


def test_json_on_standard_output_is_nothing_but_json(run, inbox: Path, capfd: pytest.CaptureFixture[str]) -> None:
    run("scan", inbox, "--json")
    *records, summary = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert len(records) == 3
    assert summary["summary"] is True


def test_standard_input_is_scanned(run, inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.TextIOWrapper(io.BytesIO((inbox / "copy.bin").read_bytes()))
    monkeypatch.setattr(sys, "stdin", stream)
    assert run("scan", "-", "--json", tmp_path / "out") == 1
    assert _verdicts(tmp_path / "out") == {"-": "exact"}


def test_a_threshold_can_be_set_for_one_scan(run, inbox: Path, tmp_path: Path) -> None:
    run("scan", inbox / "mirrored.jpg", "--json", tmp_path / "first")
    distance = _lines(tmp_path / "first")[0]["matches"][0]["distance"]
    assert distance > 0
    assert run("scan", inbox / "mirrored.jpg", "--threshold", distance - 1) == 0
    assert run("scan", inbox / "mirrored.jpg", "--threshold", distance) == 1


def test_a_disabled_bank_and_a_disabled_entry_do_not_match(run, inbox: Path) -> None:
    run("bank", "create", "other")
    run("bank", "add", "other", "--signal", "md5:" + "0" * 32)
    run("bank", "disable", "known")
    assert run("scan", inbox) == 0
    run("bank", "enable", "known")
    assert run("scan", inbox) == 1


def test_a_search_in_nothing_is_refused(run, inbox: Path) -> None:
    run("bank", "create", "empty")
    assert run("scan", inbox, "--bank", "empty") == 64
    run("bank", "disable", "known")
    for bank in ([], ["--bank", "known"], ["--bank", "empty", "--bank", "known"]):
        assert run("scan", inbox, *bank) == 64
        assert run("match", "md5:" + "0" * 32, *bank) == 64


def test_what_cannot_be_asked_for_says_what_to_do(run, inbox: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run("scan") == 64
    assert run("scan", inbox, "--bank", "nothing_of_the_kind") == 66
    assert run("scan", inbox, "--resume") == 64
    assert run("scan", inbox, "--no-such-option") == 64
    assert "safelight bank list" in capfd.readouterr().err


def test_an_existing_file_is_not_overwritten_and_a_foreign_one_not_resumed(run, inbox: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.write_bytes(b"my diary\n")
    assert run("scan", inbox, "--json", out) == 73
    assert run("scan", inbox, "--json", out, "--resume") == 64
    assert out.read_bytes() == b"my diary\n"


def test_the_result_file_does_not_scan_itself(run, inbox: Path) -> None:
    assert run("scan", inbox, "--json", inbox / "out") == 1
    assert len(_verdicts(inbox / "out")) == 3


def test_names_that_are_not_utf8_are_told_with_their_bytes(run, inbox: Path, tmp_path: Path) -> None:
    name = os.path.join(os.fsencode(tmp_path), b"caf\xe9.png")
    shutil.copy(inbox / "copy.bin", name)
    assert run("scan", os.fsdecode(name), "--json", tmp_path / "out") == 1
    (record, _) = _lines(tmp_path / "out")
    assert bytes.fromhex(record["path_bytes"]) == name


def test_resuming_hashes_only_what_is_new_or_changed(run, inbox: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run("scan", inbox, "--json", out)
    before = {line["path"]: line for line in _lines(out) if "path" in line}
    with out.open("ab") as file:
        file.write(b'{"path": "cut off here')
    paint(1, width=200, height=150).save(inbox / "unrelated.webp")
    shutil.copy(inbox / "copy.bin", inbox / "new.png")
    (inbox / "mirrored.jpg").rename(inbox / "renamed.jpg")
    assert run("scan", inbox, "--json", out, "--resume") == 1
    after = {line["path"]: line for line in _lines(out) if "path" in line}
    names = {os.path.basename(path): line for path, line in after.items()}
    assert set(names) == {"copy.bin", "unrelated.webp", "new.png", "renamed.jpg", "mirrored.jpg"}
    assert names["mirrored.jpg"]["is_gone"] is True  # a finding stays, though its file was moved away
    kept = [path for path, line in after.items() if before.get(path) == line]
    assert [os.path.basename(path) for path in kept] == ["copy.bin"]
    assert _lines(out)[-1]["resumed"] == 2


def test_what_failed_for_our_limits_is_tried_again_and_what_is_damaged_is_not(
    run, inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    (inbox / "damaged.png").write_bytes((inbox / "copy.bin").read_bytes()[:20])
    monkeypatch.setenv("SAFELIGHT_MAX_PIXELS", "30")
    run("scan", inbox / "unrelated.webp", inbox / "damaged.png", "--json", out)
    before = {os.path.basename(line["path"]): line for line in _lines(out)[:-1]}
    assert before["unrelated.webp"]["verdict"] == "not_scanned"
    monkeypatch.delenv("SAFELIGHT_MAX_PIXELS")
    run("scan", inbox / "unrelated.webp", inbox / "damaged.png", "--json", out, "--resume")
    after = {os.path.basename(line["path"]): line for line in _lines(out)[:-1]}
    assert after["unrelated.webp"]["verdict"] == "no_known_match"
    assert after["damaged.png"] == before["damaged.png"]


def test_standard_input_is_never_taken_for_what_it_was(
    run, inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    for name, verdict in (("unrelated.webp", "no_known_match"), ("copy.bin", "exact")):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO((inbox / name).read_bytes())))
        run("scan", "-", "--json", out, "--resume")
        assert _verdicts(out) == {"-": verdict}


def test_results_of_hash_are_not_resumed_by_scan_nor_the_other_way(run, inbox: Path, tmp_path: Path) -> None:
    run("scan", inbox, "--json", tmp_path / "scan")
    run("hash", inbox, "--json", tmp_path / "hash")
    contents = {name: (tmp_path / name).read_bytes() for name in ("scan", "hash")}
    assert run("scan", inbox, "--json", tmp_path / "hash", "--resume") == 64
    assert run("hash", inbox, "--json", tmp_path / "scan", "--resume") == 64
    assert contents == {name: (tmp_path / name).read_bytes() for name in ("scan", "hash")}


def test_a_scan_that_cannot_be_put_on_record_does_not_begin(
    run, inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise DatabaseUnusable("locked")

    monkeypatch.setattr(Workspace, "record_scan", refuse)
    assert run("scan", inbox, "--json", tmp_path / "out") == 69
    assert not (tmp_path / "out").exists()


def test_a_finding_is_not_taken_back_when_its_counts_cannot_be_put_on_record(
    run, inbox: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def refuse_the_last(self: Workspace, verb: str, **__: object) -> None:
        if verb == "scan_media":
            raise DatabaseUnusable("locked")

    monkeypatch.setattr(Workspace, "record_scan", refuse_the_last)
    assert run("scan", inbox) == 1
    assert "could not be put on record: locked" in capfd.readouterr().err


def test_a_name_can_neither_forge_a_line_nor_command_the_terminal(
    run, inbox: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(inbox / "copy.bin", inbox / "x\nno_known_match  fake\x1b[2J.jpg")
    run("scan", inbox)
    said = capfd.readouterr().out
    assert "\x1b[2J" not in said
    assert not any(line.startswith("no_known_match") for line in said.splitlines())


def test_resuming_after_a_bank_changed_scans_again(run, inbox: Path, originals: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run("scan", inbox, "--json", out)
    run("bank", "add", "known", inbox / "unrelated.webp")
    assert run("scan", inbox, "--json", out, "--resume") == 1
    assert _verdicts(out)["unrelated.webp"] == "exact"
    assert _lines(out)[-1]["resumed"] == 0


_MANY = 150
"""How many files a scan has that is stopped in the middle: its one worker takes a second for them."""


@pytest.fixture
def many(tmp_path: Path, originals: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SAFELIGHT_FLOOD_GUARD_MINIMUM", "1000000")  # copies here stand for different pictures
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(_MANY):
        shutil.copy(originals / f"{'abc'[number % 3]}.png", folder / f"{number}.png")
    return folder


def _start(workspace: Path, many: Path, out: Path, *more: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", "from safelight.cli.main import run; run()", "scan", str(many)]
    environment = os.environ | {"SAFELIGHT_WORKSPACE": str(workspace), "SAFELIGHT_SCAN_WORKERS": "1"}
    return subprocess.Popen(
        [*command, "--json", str(out), *more], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )


def _wait_for_lines(out: Path, count: int) -> None:
    deadline = time.monotonic() + 60
    while not out.exists() or out.read_bytes().count(b"\n") < count:
        assert time.monotonic() < deadline
        time.sleep(0.005)


@pytest.mark.parametrize("finished", [1, pytest.param(30, marks=pytest.mark.long)])
def test_after_kill_9_finished_files_are_not_hashed_again(
    run, workspace: Path, many: Path, tmp_path: Path, finished: int
) -> None:
    out = tmp_path / "out"
    with _start(workspace, many, out) as process:
        _wait_for_lines(out, finished)
        process.kill()
    before = {line["path"]: line for line in _lines(out)}
    assert finished <= len(before) < _MANY
    assert run("scan", many, "--json", out, "--resume") == 1
    *records, summary = _lines(out)
    assert set(Counter(record["path"] for record in records).values()) == {1}
    assert len(records) == summary["files"] == _MANY
    assert summary["resumed"] == len(before)
    assert all(before[record["path"]] == record for record in records if record["path"] in before)


@pytest.mark.parametrize("stop", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.long)])
def test_an_interrupt_leaves_a_usable_file_and_says_how_to_go_on(
    run, workspace: Path, many: Path, tmp_path: Path, stop: signal.Signals
) -> None:
    out = tmp_path / "out"
    with _start(workspace, many, out) as process:
        _wait_for_lines(out, 30)
        process.send_signal(stop)
        said, _ = process.communicate()
    assert process.returncode == 130
    assert b"--resume" in said
    assert b"Traceback" not in said
    *records, summary = _lines(out)
    assert summary["is_complete"] is False
    assert 30 <= len(records) == summary["files"] < _MANY
    assert run("scan", many, "--json", out, "--resume") == 1
    assert len(_lines(out)) == _MANY + 1


@pytest.fixture
def copies(originals: Path, tmp_path: Path) -> Path:
    """A folder with 150 copies of one listed picture."""
    folder = tmp_path / "copies"
    folder.mkdir()
    for number in range(150):
        shutil.copy(originals / "a.png", folder / f"{number:03}.png")
    return folder


def test_an_entry_that_floods_is_quarantined_told_withheld_and_released(
    run, copies: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SAFELIGHT_FLOOD_GUARD_MINIMUM", "100")
    monkeypatch.setenv("SAFELIGHT_FLOOD_GUARD_FIRST_DAY_MINIMUM", "0")
    assert run("scan", copies, "--json", tmp_path / "first") == 1
    said = capfd.readouterr().err
    assert "Entry 1 of bank known went into quarantine" in said
    assert "safelight bank release known --entry 1 --reason" in said
    assert "Into quarantine during this scan: known 1, known 2, known 3, known 4." in said
    summary = _lines(tmp_path / "first")[-1]
    assert sorted(each["entry"] for each in summary["quarantined"]) == [1, 2, 3, 4]
    assert all(each["bank"] == "known" for each in summary["quarantined"])

    assert run("scan", copies, "--json", tmp_path / "second") == 0
    *records, summary = _lines(tmp_path / "second")
    assert {record["verdict"] for record in records} == {"no_known_match"}
    assert {each["control"] for record in records for each in record["withheld"]} == {"flood_guard"}
    assert (summary["withheld"], summary["quarantined"]) == ({"flood_guard": 150}, [])
    capfd.readouterr()
    assert run("scan", copies / "000.png") == 0
    assert "withheld by flood_guard: known entry 1" in capfd.readouterr().out

    for entry in (1, 2, 3, 4):
        assert run("bank", "release", "known", "--entry", entry, "--reason", "looked at") == 0
    assert run("scan", copies / "000.png", "--json", tmp_path / "third") == 1
    assert _verdicts(tmp_path / "third") == {"000.png": "exact"}


def test_copies_that_come_after_the_quarantine_are_withheld_in_the_same_scan(
    run, copies: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("safelight.flow.banks.flood_watch._EVERY_S", 0.01)
    monkeypatch.setenv("SAFELIGHT_FLOOD_GUARD_MINIMUM", "20")
    monkeypatch.setenv("SAFELIGHT_FLOOD_GUARD_FIRST_DAY_MINIMUM", "0")
    monkeypatch.setenv("SAFELIGHT_FOLLOW_SECONDS", "0.01")
    assert run("scan", copies, "--json", tmp_path / "out") == 1
    *_, summary = _lines(tmp_path / "out")
    assert 20 <= summary["exact"] < 150
    assert summary["exact"] + summary["no_known_match"] == 150
    assert summary["withheld"]["flood_guard"] == summary["no_known_match"]


def test_a_finding_stays_when_it_cannot_be_counted(
    run, inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, **__: object) -> list[int]:
        raise DatabaseUnusable("The disk is full.")

    monkeypatch.setattr("safelight.flow.banks.flood_watch.count_matches", fail)
    assert run("scan", inbox, "--json", tmp_path / "out") == 1
    assert Counter(_verdicts(tmp_path / "out").values()) == {"exact": 1, "near": 1, "no_known_match": 1}
    said = capfd.readouterr().err
    assert "could not be counted for the flood guard: The disk is full." in said
    assert "stay uncounted" in said
