"""Services and workers that are killed under load lose nothing that they accepted, and answer no request in two ways.

Senders post media that is listed, that is not, and that cannot be read, with and without idempotency keys, and send
again what a kill cut off. Then the database and the store are held against what the senders were told.
"""

import hashlib
import importlib.util
import json
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pyrage
import pytest
from sqlalchemy import text

import safelight
from safelight.banks.entry import NewEntry
from safelight.cli.main import main
from safelight.clock import SystemClock
from safelight.database.engine import Engine
from safelight.database.transaction import Tx, read
from safelight.flow.banks import edits as banks
from safelight.flow.installation import Installation
from safelight.flow.notices import add_address
from safelight.flow.scans.answer import present_answer
from safelight.intake.queries import find_request
from safelight.jobs import queries as jobs
from safelight.jobs.job import JobState
from safelight.notices.event import WANTABLE
from safelight.review import queries as cases
from safelight.vault.queries import list_kept


def _load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, Path(__file__).parent / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


process, sound, senders = _load("serving_process"), _load("soundness"), _load("senders")

_SENDERS = 4
_LONGEST_S = 3.0
"""So long a moment that is meant is waited for."""


class LaterClock:
    """The computer's clock moved forward, for the time that the test does not wait."""

    def __init__(self) -> None:
        self.by = timedelta(0)

    def now(self) -> datetime:
        return SystemClock().now() + self.by


class Service:
    """Processes of each role that is named, each begun anew when it was killed."""

    def __init__(self, workspace: Path, names: tuple[str, ...]) -> None:
        self._workspace, self.names = workspace, names
        self._running: dict[str, subprocess.Popen[str]] = {}
        self._addresses: dict[str, str] = {}
        self._starting: list[threading.Thread] = []
        for name in names:
            self.start(name)

    def start(self, name: str) -> None:
        command, more = ("worker", []) if name == "worker" else ("serve", ["--role", name])
        settings = {"spool_memory_kib": 0, "busy_seconds": 2, "log_level": "error"}
        self._running[name] = process.start(self._workspace, *more, command=command, **settings)
        if name != "worker":
            self._starting.append(threading.Thread(target=self._await, args=(name, self._running[name])))
            self._starting[-1].start()

    def addresses(self) -> list[str]:
        return list(self._addresses.values())

    def wait_until_ready(self, count: int) -> None:
        deadline = time.monotonic() + 120
        while len(self._addresses) < count:
            assert time.monotonic() < deadline, "the services did not start"
            time.sleep(0.01)

    def kill(self, names: list[str]) -> None:
        for name in names:
            assert self._running[name].poll() is None, f"{name} ended by itself"
            self._addresses.pop(name, None)
            self._running[name].kill()
        for name in names:
            process.end(self._running[name])
            self.start(name)

    def close(self) -> None:
        for each in self._running.values():
            each.kill()
        for thread in self._starting:
            thread.join()
        for each in self._running.values():
            process.end(each)

    def name_at(self, address: str) -> str:
        return next((name for name, known in self._addresses.items() if known == address), "all")

    def _await(self, name: str, started: subprocess.Popen[str]) -> None:
        assert started.stdout is not None
        ready = started.stdout.readline()
        if ready and started is self._running[name]:
            self._addresses[name] = ready.removeprefix("Ready: ").strip()


