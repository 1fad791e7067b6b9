"""Workers that are killed at any moment file each report exactly once, at the fake authority, on both databases.

Real processes of `safelight worker` are killed with SIGKILL while they file. The authority answers slowly enough for
kills to meet every call, and now and then fails by itself. Then its books are held against what was approved.
"""

import json
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pyrage
import pytest

from safelight.app import Workspace, create_workspace, open_workspace
from safelight.app.reporting_parts import filing_handlers
from safelight.cli.main import main
from safelight.clock import SystemClock
from safelight.database.engine import Engine
from safelight.database.transaction import read
from safelight.flow.installation import Installation
from safelight.flow.reporting import drafting
from safelight.jobs.worker import Worker
from safelight.reporting import queries
from safelight.reporting.attempt import UNSETTLED, AttemptState
from safelight.reporting.report import ENDED, Report, ReportState
from safelight.testing.authority import FAKE_ACCOUNT, FakeAuthority, State, fake_authority
from safelight.testing.decided_cases import add_decided_case
from safelight.vault.vault import Vault

FILES = 3
_WORKERS = 3  # at a time: what one left is taken over by the others
_REPORTER = {"reportingPerson": {"email": [{"text": "safety@example.org"}]}}
_SLOW = ("slow_before", "slow_after")
_FAILS = ("cut_before", "cut_after", "error_before", "error_in_200", "bare_503_after")


class LaterClock:
    """The computer's clock moved forward, for the time that the test does not wait."""

    def __init__(self) -> None:
        self.by = timedelta(0)

    def now(self) -> datetime:
        return SystemClock().now() + self.by


@pytest.fixture
def authority() -> Iterator[FakeAuthority]:
    with fake_authority() as running:
        yield running


