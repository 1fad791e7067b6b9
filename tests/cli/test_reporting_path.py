"""The whole path by command line, against the fake authority over a socket: from a destination to a receipt."""

import base64
import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyrage
import pytest

from safelight.audit.queries import page_entries
from safelight.database.transaction import read
from safelight.testing.authority import FAKE_ACCOUNT, FakeAuthority, State, Wanted, fake_authority

REPORTER = {"reportingPerson": {"firstName": "Trust and Safety", "email": [{"text": "safety@example.org"}]}}


@pytest.fixture
def fake(reportable: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeAuthority]:
    """Run an authority beside a case that can be reported, where one person may complete and approve."""
    del reportable
    monkeypatch.setenv("SAFELIGHT_OUTBOUND_TEST_ADDRESSES", "127.0.0.1")
    monkeypatch.setenv("SAFELIGHT_REPORT_APPROVAL_BY_ANOTHER", "false")
    with fake_authority(Wanted(port=0)) as running:
        yield running


@pytest.fixture
def call(
    run: Any,
    fake: FakeAuthority,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> Any:
    """Run a command where the destination `trial` leads to the fake; return its status and what it said."""

    caplog.set_level(logging.DEBUG)
    basic = base64.b64encode(f"{FAKE_ACCOUNT.user}:{FAKE_ACCOUNT.password}".encode()).decode()

    def do(*tokens: object) -> tuple[int, str]:
        capfd.readouterr()
        status = run(*tokens)
        said = capfd.readouterr()
        assert [each for each in (FAKE_ACCOUNT.password, basic) if each in said.out + said.err + caplog.text] == []
        return status, said.out + said.err

    told = {"environment": "test", "username": FAKE_ACCOUNT.user, "root": fake.address, "reporter": REPORTER}
    (tmp_path / "config.json").write_text(json.dumps(told))
    (tmp_path / "password").write_text(FAKE_ACCOUNT.password)
    (tmp_path / "wrong").write_text("wrong")
    secret = ("--from", tmp_path / "config.json", "--password-file", tmp_path / "password")
    assert do("destination", "add", "trial", "--kind", "ncmec", *secret)[0] == 0
    return do


def test_from_a_destination_to_a_receipt(call, fake: FakeAuthority, reviewed: Any, reportable: int) -> None:
    assert call("destination", "test", "trial") == (0, "trial answers, and lets you in.\n")
    status, said = call("report", "draft", reportable, "--to", "trial")
    assert (status, "cannot be sent" in said) == (0, False)
    status, said = call("report", "preview", 1)
    assert (status, "<incidentType>Child Pornography" in said, "<fileDetails" in said) == (0, True, True)
    assert call("report", "submit", 1)[0] == 0
    assert call("worker", "--once")[0] == 0
    said = call("report", "show", 1, "--calls")[1]
    assert "A test host has it. That counts as nothing" in said
    receipt = re.search(r"receipt (\d+)", said)
    (held,) = fake.reports(State.FINISHED)
    assert receipt is not None
    assert str(held.report_id) == receipt[1]
    assert [each for each in ("open", "upload", "describe", "finish") if each not in said] == []
    with read(reviewed.engine) as tx:
        told = [repr(each) for each in page_entries(tx, limit=500)]
    assert [each for each in told if FAKE_ACCOUNT.password in each] == []


def test_credentials_that_are_wrong_are_told_by_a_trial_and_corrected_without_a_new_draft(
    call, fake: FakeAuthority, reportable: int, tmp_path: Path
) -> None:
    files = ("--from", tmp_path / "config.json", "--password-file")
    assert call("destination", "secret", "trial", *files, tmp_path / "wrong")[0] == 0
    status, said = call("destination", "test", "trial")
    assert (status, "does not let us in" in said) == (69, True)
    call("report", "draft", reportable, "--to", "trial")
    call("report", "submit", 1)
    call("worker", "--once")
    assert "It was NOT filed" in call("report", "show", 1)[1]
    assert call("destination", "secret", "trial", *files, tmp_path / "password")[0] == 0
    assert call("report", "retry", 1, "--reason", "the password was wrong")[0] == 0
    call("worker", "--once")
    assert "A test host has it." in call("report", "show", 1)[1]
    assert len(fake.reports(State.FINISHED)) == 1


@pytest.fixture
def package(call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder into which the destination `police`, whose reports count, puts its packages."""
    monkeypatch.setenv("SAFELIGHT_LIVE_REPORTING", "true")
    folder = tmp_path / "packages"
    folder.mkdir()
    told = {"recipient": "Police", "folder": str(folder), "organisation": "Example", "contact": "a@example.org"}
    keys = [str(pyrage.x25519.Identity.generate().to_public())]
    (tmp_path / "package.json").write_text(json.dumps({**told, "keys": keys, "test": False}))
    assert call("destination", "add", "police", "--kind", "package", "--from", tmp_path / "package.json")[0] == 0
    assert call("destination", "test", "police")[0] == 64
    return folder


def test_a_package_is_made_and_handed_over_by_a_person(call, package: Path, reportable: int) -> None:
    call("report", "draft", reportable, "--to", "police")
    assert call("report", "submit", 1)[0] == 0
    assert call("worker", "--once")[0] == 0
    said = call("report", "show", 1)[1]
    assert "It is made, and waits for a person to hand it over." in said
    assert len(list(package.glob("*.tar"))) == 1
    assert call("report", "hand-over", 1, "--receipt", "D-7", "--reason", "at the desk")[0] == 0
    assert "receipt D-7" in call("report", "show", 1)[1]


def test_a_package_that_is_given_up_is_deleted_before_its_destination_can_go(
    call, package: Path, reportable: int
) -> None:
    call("report", "draft", reportable, "--to", "police")
    call("report", "submit", 1)
    call("worker", "--once")
    assert call("report", "withdraw", 1, "--reason", "decided anew")[0] == 0
    status, said = call("destination", "remove", "police")
    assert (status, "not deleted yet" in said) == (64, True)
    call("worker", "--once")
    assert list(package.glob("*.tar")) == []
    assert call("destination", "remove", "police")[0] == 0