class Killer:
    """Kills at random, and at the moments that matter most as far as one can see them from outside."""

    moments = ("any", "claimed", "placed", "answered", "working", "all at once")

    def __init__(self, service: Service, sending: Any, engine: Engine, workspace: Path, numbers: Any) -> None:
        self._service, self._sending, self._engine = service, sending, engine
        self._blobs, self._numbers = workspace / "vault", numbers
        self.killed: Counter[str] = Counter()

    def kill(self, turn: int) -> None:
        self._service.wait_until_ready(1)
        self._wait_for_answers()
        moment = self.moments[turn % len(self.moments)]
        names = list(getattr(self, f"_{moment.replace(' ', '_')}")())
        self._service.kill(names)
        self.killed[f"{'+'.join(names)} {moment}"] += 1

    def _any(self) -> Iterator[str]:
        time.sleep(float(self._numbers.uniform(0.05, 0.6)))
        yield self._one_of(self._service.names)

    def _claimed(self) -> Iterator[str]:
        self._wait_for("SELECT count(*) FROM intake_requests WHERE lease_until IS NOT NULL")
        yield self._one_service()

    def _placed(self) -> Iterator[str]:
        """A blob is in the store: what makes it count is not yet committed, or was just now."""
        before, deadline = self._count_blobs(), time.monotonic() + _LONGEST_S
        while self._count_blobs() == before and time.monotonic() < deadline:
            pass
        yield self._one_service()

    def _answered(self) -> Iterator[str]:
        """Somebody was told: whatever that was must have outlived the one who told it."""
        count, deadline = len(self._sending.answers), time.monotonic() + _LONGEST_S
        while len(self._sending.answers) == count and time.monotonic() < deadline:
            time.sleep(0.0005)
        yield self._service.name_at(self._sending.last_address)

    def _working(self) -> Iterator[str]:
        self._wait_for("SELECT count(*) FROM jobs WHERE state = 'running' AND kind = 'scan_kept'")
        yield self._one_of(("all", "worker"))

    def _all_at_once(self) -> Iterator[str]:
        time.sleep(float(self._numbers.uniform(0.05, 0.6)))
        yield from self._service.names

    def _one_service(self) -> str:
        return self._one_of([name for name in self._service.names if name != "worker"])

    def _one_of(self, names: Sequence[str]) -> str:
        return names[int(self._numbers.integers(len(names)))]

    def _wait_for_answers(self) -> None:
        """Let some be answered between two kills, however slow the machine is."""
        enough, deadline = len(self._sending.answers) + _SENDERS, time.monotonic() + 120
        while len(self._sending.answers) < enough:
            assert time.monotonic() < deadline, "nothing is answered any more"
            time.sleep(0.01)

    def _wait_for(self, question: str) -> None:
        deadline = time.monotonic() + _LONGEST_S
        while time.monotonic() < deadline:
            with read(self._engine) as tx:
                if tx.execute(text(question)).scalar_one():
                    return

    def _count_blobs(self) -> int:
        return sum(1 for path in self._blobs.rglob("*") if path.is_file())


