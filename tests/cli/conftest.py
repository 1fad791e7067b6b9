"""A workspace with a bank of three synthetic pictures, made by the commands themselves."""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import pyrage
import pytest
from sqlalchemy import insert

from safelight.app import open_workspace, reporting_parts
from safelight.app import workspace as app_workspace
from safelight.app.parts import open_pool
from safelight.cli.main import main
from safelight.database.transaction import write
from safelight.errors import InvalidValue
from safelight.flow.chain import explain_answers
from safelight.flow.keys.acts import create_keys, export_keys
from safelight.flow.keys.desk import KeyDesk
from safelight.flow.reporting.finding import Opened
from safelight.flow.why import Told
from safelight.hashing.signal import NoSignal, Signal
from safelight.matching.match import decide_verdict
from safelight.reporting.completeness import Completeness, Want, weigh
from safelight.reporting.destinations.interface import Done, Exchange, Form, Meaning, Refused, Uploaded
from safelight.reporting.form.fault import Fault
from safelight.reporting.form.slot import Element
from safelight.reporting.form.text_kinds import Text
from safelight.reporting.paper import Paper, PaperFile
from safelight.reporting.setup import SetupKind
from safelight.reporting.store.tables import reports
from safelight.review import steps
from safelight.review.case import About, ItemKind, NewItem
from safelight.review.rules import ReviewRules
from safelight.sandbox.pool import Pool
from safelight.settings import Settings
from safelight.testing.synthetic import paint
from safelight.vault.queries import list_evidence

Run = Callable[..., int]


