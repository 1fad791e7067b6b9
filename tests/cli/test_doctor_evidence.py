"""`safelight doctor` says how keys, sealed bytes and jobs are, and what is kept of recently seen media."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pyrage
import pytest

from safelight.app import open_workspace
from safelight.database.transaction import write
from safelight.errors import InvalidValue
from safelight.jobs.queue import enqueue
from safelight.jobs.worker import Worker
from safelight.recent import steps
from safelight.recent.seen import NewSeen

Run = Callable[..., int]


@pytest.fixture
def said(
    run: Run, workspace: Path, lent_pools, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Callable[[], dict[str, str]]:
    """Run `doctor` and return what it says by the names of its lines, with its exit status under `status`."""
    monkeypatch.setattr("safelight.cli.doctor.open_pool", lent_pools.lend)
    assert run("init", workspace) == 0

    def read_said() -> dict[str, str]:
        capfd.readouterr()
        status = run("doctor")
        lines = [re.split(r"\s+", line, maxsplit=1) for line in capfd.readouterr().out.splitlines()]
        return {name: text for name, text in lines} | {"status": str(status)}  # noqa: C416 - lists are no pairs

    return read_said


def test_keys_are_told_from_none_to_exported(run: Run, said, tmp_path: Path) -> None:
    assert "safelight key create" in said()["keys"]
    assert run("key", "create") == 0
    told = said()
    assert (told["status"], "safelight key export" in told["keys"]) == ("0", True)
    to = str(pyrage.x25519.Identity.generate().to_public())
    assert run("key", "export", tmp_path / "keys.age", "--to", to) == 0
    assert said()["keys"].endswith("1 that wrap, recovery copy made")
    assert said()["store"] == "vault, empty"
    (tmp_path / "file").write_bytes(b"bytes")
    assert run("evidence", "seal", tmp_path / "file") == 0
    assert said()["store"] == "vault, in use"


def test_keys_and_a_store_that_cannot_be_used_are_faults(run: Run, said, workspace: Path) -> None:
    assert run("key", "create") == 0
    (workspace / "keys.json").chmod(0o644)
    (workspace / "vault").rename(workspace / "elsewhere")
    told = said()
    assert told["status"] == "69"
    assert told["keys"].startswith("unusable: ")
    assert told["store"].startswith("unusable: ")


def test_jobs_are_counted_and_dead_ones_point_to_their_reasons(said, workspace: Path) -> None:
    assert said()["jobs"] == "0 waiting, 0 running, 0 dead"
    assert said()["due"] == "nothing is due"

    def fail(run) -> None:
        raise InvalidValue("It cannot be.")

    house = open_workspace(workspace)
    with write(house.engine) as tx:
        enqueue(tx, house.clock, kind="note")
    Worker(house.engine, house.clock, {"note": fail}, name="w", tell=lambda told: None).run_due()
    assert said()["jobs"] == "0 waiting, 0 running, 1 dead (safelight jobs dead says why)"


def test_what_was_recently_seen_is_told_as_off_or_with_how_much_it_is(said, run: Run, workspace: Path, monkeypatch):
    assert said()["seen"] == "off"
    with open_workspace(workspace) as house, write(house.engine) as tx:
        at = datetime(2026, 5, 6, tzinfo=UTC)
        steps.keep(tx, [NewSeen(seen_at=at, position=1, sealed=b"s")] * 2)
    assert said()["seen"] == "off, 2 still to be erased: safelight recent forget"
    monkeypatch.setenv("SAFELIGHT_RECENTLY_SEEN_DAYS", "7")
    told = said()["seen"]
    assert told.startswith("2 media that matched nothing, for 7 days, the oldest since 2026-05-06 00:00 UTC")
    assert "safelight key create" in told
    assert run("key", "create") == 0
    assert "safelight key create" not in said()["seen"]


@pytest.mark.usefixtures("reviewed", "authority")
def test_reports_are_told_with_the_switches(run: Run, said, tmp_path: Path, monkeypatch) -> None:
    nothing = "live reporting off, 0 wait, 0 on their way, 0 open at an authority, 0 failed, 0 destinations"
    assert said()["reports"] == nothing
    (tmp_path / "config.json").write_text('{"test": true, "password": "p"}')
    assert run("destination", "add", "trial", "--kind", "ncmec", "--from", tmp_path / "config.json") == 0
    assert run("destination", "off", "trial") == 0
    monkeypatch.setenv("SAFELIGHT_LIVE_REPORTING", "true")
    told = said()["reports"]
    assert told.startswith("live reporting ON")
    assert told.endswith("1 destinations; trial is switched OFF")
