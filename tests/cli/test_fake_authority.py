"""The fake authority says that it is one, keeps to this machine, and runs until it is asked to end."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from safelight.cli.main import main
from safelight.testing.certificates import TrialAuthority


@contextmanager
def _running(*words: object) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    command = [sys.executable, "-m", "safelight", "fake-authority", "--listen", "127.0.0.1:0", *map(str, words)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process, process.stdout.readline().replace(",", "").split()
        finally:
            process.kill()


def test_it_says_that_it_is_a_fake_and_ends_when_asked(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("a secret\n")
    words = ["--user", "desk", "--password-file", tmp_path / "password", "--control", "0"]
    with _running(*words) as (process, (_, address, _, control)):
        assert httpx2.get(f"{address}/status", auth=("desk", "a secret")).status_code == 200
        assert httpx2.get(f"{address}/status", auth=("desk", "fake-password")).status_code == 401
        assert httpx2.get(f"{control}/calls").json()["counts"] == {"status": 2}
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=20)
        assert process.returncode == 0
    assert "THIS IS A FAKE" in said
    assert "Nothing that is sent to it is reported to anybody" in said
    assert "a secret" not in said


def test_reports_outlive_a_kill_of_it(tmp_path: Path) -> None:
    TrialAuthority().write_server(tmp_path / "both.pem", ["127.0.0.1"])
    words = ["--state", tmp_path / "state", "--control", 0, "--tls", tmp_path / "both.pem", "--errors-in-200"]
    report = (
        "<report><incidentSummary><incidentType>Child Sex Tourism</incidentType>"
        "<incidentDateTime>2026-01-01T00:00:00Z</incidentDateTime></incidentSummary><reporter><reportingPerson>"
        "<email>desk@example.org</email></reportingPerson></reporter></report>"
    )
    with _running(*words) as (process, (_, address, _, _)), httpx2.Client(verify=False) as client:
        sent = {"content": report, "headers": {"Content-Type": "text/xml"}, "auth": ("fake-user", "fake-password")}
        assert client.post(f"{address}/submit", **sent).status_code == 200
        assert b"4110" in client.post(f"{address}/submit", **sent | {"content": "<"}).content
        process.kill()
    with _running(*words) as (_, (_, _, _, control)):
        (kept,) = httpx2.get(f"{control}/reports").json()
    assert kept["xml"] == report


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        (["--listen", "0.0.0.0:0"], 64, "--beyond-this-machine"),
        (["--listen", "nowhere"], 64, "HOST:PORT"),
        (["--password-file", "missing"], 66, "There is no file"),
        (["--tls", "missing"], 64, "certificate"),
    ],
)
def test_what_cannot_be_is_refused(
    words: list[str], status: int, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["fake-authority", *words]) == status
    assert says in capsys.readouterr().err


def test_a_password_file_holds_a_password(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for content, says in [(b"\n", "holds no password"), (b"\xff", "is not text")]:
        (tmp_path / "password").write_bytes(content)
        assert main(["fake-authority", "--password-file", str(tmp_path / "password")]) == 64
        assert says in capsys.readouterr().err
