"""How a service stands is told in figures, quickly, whole, and without anything that is somebody's own."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from safelight.database.transaction import write
from safelight.errors import DatabaseUnusable
from safelight.flow.audit_keeping import sign_head_now
from safelight.jobs.queue import enqueue
from safelight.web import watched
from safelight.web.recent import Recent

_PAGE = Path(__file__).parents[2] / "docs" / "reference" / "figures.md"


@pytest.fixture(autouse=True)
def _read_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watched, "Recent", lambda **told: Recent(**told, every_s=0))


@pytest.fixture
def tell(client) -> Callable[[], dict[str, float]]:
    def ask() -> dict[str, float]:
        lines = [line.rpartition(" ") for line in client.get("/metrics").text.splitlines() if line[0] != "#"]
        return {name: float(value) for name, _, value in lines}

    return ask


def test_jobs_are_counted_by_their_state_and_the_first_that_is_due_is_timed(tell, service) -> None:
    house = service.house
    with write(house.engine) as tx:
        enqueue(tx, house.clock, kind="some", due_at=house.clock.now() - timedelta(minutes=10))
        enqueue(tx, house.clock, kind="some", due_at=house.clock.now() + timedelta(minutes=10))
        enqueue(tx, house.clock, kind="later", due_at=house.clock.now() + timedelta(minutes=10))
    told = tell()
    assert told['safelight_jobs{kind="some",state="waiting"}'] == 2
    assert told['safelight_jobs{kind="some",state="dead"}'] == 0
    assert told['safelight_oldest_due_seconds{kind="some"}'] == pytest.approx(600, abs=60)
    assert told['safelight_oldest_due_seconds{kind="later"}'] == 0
    assert told['safelight_reports_due{level="overdue"}'] == 0


def test_the_spool_says_what_it_holds_for_how_long_and_what_room_is_left(tell, client, service) -> None:
    empty = tell()
    assert (empty['safelight_spool_media{state="held"}'], empty['safelight_spool_media{state="waiting"}']) == (0, 0)
    client.post("/api/v1/scan", content=b"no picture at all")
    client.post("/api/v1/scan?wait=false", content=b"no picture either")
    told = tell()
    assert told['safelight_held_media{reason="unsupported"}'] == told['safelight_spool_media{state="waiting"}'] == 1
    assert told['safelight_spool_bytes{state="held"}'] == 17
    assert 0 <= told['safelight_spool_oldest_seconds{state="waiting"}'] < 60
    assert told['safelight_spool_room{of="media"}'] == service.house.settings.max_waiting_media - 2
    assert told['safelight_unscanned_total{fault="unsupported",treatment="hold"}'] == 1


def test_banks_say_what_is_searched_and_when_they_were_followed(tell) -> None:
    told = tell()
    assert told['safelight_index_entries{bank="known",type="pdq"}'] == 1
    assert told['safelight_index_entries{bank="other",type="pdq"}'] == 0
    assert told['safelight_index_silent_seconds{bank="known"}'] < 30
    assert told["safelight_index_behind_changes"] == 0


def test_the_audit_log_says_how_old_its_last_head_is(tell, service) -> None:
    house = service.house
    sign_head_now(house.engine, house.clock, house.keys, house.actor)
    told = tell()
    assert 0 <= told["safelight_audit_head_age_seconds"] < 60
    assert told["safelight_audit_unnumbered"] >= 0


def test_reports_and_destinations_are_counted_without_a_name(tell, service) -> None:
    told = tell()
    assert (told['safelight_reports{state="failed"}'], told["safelight_reports_open"]) == (0, 0)
    assert (told['safelight_destinations{state="off"}'], told["safelight_live_reporting"]) == (0, 0)


def test_without_a_database_the_figures_of_the_process_are_told_and_nothing_old(tell, monkeypatch) -> None:
    assert tell()["safelight_figures_missing"] == 0

    def fail(_host: object) -> None:
        raise DatabaseUnusable("It is away.")

    monkeypatch.setattr(watched, "read_stand", fail)
    told = tell()
    assert told["safelight_figures_missing"] == 1
    assert told["process_open_fds"] > 0
    assert not [name for name in told if name.startswith(("safelight_jobs", "safelight_spool", "safelight_audit"))]


def test_every_figure_is_documented_with_its_labels_and_nothing_else_is(client, app) -> None:
    rows = re.findall(r"^\| (`[^|]*`) \|([^|]*)\|", _PAGE.read_text(), flags=re.MULTILINE)
    told = {
        name: set(re.findall(r"`(\w+)`", labels)) for names, labels in rows for name in re.findall(r"`(\w+)`", names)
    }
    figures = app._figures.registry
    there = {f"{each.name}_total" if each.type == "counter" else each.name for each in figures.collect()}
    assert told.keys() == there
    client.post("/api/v1/scan", content=b"no picture at all")
    client.get("/nowhere")
    for each in figures.collect():
        name = f"{each.name}_total" if each.type == "counter" else each.name
        for sample in each.samples:
            assert sample.labels.keys() - {"le"} == told[name], sample.name
