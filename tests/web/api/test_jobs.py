"""Jobs are read by number and by state, and dead ones are tried anew."""

import pytest

from safelight.database.transaction import write
from safelight.jobs import store
from safelight.jobs.job import JobState
from safelight.jobs.queue import enqueue

pytestmark = [pytest.mark.usefixtures("either_database"), pytest.mark.few_on_postgresql()]


@pytest.fixture
def jobs(service) -> list[int]:
    with write(service.house.engine) as tx:
        return [enqueue(tx, service.house.clock, kind="note", args={"name": "x"}) for _ in range(3)]


def test_jobs_come_page_by_page_and_by_state(client, jobs) -> None:
    first = client.get("/api/v1/jobs", params={"limit": 2, "state": "waiting"}).json()
    assert [job["job"] for job in first["items"]] == jobs[:2]
    rest = client.get("/api/v1/jobs", params={"limit": 2, "after": first["next"]}).json()
    assert ([job["job"] for job in rest["items"]], rest["next"]) == (jobs[2:], None)
    assert client.get("/api/v1/jobs", params={"state": "dead"}).json()["items"] == []
    assert client.get("/api/v1/jobs", params={"state": "lost"}).status_code == 422


def test_one_job_is_shown(client, jobs) -> None:
    told = client.get(f"/api/v1/jobs/{jobs[0]}").json()
    assert (told["kind"], told["args"], told["state"]) == ("note", {"name": "x"}, "waiting")
    assert client.get("/api/v1/jobs/99").status_code == 404
    for wrong in ("x", "0", "9" * 40, "-1"):
        assert client.get(f"/api/v1/jobs/{wrong}").status_code == 422


def test_dead_jobs_are_tried_anew_one_by_one_or_by_kind(client, service, jobs) -> None:
    with write(service.house.engine) as tx:
        for job in jobs[:2]:
            store.end(tx, job, state=JobState.DEAD, reason="it failed", now=service.house.clock.now())
    told = client.post(f"/api/v1/jobs/{jobs[0]}/retry", json={"reason": "mended"}).json()
    assert (told["job"], told["state"]) == (jobs[0], "waiting")
    assert client.post(f"/api/v1/jobs/{jobs[0]}/retry").json()["code"] == "usage"
    assert client.post("/api/v1/jobs/dead/retry", json={"kind": "note"}).json() == {"retried": 1, "left": 0}
    assert client.post("/api/v1/jobs/99/retry").status_code == 404
    assert client.post("/api/v1/jobs/dead/retry", json={}).status_code == 422
