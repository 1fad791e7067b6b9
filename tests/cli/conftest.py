"""A workspace with a bank of three synthetic pictures, made by the commands themselves."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pyrage
import pytest
from sqlalchemy import insert

from safelight.app import open_workspace
from safelight.cli.main import main
from safelight.database.transaction import write
from safelight.flow.chain import explain_answers
from safelight.flow.keys.acts import create_keys, export_keys
from safelight.flow.keys.desk import KeyDesk
from safelight.flow.why import Told
from safelight.hashing.signal import NoSignal, Signal
from safelight.matching.match import decide_verdict
from safelight.reporting.store.tables import reports
from safelight.review import steps
from safelight.review.case import About, ItemKind, NewItem
from safelight.review.rules import ReviewRules
from safelight.testing.synthetic import paint

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


@pytest.fixture
def run(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command in the workspace and return its exit status."""
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
