"""Recently seen is off unless it is set; where it is on, a worker matches what was kept with what comes later."""

import hashlib
import io
from datetime import timedelta
from pathlib import Path

import pyrage
import pytest

import safelight
from safelight.app.recent_parts import LazyHoldings, keep_for, keeping_recent, recent_periods
from safelight.app.service import open_service, open_worker
from safelight.banks.entry import NewEntry
from safelight.database.transaction import read
from safelight.flow.banks import edits as banks
from safelight.flow.keys.acts import create_keys, export_keys
from safelight.flow.keys.desk import KeyDesk
from safelight.flow.recent.rounds import MATCH_RECENT
from safelight.flow.scans.arrivals import Arrived
from safelight.flow.scans.settling import keep_nothing
from safelight.intake.media import Origin, Subject
from safelight.jobs import queries as jobs
from safelight.jobs.job import JobState
from safelight.recent.queries import seen_totals
from safelight.review.queries import page_cases, page_items
from safelight.settings import Settings
from safelight.testing.synthetic import paint


def _picture(seed: int) -> bytes:
    buffer = io.BytesIO()
    paint(seed, width=200, height=160).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> safelight.Workspace:
    """A workspace that keeps what matched nothing for a week, with exported keys and a bank."""
    monkeypatch.setenv("SAFELIGHT_SCAN_WORKERS", "1")
    monkeypatch.setenv("SAFELIGHT_RECENTLY_SEEN_DAYS", "7")
    safelight.create_workspace(tmp_path / "workspace")
    house = safelight.open_workspace(tmp_path / "workspace")
    desk = KeyDesk(engine=house.engine, keys=house.keys, clock=house.clock, actor=house.actor)
    create_keys(desk)
    to = str(pyrage.x25519.Identity.generate().to_public())
    export_keys(desk, recipients=[to], place=(tmp_path / "copy.age").write_bytes)
    banks.create_bank(house.engine, house.clock, house.actor, name="known")
    entry = NewEntry(signal_type="sha256", value=hashlib.sha256(b"listed").digest())
    banks.add_entries(house.engine, house.clock, house.actor, bank="known", entries=[entry])
    return house


def test_it_is_off_by_default_and_then_nothing_takes_note_of_media(house, tmp_path: Path) -> None:
    settings = Settings(workspace=tmp_path)
    with keeping_recent(settings, house.engine, house.keys, house.clock, print) as keeper:
        assert keeper is None
    assert keep_for(None) is keep_nothing
    assert recent_periods(settings) == {MATCH_RECENT: timedelta(days=1)}
    assert recent_periods(house.settings) == {MATCH_RECENT: timedelta(minutes=1)}


def test_a_picture_that_matched_nothing_matches_an_entry_that_comes_later(house) -> None:
    said: list[str] = []
    with (
        house.scanner(workers=1) as scanner,
        house.arrivals(scanner, tell=said.append) as arrivals,
        house.open_spool() as spool,
        spool.receive([_picture(1)], max_bytes=1 << 30) as spooled,
    ):
        origin = Origin(platform_content_id="post 1")
        arrivals.take_in(house.actor, Arrived(spooled=spooled, origin=origin, subject=Subject(id="account 1")))
    with house.hasher(workers=1) as hasher:
        (pdq,) = [each for each in hasher.scan_bytes(_picture(1)).answers if each.type == "pdq"]
    entry = NewEntry(signal_type="pdq", value=pdq.value)
    banks.add_entries(house.engine, house.clock, house.actor, bank="known", entries=[entry])
    with house.worker(tell=said.append) as worker:
        worker.run_due()
    with read(house.engine) as tx:
        (case,) = page_cases(tx)
        (item,) = page_items(tx, case.id)
        assert seen_totals(tx).media == 0
        assert [job.reason for job in jobs.page_jobs(tx, kind=MATCH_RECENT)] == [""]
    assert (case.about.subject_id, item.content_id, item.kind.value) == ("account 1", "post 1", "near")
    assert said == []


def test_what_came_for_some_banks_matches_entries_of_those_alone(house) -> None:
    """The service keeps it with the banks that its sender is bound to, however their names are written."""
    said: list[str] = []
    banks.create_bank(house.engine, house.clock, house.actor, name="other")
    listed = NewEntry(signal_type="sha256", value=hashlib.sha256(b"also listed").digest())
    banks.add_entries(house.engine, house.clock, house.actor, bank="other", entries=[listed])
    with open_service(house, said.append) as service:
        arrivals = service.arrivals(frozenset({"OTHER"}))
        for number in (1, 2):
            with service.spool.receive([_picture(number)], max_bytes=1 << 20) as spooled:
                origin = Origin(platform_content_id=f"post {number}")
                subject = Subject(id=f"account {number}")
                arrivals.take_in(house.actor, Arrived(spooled=spooled, origin=origin, subject=subject))
    for number, bank in ((1, "known"), (2, "other")):
        entry = NewEntry(signal_type="sha256", value=hashlib.sha256(_picture(number)).digest())
        banks.add_entries(house.engine, house.clock, house.actor, bank=bank, entries=[entry])
    with house.worker(tell=said.append) as worker:
        worker.run_due()
    with read(house.engine) as tx:
        contents = [item.content_id for case in page_cases(tx) for item in page_items(tx, case.id)]
    assert (contents, said) == (["post 2"], [])


@pytest.mark.parametrize("by", ["the service", "another process"])
def test_what_waits_is_matched_against_the_banks_that_its_request_was_for(house, by) -> None:
    said: list[str] = []
    listed = NewEntry(signal_type="sha256", value=hashlib.sha256(_picture(1)).digest())
    banks.create_bank(house.engine, house.clock, house.actor, name="other")
    banks.add_entries(house.engine, house.clock, house.actor, bank="other", entries=[listed])
    with open_service(house, said.append) as service:
        for number, name in enumerate(("known", "other")):
            with service.spool.receive([_picture(1)], max_bytes=1 << 20) as spooled:
                arrived = Arrived(spooled=spooled, subject=Subject(id=f"account {number}"))
                service.arrivals(frozenset({name})).queue(house.actor, arrived)
        if by == "the service":
            open_worker(service, 1, said.append).run_due()
    with house.worker(tell=said.append) as worker:
        worker.run_due()
    with read(house.engine) as tx:
        assert [case.about.subject_id for case in page_cases(tx)] == ["account 1"]
        assert jobs.page_jobs(tx, state=JobState.DEAD) == []
    assert said == []


def test_what_is_searched_is_opened_when_it_is_first_asked_for(house) -> None:
    opened = []

    def follower():
        opened.append(house.open_follower())
        return opened[-1]

    lazy = LazyHoldings(follower, every_s=60)
    lazy.close()
    assert opened == []
    lazy = LazyHoldings(follower, every_s=60)
    assert lazy.holdings() is lazy.holdings()
    lazy.close()
    assert len(opened) == 1