@pytest.fixture
def house(
    engine: Engine, authority: FakeAuthority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Workspace]:
    """An installation on either database whose destination `fake` is the fake authority."""
    monkeypatch.setenv("SAFELIGHT_DATABASE_URL", engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("SAFELIGHT_OUTBOUND_TEST_ADDRESSES", "127.0.0.1")
    monkeypatch.setenv("SAFELIGHT_REPORT_APPROVAL_BY_ANOTHER", "false")
    workspace = tmp_path / "workspace"
    monkeypatch.setenv("SAFELIGHT_WORKSPACE", str(workspace))
    told = {"environment": "test", "username": FAKE_ACCOUNT.user, "root": authority.address, "reporter": _REPORTER}
    (tmp_path / "setup.json").write_text(json.dumps(told))
    (tmp_path / "password").write_text(FAKE_ACCOUNT.password)
    recipient = str(pyrage.x25519.Identity.generate().to_public())
    secret = ["--from", str(tmp_path / "setup.json"), "--password-file", str(tmp_path / "password")]
    create_workspace(workspace)
    for words in (
        ["key", "create"],
        ["key", "export", str(tmp_path / "keys.age"), "--to", recipient],
        ["destination", "add", "fake", "--kind", "ncmec", *secret],
    ):
        assert main(words) == 0
    with open_workspace(workspace) as opened:
        yield opened


def approve(house: Workspace, folder: Path, count: int) -> list[Report]:
    """Return so many approved reports, of cases of their own."""
    place = Installation(engine=house.engine, blobs=house.blobs, keys=house.keys, clock=house.clock)
    desk, made = house.report_desk(), []
    for number in range(count):
        files = [f"file {part} of {number} ".encode() * 2000 for part in range(FILES)]
        case = add_decided_case(place, house.actor, folder, files, subject_id=f"account {number}")
        report = drafting.draft_report(desk, case.case_id, "fake")
        drafting.complete_report(desk, report.id)
        drafting.approve_report(desk, report.id)
        made.append(report)
    return made


def start() -> subprocess.Popen[bytes]:
    """Start a worker."""
    command = [sys.executable, "-m", "safelight", "worker", "--threads", "2"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def state_of(house: Workspace, reports: list[Report]) -> Counter[ReportState]:
    with read(house.engine) as tx:
        return Counter(queries.find_report(tx, each.id).state for each in reports)


def where_of(house: Workspace) -> Counter[str]:
    """Say what the calls that were under way, of all reports, are for: what a kill at this moment meets."""
    with read(house.engine) as tx:
        every = queries.page_reports(tx, state=ReportState.FILING, limit=1000)
        calls = [queries.calls_of(tx, each.id, limit=1000) for each in every]
    return Counter(each[-1].kind.value for each in calls if each and each[-1].outcome.value == "intended")


def kill_workers(house: Workspace, reports: list[Report], authority: FakeAuthority, kills: int) -> Counter[str]:
    """Kill workers one after the other while they file, and return what calls were under way then."""
    chance, met = random.Random(kills), Counter[str]()  # noqa: S311 - no secret
    workers = [start() for _ in range(_WORKERS)]
    try:
        while met.total() < kills:
            left = state_of(house, reports)
            if all(state in ENDED for state in left):
                pytest.fail(f"All was filed after {met.total()} of {kills} kills: give it more reports.")
            time.sleep(chance.uniform(0.3, 1.5))
            under_way = where_of(house)
            if not under_way:
                continue
            killed = workers.pop(0)
            assert killed.poll() is None
            killed.kill()
            killed.wait()
            met += Counter([chance.choice(sorted(under_way))])
            workers.append(start())
    finally:
        for each in workers:
            each.kill()
            each.wait()
    return met


def finish(house: Workspace, reports: list[Report]) -> None:
    """Let a worker of this process file what is left, as if the leases of those that were killed had ended."""
    later = LaterClock()
    vault = Vault(blobs=house.blobs, keys=house.keys, clock=later)
    handlers = filing_handlers(house.destinations, vault, house.actor, lambda _told: None)
    for _ in range(20):
        Worker(house.engine, later, handlers, name="last").run_due()
        if all(state in ENDED for state in state_of(house, reports)):
            return
        later.by += timedelta(seconds=70)  # suspected, then taken over; and what waits is due
    pytest.fail(f"Something is never filed: {state_of(house, reports)}")


_REPORTS = {2: 3, 100: 40}


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("engine", [pytest.param("sqlite", marks=pytest.mark.long), "postgresql"], indirect=True)
@pytest.mark.parametrize("kills", [2, pytest.param(100, marks=pytest.mark.long)])
def test_killed_workers_file_each_report_exactly_once(
    house: Workspace, authority: FakeAuthority, tmp_path: Path, kills: int, capsys: pytest.CaptureFixture[str]
) -> None:
    reports = approve(house, tmp_path / "spool-of-test", _REPORTS[kills])
    slow = 25.0 if kills > 10 else 50.0
    authority.faults.by_seed(kills, percent=slow, faults=[*_SLOW, *_FAILS] if kills > 10 else _SLOW)
    met = kill_workers(house, reports, authority, kills)
    authority.faults.clear()
    finish(house, reports)
    require_exact(house, authority, reports)
    opened = Counter(each.state.value for each in authority.reports())
    told = f"{kills} kills while calls were under way: {dict(met)}; {len(reports)} reports, each finished once"
    with capsys.disabled():
        print(f"\n{house.engine.dialect.name}: {told}; at the authority: {dict(opened)}")


def require_exact(house: Workspace, authority: FakeAuthority, reports: list[Report]) -> None:
    """Hold the authority's books against ours: each report once, whole, and nothing that does not expire."""
    finished = authority.reports(State.FINISHED)
    by_mark = {report.mark: [each for each in finished if report.mark.encode() in each.xml] for report in reports}
    assert {mark: len(held) for mark, held in by_mark.items()} == {report.mark: 1 for report in reports}
    assert len(finished) == len(reports)
    with read(house.engine) as tx:
        for report in reports:
            (held,) = by_mark[report.mark]
            now = queries.find_report(tx, report.id)
            assert (now.state, now.receipt) == (ReportState.TRIED, str(held.report_id))
            attempts = queries.attempts_of(tx, report.id)
            assert [each for each in attempts if each.state in UNSETTLED] == []
            (won,) = [each for each in attempts if each.state is AttemptState.FINISHED]
            sent = {each.file_id: each.md5 for each in queries.files_of(tx, won.id)}
            assert sent.items() <= {each.file_id: each.md5 for each in held.files}.items()
            assert len({each.md5 for each in held.files}) == FILES
    authority.clock.advance(timedelta(hours=25))
    assert authority.orphans() == []
