"""An operator sets up where reports go, by commands that never show what lets in there."""

import getpass
import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

SECRET = "hunter2-is-secret"


@pytest.fixture
def call(run: Any, reviewed: Any, authority: Any, capfd: pytest.CaptureFixture[str]) -> Any:
    """Run a command of the group where there are keys; return its status and what it said."""

    def do(*tokens: object) -> tuple[int, str]:
        capfd.readouterr()
        status = run("destination", *tokens)
        said = capfd.readouterr()
        assert SECRET not in said.out + said.err
        return status, said.out + said.err

    return do


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.json"
    path.write_text(json.dumps({"test": False, "password": SECRET}))
    return path


def test_a_destination_is_set_up_shown_tried_switched_and_removed(call, config: Path, authority: Any) -> None:
    status, said = call("add", "ncmec", "--kind", "ncmec", "--from", config)
    assert status == 0
    assert "Reports to it count" in said
    assert "Live reporting is off" in said
    assert call("add", "NCMEC", "--kind", "ncmec", "--from", config)[0] == 73
    status, said = call("list")
    assert (status, "ncmec" in said, "count" in said) == (0, True, True)
    assert call("test", "ncmec") == (0, "ncmec answers, and lets you in.\n")
    authority.refuses.append("faulty")
    status, said = call("test", "ncmec")
    assert (status, "does not know us" in said) == (69, True)
    assert call("off", "ncmec", "--reason", "a leak")[0] == 0
    assert "ncmec, off." in call("show", "ncmec")[1]
    assert call("on", "ncmec")[0] == 0
    assert call("secret", "ncmec", "--from", config)[0] == 0
    assert call("remove", "ncmec")[0] == 0
    assert call("show", "ncmec")[0] == 66


def test_the_password_comes_from_the_file_or_a_file_of_its_own(call, tmp_path: Path) -> None:
    (tmp_path / "bare.json").write_text('{"test": true}')
    (tmp_path / "password").write_text(f"{SECRET}\n")
    bare = ("--kind", "ncmec", "--from", tmp_path / "bare.json")
    status, said = call("add", "one", *bare)
    assert (status, "password: it is missing" in said) == (64, True)
    assert call("add", "one", *bare, "--password-file", tmp_path / "password")[0] == 0
    (tmp_path / "both.json").write_text(json.dumps({"password": SECRET}))
    both = ("--kind", "ncmec", "--from", tmp_path / "both.json", "--password-file", tmp_path / "password")
    status, said = call("add", "two", *both)
    assert (status, "both files" in said) == (64, True)


def test_the_password_is_asked_for_at_a_terminal(call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bare.json").write_text('{"test": true}')
    monkeypatch.setattr(getpass, "getpass", lambda _prompt: SECRET)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert call("add", "one", "--kind", "ncmec", "--from", tmp_path / "bare.json")[0] == 0


def test_it_is_read_from_standard_input_too(call, monkeypatch: pytest.MonkeyPatch) -> None:
    given = io.TextIOWrapper(io.BytesIO(json.dumps({"test": True, "password": SECRET}).encode()))
    monkeypatch.setattr(sys, "stdin", given)
    assert call("add", "one", "--kind", "ncmec", "--from", "-")[0] == 0


def test_what_can_set_nothing_up_is_refused_without_a_word_of_it(call, config: Path, tmp_path: Path) -> None:
    for text in (f'{{"password": "{SECRET}', f'["{SECRET}"]', "\xff", ""):
        (tmp_path / "wrong.json").write_bytes(text.encode("latin-1"))
        assert call("add", "one", "--kind", "ncmec", "--from", tmp_path / "wrong.json")[0] == 64
    assert call("add", "one", "--kind", "ncmec", "--from", tmp_path / "none.json")[0] == 66
    assert call("add", "one", "--kind", "pigeon", "--from", config)[0] == 64
