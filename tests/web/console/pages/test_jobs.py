"""Jobs are listed by state and page; whoever may lets a dead one be tried anew."""

import pytest
from sqlalchemy import update

from safelight.database.transaction import read, write
from safelight.jobs import queries, queue, store
from safelight.jobs.job import JobState


@pytest.fixture(scope="module")
def jobs(console) -> list[int]:
    """Sixty jobs, of which the first is dead."""
    with write(console.engine) as tx:
        ids = [queue.enqueue(tx, console.clock, kind="check_evidence", args={"evidence": "<b>"}) for _ in range(60)]
        dead = {"state": "dead", "reason": "it broke", "finished_at": console.clock.now()}
        tx.execute(update(store.jobs).where(store.jobs.c.id == ids[0]).values(**dead))
    return ids


def test_a_list_goes_on_over_its_pages(admins, jobs) -> None:
    first = admins.get("/jobs").text
    assert first.count('data-label="Job"') == 50
    assert f'href="/jobs?after={jobs[49]}"' in first
    last = admins.get(f"/jobs?after={jobs[49]}").text
    assert last.count('data-label="Job"') == 10
    assert 'href="/jobs"' in last


def test_a_list_is_of_one_state(admins, jobs) -> None:
    page = admins.get("/jobs?state=dead").text
    assert page.count('data-label="Job"') == 1
    assert '<option value="dead" selected>' in page
    assert "There are no jobs of this sort" in admins.get("/jobs?state=running").text
    assert admins.get("/jobs?state=odd").status_code == 400
    assert admins.get("/jobs?after=x").status_code == 422


def test_a_dead_job_is_tried_anew(admins, jobs, console) -> None:
    page = admins.get(f"/jobs/{jobs[0]}").text
    assert "it broke" in page
    assert "&lt;b&gt;" in page
    answer = admins.submit(f"/jobs/{jobs[0]}/retry", reason="mended")
    assert answer.headers["location"] == f"/jobs/{jobs[0]}"
    assert "The job waits again" in admins.get(f"/jobs/{jobs[0]}").text
    with read(console.engine) as tx:
        assert queries.find_job(tx, jobs[0]).state is JobState.WAITING
    assert admins.submit(f"/jobs/{jobs[0]}/retry").status_code == 400


def test_whoever_may_only_look_is_offered_nothing(browser, enrol, jobs) -> None:
    browser.enter(enrol("looker@example.org", "auditor"))
    assert "/retry" not in browser.get(f"/jobs/{jobs[1]}").text
    assert browser.get("/jobs/99999").status_code == 404
    assert browser.get("/jobs/0").status_code == 422