@pytest.fixture(scope="session")
def originals(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with three synthetic pictures, a.png to c.png."""
    folder = tmp_path_factory.mktemp("originals")
    for seed, name in enumerate("abc"):
        paint(500 + seed, width=400, height=300).save(folder / f"{name}.png")
    return folder


@pytest.fixture(scope="session")
def prepared_workspace(tmp_path_factory: pytest.TempPathFactory, originals: Path) -> Path:
    """A workspace whose bank `known` holds the originals. Copy it, don't change it: see `workspace`."""
    folder = tmp_path_factory.mktemp("prepared") / "workspace"
    assert main(["init", str(folder)]) == 0
    assert main(["bank", "create", "known", "-w", str(folder)]) == 0
    for name in "abc":  # one by one, so that the entries of a.png are 1 to 4: md5, sha1, sha256, pdq
        assert main(["bank", "add", "known", str(originals / f"{name}.png"), "-w", str(folder)]) == 0
    return folder


@pytest.fixture
def workspace(tmp_path: Path, prepared_workspace: Path) -> Path:
    """A copy of the prepared workspace, for one test."""
    return Path(shutil.copytree(prepared_workspace, tmp_path / "workspace"))


class LentPools:
    """Pools that commands use one after the other: to start a worker process takes longer than most commands.

    Each is that of certain settings, and is lent to one command at a time. It is as good as new: a worker that did
    anything but answer was replaced.
    """

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._idle: dict[tuple[object, ...], Pool] = {}

    @contextmanager
    def lend(self, settings: Settings, workers: int | None = None) -> Iterator[Pool]:
        limits = (settings.sandbox_memory_mib, settings.sandbox_seconds_per_file, settings.sandbox_files_per_worker)
        like = (settings.resolved_scan_workers if workers is None else workers, settings.sandbox_rule, *limits)
        pool = self._idle.pop(like, None) or self._stack.enter_context(open_pool(settings, workers))
        yield pool
        self._idle[like] = pool


@pytest.fixture(scope="session")
def lent_pools() -> Iterator[LentPools]:
    with ExitStack() as stack:
        yield LentPools(stack)


@pytest.fixture
def run(workspace: Path, lent_pools: LentPools, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command in the workspace and return its exit status. What it decodes is decoded by a pool that is lent."""
    monkeypatch.setattr(app_workspace, "open_pool", lent_pools.lend)
    monkeypatch.setenv("SAFELIGHT_WORKSPACE", str(workspace))
    monkeypatch.setenv("SAFELIGHT_SCAN_WORKERS", "1")
    monkeypatch.setenv("COLUMNS", "200")
    return lambda *tokens: main([str(token) for token in tokens])


@pytest.fixture
def told_of(workspace: Path) -> Callable[..., Told]:
    """Give what `safelight why` has to tell of answers, against the banks named (None: all)."""

    def tell(*answers: Signal | NoSignal, names: list[str] | None = None) -> Told:
        with open_workspace(workspace).standing(names) as snapshot:
            explanation = explain_answers(snapshot, answers, b"digest")
        return Told(
            result=None,
            found_verdict=decide_verdict(answers, explanation.found.matches),
            explanation=explanation,
            media_digest=b"digest",
            snapshot=snapshot,
            entry=None,
        )

    return tell


@pytest.fixture
def reviewed(run: Run, workspace: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """The workspace, with keys, an open case of two items about `account 7`, and nobody asked a second time."""
    monkeypatch.setenv("SAFELIGHT_SECOND_READER_SHARE_PERCENT", "0")
    house = open_workspace(workspace)
    desk = KeyDesk(engine=house.engine, keys=house.keys, clock=house.clock, actor=house.actor)
    create_keys(desk)
    to = str(pyrage.x25519.Identity.generate().to_public())
    export_keys(desk, recipients=[to], place=(tmp_path / "copy.age").write_bytes)
    with write(house.engine) as tx:
        who = (house.clock, house.actor)
        case_id = steps.open_or_join(tx, *who, About(subject_id="account 7")).case_id
        for media_key in (b"k" * 32, b"l" * 32):
            group = steps.find_group(tx, house.clock, ReviewRules(), media_key=media_key, likeness=None)
            new = NewItem(evidence_id=None, kind=ItemKind.EXACT, content_id="", media_key=media_key, group_id=group)
            steps.add_item(tx, *who, case_id, new)
    yield house
    house.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """All that is said to the authority in memory."""

    text: Annotated[str | None, Element(Text())] = None


FORM = Form(name="said/1", report=Said, file=Said)


@dataclass
class TrialDestination:
    """A destination whose authority is in memory: it keeps what was finished, and refuses what it is told to."""

    name: str
    is_test: bool
    finished: list[bytes]
    refuses: list[str]
    is_handed_over: bool = False
    form: Form = FORM
    opened: dict[str, bytes] = field(default_factory=dict)

    def draft(self, facts: Any) -> Paper:
        files = tuple(PaperFile(evidence_id=each.evidence_id) for each in facts.files)
        return Paper(form=FORM.name, report={"text": facts.incident_type.value}, files=files)

    def faults(self, paper: Paper, _now: Any) -> list[Fault]:
        return [] if paper.report.get("text") else [Fault(path="report/text", sentence="It is missing. Say it.")]

    def completeness(self, paper: Paper) -> Completeness:
        told = {"path": "report/place", "weight": 1, "why": "Without it nobody knows where it happened."}
        there = Want(name="text", path="report/text", weight=1, why="", is_there=True)
        return weigh([there, Want(name="place", is_there="place" in paper.report, **told)])

    def document(self, paper: Paper, mark: str) -> bytes:
        return f"<report mark='{mark}'>\n  {paper.report['text']}\u202e\n</report>".encode()

    def description(self, _paper: Paper, viewed: Any, *, evidence_id: str, authority_id: str, file_id: str) -> bytes:
        del evidence_id
        return f"<file report='{authority_id}' file='{file_id}' viewed='{viewed.answer.value}'/>".encode()

    def open(self, document: bytes) -> Any:
        if self.refuses:
            told = Exchange(received=b"<no/>", http_status=401, code=2000, request_id="r-1")
            return Refused(meaning=Meaning(self.refuses[0]), sentence="It does not know us.", exchange=told)
        self.opened[str(len(self.opened) + 1)] = document
        return Done(value=str(len(self.opened)), exchange=Exchange(http_status=201, code=0, request_id="r-2"))

    def upload(self, _name: str, evidence_id: str, content: Any) -> Any:
        md5 = hashlib.md5(content.read(0, content.size_bytes), usedforsecurity=False).hexdigest()
        return Done(value=Uploaded(file_id=evidence_id[:8], md5=md5))

    def describe(self, _description: bytes) -> Any:
        return Done(value=None)

    def finish(self, name: str) -> Any:
        self.finished.append(self.opened[name])
        return Done(value=None)

    def retract(self, _name: str) -> Any:
        return Refused(meaning=Meaning.UNKNOWN_REPORT, sentence="There is none.")


@dataclass
class TrialAuthority:
    """What all destinations of the kind `ncmec` lead to in a test. `refuses` holds what its next answers mean."""

    finished: list[bytes] = field(default_factory=list)
    refuses: list[str] = field(default_factory=list)

    def open(self, name: str, config: bytes) -> Opened:
        told = json.loads(config)
        if not told.get("password"):
            raise InvalidValue("password: it is missing. Nothing was changed.")
        more = {"is_handed_over": told.get("by_hand", False)}
        to = TrialDestination(name, told.get("test", True), self.finished, self.refuses, **more)
        return Opened(destination=to, greet=self.greet)

    def greet(self) -> Any:
        if self.refuses:
            return Refused(meaning=Meaning.FAULTY, sentence="It does not know us.")
        return Done(value=None)


@pytest.fixture
def authority(monkeypatch: pytest.MonkeyPatch) -> TrialAuthority:
    """Let destinations of the kind `ncmec` lead to an authority in memory."""
    made = TrialAuthority()
    monkeypatch.setitem(reporting_parts.OPENERS, SetupKind.NCMEC, lambda _parts: made.open)
    return made


@pytest.fixture
def reportable(run: Run, reviewed, tmp_path: Path) -> int:
    """Return a case of one sealed file in which something is confirmed: it can be reported."""
    (tmp_path / "file.bin").write_bytes(b"benign bytes")
    assert run("evidence", "seal", tmp_path / "file.bin", "--subject", "account 9") == 0
    who = (reviewed.clock, reviewed.actor)
    with write(reviewed.engine) as tx:
        (evidence,) = list_evidence(tx)
        case_id = steps.open_or_join(tx, *who, About(subject_id="account 9")).case_id
        new = NewItem(evidence_id=evidence.id, kind=ItemKind.HAND, content_id="")
        steps.add_item(tx, *who, case_id, new)
    confirmed = ("--finding", "confirmed", "--label", "ncmec:A1", "--incident", "csam", "--reasons", "by eye")
    assert run("case", "decide", case_id, *confirmed) == 0
    return case_id


@pytest.fixture
def filed(reviewed) -> int:
    """Write a filed report of the case straight into the table, and return its number."""
    now = reviewed.clock.now() - timedelta(days=2)
    nobody = {"completed_by": "", "completed_key": "", "approved_by": "", "receipt": "77", "failure": ""}
    values = {"mark": "m" * 32, "case_id": 1, "destination": "ncmec", "is_test": False, "state": "filed"}
    times = {"drafted_at": now, "filed_at": now, "tries": 1, "withdrawal": False}
    with write(reviewed.engine) as tx:
        made = insert(reports).values(**values, **times, **nobody).returning(reports.c.id)
        return int(tx.execute(made).scalar_one())


@pytest.fixture
def cells(capfd: pytest.CaptureFixture[str]) -> Callable[[], tuple[list[list[str]], str]]:
    """Return the cells of the tables that were printed, by row, and the whole text."""

    def read_cells() -> tuple[list[list[str]], str]:
        text = capfd.readouterr().out
        lines = [line for line in text.splitlines() if line.startswith("│")]
        return [[cell.strip() for cell in line.strip("│ ").split("│")] for line in lines], text

    return read_cells
