"""The service of the demo answers a first upload over HTTP, and says so where it cannot."""

import hashlib
from functools import partial
from pathlib import Path

import pytest

from safelight.app import Workspace, create_workspace, open_workspace
from safelight.banks.entry import NewEntry
from safelight.cli import demo_service
from safelight.cli.demo_service import show_service
from safelight.cli.voice import Voice
from safelight.client import Client
from safelight.database.transaction import read
from safelight.flow.banks import edits as banks
from safelight.review.queries import find_case
from safelight.testing.demo_media import InboxPicture
from safelight.testing.synthetic import paint

pytestmark = pytest.mark.usefixtures("logs_as_before")


@pytest.fixture
def picture(tmp_path: Path) -> InboxPicture:
    path = tmp_path / "copy.png"
    paint(500, width=400, height=300).save(path)
    return InboxPicture(path=path, expected="original", alteration="unaltered")


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setenv("SAFELIGHT_SCAN_WORKERS", "1")
    monkeypatch.setenv("SAFELIGHT_LISTEN", "127.0.0.1:0")
    monkeypatch.setattr(demo_service, "fill_cases", lambda _house: None)
    create_workspace(tmp_path / "workspace")
    return open_workspace(tmp_path / "workspace")


def test_a_first_upload_is_answered_with_its_case_and_evidence(
    house: Workspace, picture: InboxPicture, capfd: pytest.CaptureFixture[str]
) -> None:
    banks.create_bank(house.engine, house.clock, house.actor, name="demo")
    entry = NewEntry(signal_type="sha256", value=hashlib.sha256(picture.path.read_bytes()).digest())
    banks.add_entries(house.engine, house.clock, house.actor, bank="demo", entries=[entry])
    answer = show_service(Voice(width=200), house, picture, stays=False)
    assert answer is not None
    assert (answer.verdict, answer.kept) == ("exact", "evidence")
    told = capfd.readouterr().out
    for words in (
        "verdict   exact",
        "match     exact sha256 in bank demo",
        f"case      {answer.case}",
        answer.evidence,
    ):
        assert words in told
    assert answer.case is not None
    with read(house.engine) as tx:
        assert find_case(tx, answer.case).about.subject_id == "demo-account"


def test_a_service_that_cannot_answer_says_why_and_stops(
    house: Workspace, picture: InboxPicture, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo_service, "Client", partial(Client, sleep=lambda _: None))
    assert show_service(Voice(width=200), house, picture, stays=False) is None
    assert "no answer" in capfd.readouterr().err
