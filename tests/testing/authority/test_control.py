"""Over the control address other processes ask what came, drive the clock and order faults."""

from typing import Any

import httpx2
import pytest

from safelight.testing.authority import FakeAuthority


@pytest.fixture
def ask(fake: FakeAuthority) -> Any:
    """Ask the control address, and return status and answer."""

    def asking(method: str, path: str, **body: Any) -> tuple[int, Any]:
        response = httpx2.request(method, f"{fake.control_address}{path}", **body)
        return response.status_code, response.json()

    return asking


def test_reports_are_listed_and_shown(ask: Any, caller: Any, documents: Any) -> None:
    report_id = caller.submit("control-1")
    md5 = caller.upload(report_id).told["hash"]
    caller.finish(report_id)
    opened = caller.submit("control-1")
    (_, finished), (_, shown) = ask("GET", "/reports?state=finished"), ask("GET", f"/reports/{report_id}")
    assert finished == [shown]
    assert (shown["xml"], shown["files"][0]["md5"]) == (documents["report"]("control-1"), md5)
    assert ask("GET", "/marks?path=personOrUserReported/espIdentifier") == (200, {"control-1": [report_id]})
    assert [each["report_id"] for each in ask("GET", "/orphans")[1]] == [opened]
    assert ask("GET", "/reports/1") == (404, None)


def test_calls_are_counted(ask: Any, caller: Any, fake: FakeAuthority) -> None:
    caller.get("/xsd")
    _, told = ask("GET", "/calls")
    assert told["counts"]["xsd"] == fake.counts["xsd"] > 0
    assert (told["last"][-1]["call"], told["last"][-1]["codes"]) == ("xsd", [0])


def test_the_clock_is_driven(ask: Any, caller: Any) -> None:
    report_id = caller.submit()
    _, before = ask("GET", "/clock")
    status, after = ask("POST", "/clock", json={"advance_seconds": 90_000})
    assert (status, after["ahead_seconds"] - before["ahead_seconds"]) == (200, 90_000)
    assert caller.finish(report_id).code == 5001
    assert ask("POST", "/clock", json={"at": "2026-12-24T00:00:00Z"})[1]["now"] == "2026-12-24T00:00:00+00:00"


def test_faults_are_ordered_listed_and_cleared(ask: Any, caller: Any, fake: FakeAuthority) -> None:
    line = {"call": "status", "fault": "error_in_200", "times": 2, "code": 1300}
    assert ask("POST", "/faults", json=line)[0] == 200
    assert caller.get("/status").code == 1300
    assert ask("GET", "/faults")[1] == [{"call": "status", "fault": "error_in_200", "times": 1, "skip": 0}]
    ask("POST", "/schedule", json={"seed": 1, "percent": 100, "faults": ["error_in_200"]})
    assert [caller.get("/status").code, caller.get("/xsd").code] == [1300, 1000]
    assert ask("DELETE", "/faults") == (200, [])
    assert caller.get("/status").code == 0
    assert fake.faults.schedule is None


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/clock", {}),
        ("/clock", {"at": "tomorrow"}),
        ("/clock", {"at": "2026-12-24T00:00:00"}),
        ("/clock", {"advance_seconds": 1e300}),
        ("/faults", {"call": "upload"}),
        ("/faults", {"call": "unheard", "fault": "drip"}),
        ("/faults", {"fault": "unheard"}),
        ("/schedule", {"seed": 1}),
        ("/schedule", [1]),
    ],
)
def test_nonsense_is_refused_with_a_reason(ask: Any, path: str, told: object) -> None:
    status, answer = ask("POST", path, json=told)
    assert status == 400
    assert answer["error"]


def test_a_page_in_a_browser_does_not_reach_it(fake: FakeAuthority) -> None:
    url = f"{fake.control_address}/clock"
    assert httpx2.get(url, headers={"Host": "evil.example"}).status_code == 400
    assert httpx2.post(url, content='{"advance_seconds": 1}', headers={"Content-Type": "text/plain"}).status_code == 415
    assert httpx2.get(f"{fake.control_address}/reports?state=lost").status_code == 400
