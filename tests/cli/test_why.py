"""`safelight why` explains a match or a non-match: by file, by signal, by entry."""

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from safelight.testing.synthetic import paint

Told = dict[str, Any]


@pytest.fixture
def copy(tmp_path: Path, originals: Path) -> Path:
    """A mirrored copy of a listed picture."""
    path = tmp_path / "copy.jpg"
    with Image.open(originals / "a.png") as picture:
        picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(path, quality=90)
    return path


@pytest.fixture
def unrelated(tmp_path: Path) -> Path:
    """A picture that is on no list."""
    path = tmp_path / "unrelated.png"
    paint(9_999, width=200, height=150).save(path)
    return path


@pytest.fixture
def ask(run, capfd: pytest.CaptureFixture[str]):
    """Ask why, and return the exit status and the record."""

    def ask_why(*tokens: object) -> tuple[int, Told]:
        capfd.readouterr()
        status = run("why", *tokens, "--json")
        return status, json.loads(capfd.readouterr().out)

    return ask_why


def test_a_match_is_explained_from_the_hash_to_the_list(run, copy: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run("why", copy) == 1
    text = capfd.readouterr().out
    for part in (
        "md5, sha1, sha256",
        "pdq, quality 100, in all eight orientations",
        "known, version 4",
        "entry 4 of known: pdq",
        "31 allowed (the bank's), seen flip_y",
        "from by hand; taken in by",
        "Verdict: near. It matches entry 4 of known",
    ):
        assert part in text


def test_a_non_match_says_what_it_does_not_mean(run, unrelated: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run("why", unrelated) == 0
    text = capfd.readouterr().out
    assert "Verdict: no_known_match. Nothing among 12 entries came near. It does not mean that it is harmless" in text


def test_a_near_miss_is_shown(run, ask, copy: Path) -> None:
    distance = ask(copy)[1]["considered"][0]["distance"]
    status, told = ask(copy, "--threshold", distance - 1)
    assert (status, told["verdict"]) == (0, "no_known_match")
    (near,) = told["considered"]
    assert (near["control"], near["threshold_source"]) == ("threshold", "query")
    assert f"is too far: pdq {distance} bits away, {distance - 1} allowed (set for this question)" in told["because"]


def test_what_cannot_be_looked_at_is_explained_too(run, ask, copy: Path, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.png"
    damaged.write_bytes(b"\x89PNG\r\n\x1a\n and then nothing of the kind")
    status, told = ask(damaged)
    assert (status, told["verdict"]) == (2, "not_scanned")
    assert any("reason" in signal for signal in told["signals"])
    assert "not everything could be looked at" in told["because"]


def test_a_signal_is_explained_without_its_media(run, ask, copy: Path, capfd: pytest.CaptureFixture[str]) -> None:
    run("hash", copy, "--json")
    value = next(
        s["value"] for s in json.loads(capfd.readouterr().out.splitlines()[0])["signals"] if s["type"] == "pdq"
    )
    status, told = ask(f"pdq:{value}")
    assert (status, told["target"]) == (0, "a pdq value")  # mirrored: by its value alone it is not found
    assert run("why", f"PDQ:{value}") == 0
    assert "in one orientation" in capfd.readouterr().out


def test_standard_input_is_explained(run, ask, copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(copy.read_bytes())))
    assert ask("-")[0] == 1


def test_no_value_is_ever_told(run, originals: Path, capfd: pytest.CaptureFixture[str]) -> None:
    run("hash", originals / "a.png", "--json")
    values = [signal["value"] for signal in json.loads(capfd.readouterr().out.splitlines()[0])["signals"]]
    run("why", originals / "a.png", "--entry", 1)
    run("why", originals / "a.png", "--entry", 1, "--json")
    for value in values:
        run("why", f"{ {32: 'md5', 40: 'sha1'}.get(len(value), 'pdq') }:{value}")
    told = capfd.readouterr()
    assert "exact" in told.out
    assert not [value for value in values if value[:12] in told.out + told.err]


def test_a_bank_that_is_disabled_is_named_as_the_reason(run, ask, originals: Path) -> None:
    run("bank", "create", "other")
    run("bank", "add", "other", "--signal", "md5:" + "0" * 32)
    run("bank", "disable", "known")
    status, told = ask(originals / "a.png")
    assert (status, told["left_out"]) == (0, [{"bank": "known", "control": "disabled"}])
    assert "Entry 1 of known is near enough, but its bank is disabled." in told["because"]


def test_where_a_scan_would_be_refused_nothing_is_called_no_match(run, ask, originals: Path) -> None:
    run("bank", "disable", "known")
    assert run("scan", originals / "a.png") == 64
    status, told = ask(originals / "a.png")
    assert (status, told["verdict"]) == (2, "not_scanned")
    assert "a scan refuses to run" in told["because"]


def test_an_entry_in_quarantine_says_since_when_and_why(
    run, ask, originals: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAFELIGHT_FLOOD_GUARD_MINIMUM", "1")
    monkeypatch.setenv("SAFELIGHT_FLOOD_GUARD_FIRST_DAY_MINIMUM", "0")
    assert run("scan", originals / "a.png") == 1
    status, told = ask(originals / "a.png")
    assert (status, told["verdict"]) == (0, "no_known_match")
    assert {each["control"] for each in told["considered"]} == {"flood_guard"}
    assert told["considered"][0]["quarantine_reason"].startswith("matched 1 media")
    assert told["withheld"][0]["control"] == "flood_guard"
    assert "the flood guard holds it in quarantine" in told["because"]


def test_an_opinion_and_an_allow_list_are_told(run, ask, originals: Path, capfd: pytest.CaptureFixture[str]) -> None:
    run("bank", "opinion", "known", "deconfirmed", "--entry", 1, "--reason", "a stock photograph")
    run("bank", "create", "harmless")
    run("bank", "allow-list", "harmless", "yes")
    run("bank", "suppress", "harmless", "known")
    run("bank", "add", "harmless", originals / "a.png")
    status, told = ask(originals / "a.png")
    controls = {each["entry"]: each["control"] for each in told["considered"]}
    assert (status, controls[1], controls[2]) == (0, "deconfirmed", "allow_list")
    first = next(each for each in told["considered"] if each["entry"] == 1)
    assert (first["opinion"], first["opinion_reason"]) == ("deconfirmed", "a stock photograph")
    run("why", originals / "a.png")
    text = capfd.readouterr().out
    assert "found it to be a mistake on" in text
    assert "an allow-list suppresses it: entry" in text


def test_one_entry_is_explained_whatever_became_of_it(run, ask, originals: Path, unrelated: Path) -> None:
    run("bank", "remove", "known", "--entry", 1)
    run("bank", "disable", "known", "--entry", 2)
    assert ask(originals / "a.png", "--entry", 1)[1]["entry"]["withdrawn_at"] is not None
    assert ask(originals / "a.png", "--entry", 2)[1]["entry"]["is_switched_off"] is True
    far = ask(unrelated, "--entry", 4)[1]["entry"]
    assert (far["control"], far["is_match"], far["distance"] > 31) == ("threshold", False, True)
    run("bank", "remove", "known")
    gone = ask(originals / "a.png", "--entry", 4)[1]["entry"]
    assert (gone["bank"], gone["distance"], gone["bank_deleted_at"] is None) == ("known", 0, False)


def test_a_record_goes_to_a_new_file(run, originals: Path, tmp_path: Path) -> None:
    assert run("why", originals / "a.png", "--json", tmp_path / "out") == 1
    assert json.loads((tmp_path / "out").read_text())["verdict"] == "exact"
    assert run("why", originals / "a.png", "--json", tmp_path / "out") == 73


@pytest.mark.parametrize(
    ("tokens", "status", "said"),
    [
        (["/nowhere/at/all"], 66, "There is no file /nowhere/at/all"),
        (["."], 64, "is a folder"),
        (["pdq:12"], 64, "64 hexadecimal digits"),
        (["md5:" + "0" * 32, "--bank", "nobody"], 66, "There is no bank 'nobody'"),
        (["md5:" + "0" * 32, "--entry", "99"], 66, "No bank ever held an entry 99"),
        (["md5:" + "0" * 32, "--threshold", "65"], 64, "between 0 and 64"),
    ],
)
def test_what_cannot_be_asked_says_why(
    run, tokens: list[str], status: int, said: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run("why", *tokens) == status
    assert said in capfd.readouterr().err