@pytest.fixture
def workspace(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace on either database, with a bank, keys, and an operator who wants to be told."""
    monkeypatch.setenv("SAFELIGHT_DATABASE_URL", engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("SAFELIGHT_FLOOD_GUARD_MINIMUM", "1000000")
    monkeypatch.setenv("SAFELIGHT_SCAN_WORKERS", "1")
    folder = tmp_path / "workspace"
    safelight.create_workspace(folder)
    to = str(pyrage.x25519.Identity.generate().to_public())
    for words in (["key", "create"], ["key", "export", str(tmp_path / "keys.age"), "--to", to]):
        assert main([*words, "-w", str(folder)]) == 0
    with safelight.open_workspace(folder) as house:
        banks.create_bank(house.engine, house.clock, house.actor, name="known")
        entries = [NewEntry(signal_type="md5", value=hashlib.md5(each).digest()) for each in senders.listed_contents()]
        banks.add_entries(house.engine, house.clock, house.actor, bank="known", entries=entries)
        add_address(house.notice_desk, name="hooks", url="https://hooks.example/x", kinds=WANTABLE)
    with engine.begin() as tx:  # paused: what there is to tell is written down and told to nobody
        tx.execute(text("UPDATE notice_addresses SET state = 'paused'"))
    return folder


_FEW = (1, 4)
"""The moments of the default run: each start of a service takes seconds."""


@pytest.mark.parametrize("engine", [pytest.param("sqlite", marks=pytest.mark.long), "postgresql"], indirect=True)
@pytest.mark.parametrize("kills", [len(_FEW), pytest.param(100, marks=[pytest.mark.long, pytest.mark.timeout(3600)])])
def test_services_killed_under_load_lose_nothing_and_answer_no_request_in_two_ways(
    workspace: Path, engine: Engine, kills: int
) -> None:
    secret = process.make_key(workspace, "uploads", "service")
    numbers, started_at = np.random.default_rng(kills), time.monotonic()
    with ExitStack() as stack:
        service = Service(workspace, ("all", "worker") if kills <= len(_FEW) else ("all", "api", "worker"))
        stack.callback(service.close)
        sending = senders.Senders(_SENDERS, service.addresses, secret, seed=kills)
        killer = Killer(service, sending, engine, workspace, numbers)
        with sending:
            for turn in range(kills):
                killer.kill(_FEW[turn] if kills <= len(_FEW) else turn)
        service.wait_until_ready(1)
        sending.finish(90)
    assert not sending.trouble, sending.trouble[:5]
    with _settled(workspace) as house:
        found = _check(house, sending)
    killed, seconds = dict(sorted(killer.killed.items())), time.monotonic() - started_at
    print(
        f"{engine.dialect.name}: {kills} kills in {seconds:.0f} s ({killed}); "
        f"{len(sending.answers)} requests answered, {sending.repeats} of them again, {sending.cut_off} cut off, "
        f"{dict(sending.statuses)}; {found}"
    )


@contextmanager
def _settled(workspace: Path) -> Iterator[safelight.Workspace]:
    """Let a last worker do what is left, as a later one does: leases of the dead have run out by then."""
    clock = LaterClock()
    with safelight.open_workspace(workspace, clock=clock) as house:
        for _ in range(12):
            clock.by += timedelta(minutes=10)
            with house.worker(tell=lambda _: None) as worker:
                worker.run_due()
            with read(house.engine) as tx:
                if set(jobs.standing_by_kind(tx).keys()).isdisjoint({"scan_kept", "remove_blob"}):
                    break
        yield house


def _check(house: safelight.Workspace, sending: Any) -> str:
    """Hold the database and the store against what the senders were told."""
    place = Installation(engine=house.engine, blobs=house.blobs, keys=house.keys, clock=house.clock)
    sound.require_sound(place, house.actor)
    evidence: dict[int, list[str]] = {}
    for evidence_id, manifest in sound.open_evidence(place, house.vault, house.actor):
        number = int(manifest.origin.platform_content_id.removeprefix("media-"))
        assert manifest.sha256 == senders.sha256_of(number)
        evidence.setdefault(number, []).append(evidence_id)
    sealed = {each for ids in evidence.values() for each in ids}
    held = _held(house)
    with read(house.engine) as tx:
        _check_cases(tx, sealed)
        _check_notices(tx, sealed)
        _check_answers(tx, sending, evidence, held)
    _check_left(house)
    queued = sum(not senders.waits(number) for number in sending.answers)
    return f"{len(sealed)} sealed, {sum(held.values())} held, {queued} queued, each done once"


def _held(house: safelight.Workspace) -> Counter[int]:
    """Count what is held, by its number; nothing else waits in the spool."""
    found: Counter[int] = Counter()
    after = None
    while True:
        with read(house.engine) as tx:
            page = list_kept(tx, after_id=after, limit=500)
        for facts in page:
            assert facts.is_held, "what waited was scanned"
            with house.keeping.open_kept(house.engine, facts.id) as kept:
                found[int(kept.manifest.origin.platform_content_id.removeprefix("media-"))] += 1
        if len(page) < 500:
            return found
        after = page[-1].id


def _check_cases(tx: Tx, sealed: set[str]) -> None:
    """All evidence is in a case, once, and each account has one open case."""
    opened = cases.page_cases(tx, limit=1000)
    assert len({case.about for case in opened}) == len(opened) <= senders.SUBJECTS
    in_cases = [each for case in opened for each in cases.evidence_of(tx, case.id)]
    assert sorted(in_cases) == sorted(sealed)


def _check_notices(tx: Tx, sealed: set[str]) -> None:
    """Each sealing is told of once, and so is the end of each job that scanned."""
    rows = tx.execute(text("SELECT kind, facts FROM notice_events e JOIN notice_deliveries d ON d.event_id = e.id"))
    told = [(kind, json.loads(facts)) for kind, facts in rows]
    assert sorted(facts["evidence_id"] for kind, facts in told if kind == "evidence_sealed") == sorted(sealed)
    finished = Counter(facts["job_id"] for kind, facts in told if kind == "scan_finished")
    assert set(finished.values()) <= {1}


def _check_answers(tx: Tx, sending: Any, evidence: dict[int, list[str]], held: Counter[int]) -> None:
    for number, told in sending.answers.items():
        verdict, evidence_id, case_id = told["verdict"], told["evidence"], told["case"]
        if told["job"] is not None:
            assert jobs.find_job(tx, told["job"]).state is JobState.DONE
            later = present_answer(find_request(tx, told["scan"]))
            assert later.verdict is not None
            verdict, evidence_id, case_id = later.verdict.value, later.evidence_id, later.case_id
        match senders.kind_of(number):
            case senders.Kind.LISTED:
                assert (verdict, evidence.get(number), held[number]) == ("exact", [evidence_id], 0), number
                item = cases.find_item(tx, evidence_id)
                assert item is not None
                assert (item.case_id, case_id is not None) == (case_id, True)
            case senders.Kind.OTHER:
                assert (verdict, evidence.get(number), held[number]) == ("no_known_match", None, 0), number
            case senders.Kind.UNREADABLE:
                assert (verdict, evidence.get(number), held[number]) == ("not_scanned", None, 1), number
    never_told = sending.sent_without_key - sending.answers.keys()
    assert evidence.keys() | held.keys() <= sending.answers.keys() | never_told
    assert max([*map(len, evidence.values()), *held.values()], default=1) == 1, "nothing was done twice"


def _check_left(house: safelight.Workspace) -> None:
    """Of the spool nothing is left after a sweep; of the store, the check of the vault has told."""
    with house.open_spool() as spool:
        spool.sweep()
    assert [path for path in (house.settings.workspace / "spool").rglob("*") if path.is_file()] == []
