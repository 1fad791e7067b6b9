"""An operator adds an address, tries it, looks at its log, exchanges its secret and removes it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyrage
import pytest

from safelight.app import open_workspace
from safelight.database.transaction import write
from safelight.notices.event import EventKind
from safelight.notices.steps import tell_event
from safelight.testing.certificates import TrialAuthority
from safelight.testing.receiver import Receiver, trial_receiver


@pytest.fixture
def receiver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    authority = TrialAuthority()
    authority.write_certificate(tmp_path / "authority.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    monkeypatch.setenv("SAFELIGHT_OUTBOUND_TEST_ADDRESSES", "127.0.0.1")
    with trial_receiver(authority) as running:
        yield running


@pytest.fixture
def notice(run: Any, tmp_path: Path, receiver: Receiver, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run a command of the group where there are keys and the address `hooks`; return its status and what it said."""
    run("key", "create")
    run("key", "export", "--to", pyrage.x25519.Identity.generate().to_public(), tmp_path / "copy.age")

    def call(*tokens: object) -> tuple[int, str]:
        capsys.readouterr()
        status = run("notice", *tokens)
        said = capsys.readouterr()
        return status, said.out + said.err

    status, said = call("add", "hooks", receiver.url)
    receiver.secrets = re.findall(r"Secret: (slns_\S+)", said)
    assert (status, len(receiver.secrets)) == (0, 1)
    assert "not shown again" in said
    assert "a-secret-path" not in said
    return call


def _tell(workspace: Path) -> None:
    with open_workspace(workspace) as house, write(house.engine) as tx:
        assert tell_event(tx, house.clock, EventKind.CASE_OPENED, {"case_id": 7})


def test_an_address_is_listed_by_its_host_and_never_with_its_path_or_secret(notice: Any, receiver: Receiver) -> None:
    status, said = notice("list")
    assert status == 0
    assert "hooks" in said
    assert "case_opened" in said
    assert receiver.url.removesuffix("/hooks/a-secret-path") in said
    assert "a-secret-path" not in said
    assert receiver.secrets[0] not in said


def test_a_test_arrives_at_once_or_says_why_not(notice: Any, receiver: Receiver) -> None:
    assert notice("test", "hooks") == (0, "The test arrived: the address answered 204.\n")
    receiver.statuses = [500]
    status, said = notice("test", "hooks")
    assert status == 69
    assert "answered 500" in said
    assert "[outbound_failed]" in said


def test_what_happened_is_delivered_by_a_worker_and_logged(
    notice: Any, receiver: Receiver, run: Any, workspace: Path
) -> None:
    _tell(workspace)
    assert run("worker", "--once") == 0
    assert [each["facts"] for each in receiver.events] == [{"case_id": 7}]
    status, said = notice("log", "hooks", "--state", "delivered")
    assert status == 0
    assert receiver.events[0]["id"] in said
    assert notice("log", "--limit", 1)[1].endswith("More: --before 1\n")
    assert notice("log", "--limit", 0)[0] == 64
    assert notice("resend", 1, "--reason", "lost at the receiver")[0] == 0
    run("worker", "--once")
    assert len(receiver.events) == 2


def test_only_the_kinds_that_were_named_are_told(notice: Any, receiver: Receiver, run: Any, workspace: Path) -> None:
    notice("remove", "hooks")
    assert notice("add", "sealed", receiver.url, "--kind", "evidence_sealed")[0] == 0
    with open_workspace(workspace) as house, write(house.engine) as tx:
        assert tell_event(tx, house.clock, EventKind.CASE_OPENED, {"case_id": 7}) is None
    run("worker", "--once")
    assert receiver.events == []


def test_a_disabled_address_is_enabled_again(notice: Any, receiver: Receiver, run: Any, workspace: Path) -> None:
    _tell(workspace)
    assert notice("disable", "hooks")[0] == 0
    run("worker", "--once")
    status, said = notice("enable", "hooks", "--reason", "mended")
    assert status == 0
    assert "did not arrive: 1" in said
    assert notice("resend", "--undelivered", "hooks") == (0, "Deliveries that are sent again: 1.\n")
    run("worker", "--once")
    assert len(receiver.events) == 1


def test_a_rotated_secret_is_shown_once_and_both_sign(notice: Any, receiver: Receiver) -> None:
    status, said = notice("rotate", "hooks", "--overlap-hours", 2)
    (new,) = re.findall(r"Secret: (slns_\S+)", said)
    assert status == 0
    assert "2 hours more" in said
    for secrets in (receiver.secrets, [new]):
        receiver.secrets = secrets
        assert notice("test", "hooks")[0] == 0
    assert notice("rotate", "hooks", "--overlap-hours", 1000)[0] == 64


def test_what_cannot_be_is_refused_with_its_status(notice: Any) -> None:
    assert notice("add", "other", "http://hooks.example.com/")[0] == 64
    assert notice("add", "other", "https://10.0.0.1/")[0] == 64
    assert notice("add", "hooks", "https://hooks.example.com/")[0] == 73
    assert notice("test", "nobody")[0] == 66
    assert notice("log", "nobody")[0] == 66
    assert notice("resend")[0] == 64
    assert notice("resend", 1, "--undelivered", "hooks")[0] == 64
    assert notice("resend", 99)[0] == 66
    assert notice("remove", "hooks")[0] == 0
    assert notice("remove", "hooks")[0] == 66
