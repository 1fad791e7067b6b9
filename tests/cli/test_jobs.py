"""`safelight jobs` shows what waits and why, and lets a person retry what died."""

from datetime import UTC, datetime, timedelta

import pytest

from safelight.app import open_workspace
from safelight.audit import queries as audit
from safelight.cli.jobs import dead, list_jobs, retry
from safelight.database.transaction import read, write
from safelight.errors import AlreadyExists, InvalidValue, NotFound, UsageError
from safelight.jobs.job import JobState
from safelight.jobs.queue import enqueue
from safelight.jobs.worker import Worker


def _fail(run) -> None:
    raise InvalidValue("It cannot be.")


@pytest.fixture
def house(workspace, monkeypatch: pytest.MonkeyPatch):
    """A workspace with jobs: 1 is done, 2 and 3 are dead, 4 waits for the year 2100."""
    monkeypatch.setenv("SAFELIGHT_WORKSPACE", str(workspace))
    monkeypatch.setenv("COLUMNS", "200")
    house = open_workspace(workspace)
    with write(house.engine) as tx:
        enqueue(tx, house.clock, kind="note")
        enqueue(tx, house.clock, kind="destroy", args={"evidence": "ab", "part": 7})
        enqueue(tx, house.clock, kind="destroy", key="k")
        enqueue(tx, house.clock, kind="warn", due_at=datetime(2100, 1, 2, 3, 4, tzinfo=UTC))
    handlers = {"note": lambda run: None, "destroy": _fail}
    Worker(house.engine, house.clock, handlers, name="w1", tell=lambda told: None).run_due()
    return house


@pytest.fixture
def said(capfd: pytest.CaptureFixture[str]):
    """Return the cells of the table that was printed, by row, and what follows the table."""

    def read_out() -> tuple[list[list[str]], str]:
        text = capfd.readouterr().out
        rows = [line.strip("│ ").split("│") for line in text.splitlines() if line.startswith("│")]
        return [[cell.strip() for cell in row] for row in rows], text.splitlines()[-1]

    return read_out


def test_jobs_are_listed_with_what_they_are_about_and_why_they_are_as_they_are(house, said) -> None:
    assert list_jobs() == 0
    rows, _ = said()
    assert [row[0] for row in rows] == ["1", "2", "3", "4"]
    assert rows[1][:4] == ["2", "destroy", "evidence ab, part 7", "dead"]
    assert rows[1][-1] == "It cannot be. [invalid_value]"
    assert rows[3][3:6] == ["waiting", "2100-01-02 03:04", "0"]


def test_jobs_are_listed_by_state_kind_and_due_time(house, said) -> None:
    asked = [
        ({"state": JobState.DEAD}, ["2", "3"]),
        ({"kind": "warn"}, ["4"]),
        ({"due_before": datetime(2100, 1, 2, 3, 4)}, ["1", "2", "3"]),  # noqa: DTZ001 - as typed, which is UTC
        ({"due_before": datetime(2100, 1, 2, 3, 5, tzinfo=UTC), "state": JobState.WAITING}, ["4"]),
        ({"after": 1, "limit": 1}, ["2"]),
    ]
    for options, numbers in asked:
        list_jobs(**options)
        rows, last = said()
        assert [row[0] for row in rows] == numbers
        assert (last == "More: --after 2") is (options.get("limit") == 1)


def test_dead_jobs_are_listed_with_their_reasons(house, said) -> None:
    assert dead() == 0
    rows, _ = said()
    assert [(row[0], row[1], row[4], row[5]) for row in rows] == [
        ("2", "destroy", "1", "It cannot be. [invalid_value]"),
        ("3", "destroy", "1", "It cannot be. [invalid_value]"),
    ]
    dead(kind="note")
    assert said()[0] == []


def test_a_dead_job_is_retried_by_its_number(house) -> None:
    assert retry(2, reason="The store is back.") == 0
    with read(house.engine) as tx:
        entry = audit.page_entries(tx, target="job:2")[-1]
    assert (entry.verb, entry.reason) == ("retry_job", "The store is back.")
    with pytest.raises(UsageError, match="Job 2 is waiting, not dead"):
        retry(2)
    with pytest.raises(NotFound):
        retry(99)


def test_all_dead_jobs_of_a_kind_are_retried_but_those_whose_key_is_open_again(house, said) -> None:
    with write(house.engine) as tx:
        enqueue(tx, house.clock, kind="destroy", key="k", due_at=house.clock.now() + timedelta(days=1))
    assert retry(all_dead="destroy") == 0
    assert said()[1] == "1 jobs are tried anew; 1 left as they are, for others of the same key are open."
    with pytest.raises(AlreadyExists):
        retry(3)
    assert retry(all_dead="note") == 0
    assert said()[1] == "0 jobs are tried anew."


def test_a_retry_names_either_a_job_or_a_kind(house) -> None:
    for wrong in ({}, {"all_dead": "destroy"}):
        with pytest.raises(UsageError, match="either one job, or with --all-dead"):
            retry(*([2] if wrong else []), **wrong)


@pytest.mark.parametrize("wrong", [{"limit": 0}, {"limit": 10_001}, {"after": -1}, {"after": 2**70}])
def test_a_page_that_cannot_be_is_refused(house, wrong) -> None:
    for command in (list_jobs, dead):
        with pytest.raises(InvalidValue, match="A page has 1 to 10000 jobs"):
            command(**wrong)
