"""Notices are looked at and sent again; no answer has a secret or a whole address in it."""

import pytest

from safelight.app.service import open_worker
from safelight.clock import SystemClock
from safelight.database.transaction import write
from safelight.flow.notices import add_address
from safelight.notices.event import WANTABLE, EventKind
from safelight.notices.steps import tell_event


@pytest.fixture
def deliveries(client, house) -> list[int]:
    """Two deliveries to one address."""
    add_address(house.notice_desk, name="desk", url="https://8.8.8.8/hook?key=secret", kinds=WANTABLE)
    for number in range(2):
        with write(house.engine) as tx:
            tell_event(tx, SystemClock(), EventKind.EVIDENCE_SEALED, {"evidence_id": f"e{number}"})
    return [each["delivery"] for each in client.get("/api/v1/notices/deliveries").json()["items"]]


def test_addresses_are_told_by_their_hosts_alone(client, deliveries) -> None:
    answer = client.get("/api/v1/notices/addresses")
    (told,) = answer.json()["items"]
    assert (told["address"], told["origin"], told["state"]) == ("desk", "https://8.8.8.8", "enabled")
    assert "secret" not in answer.text
    assert "hook" not in answer.text


def test_deliveries_come_page_by_page_the_latest_first(client, deliveries) -> None:
    assert deliveries == sorted(deliveries, reverse=True)
    first = client.get("/api/v1/notices/deliveries", params={"limit": 1, "state": "waiting"}).json()
    rest = client.get("/api/v1/notices/deliveries", params={"after": first["next"], "address": "desk"}).json()
    assert [first["items"][0]["delivery"], rest["items"][0]["delivery"]] == deliveries
    for asked, status in (({"state": "x"}, 422), ({"address": "nobody"}, 404), ({"after": "x"}, 422)):
        assert client.get("/api/v1/notices/deliveries", params=asked).status_code == status


def test_an_address_is_switched_and_what_did_not_arrive_is_sent_again(client, service, deliveries) -> None:
    path = "/api/v1/notices/addresses/desk"
    assert client.post(f"{path}/disable", json={"reason": "a move"}).json()["state"] == "disabled"
    open_worker(service, 1, lambda _: None).run_due()  # withheld: nothing goes out
    told = client.post(f"{path}/enable").json()
    assert (told["state"], told["undelivered"]) == ("enabled", 2)
    assert client.post(f"{path}/resend").json()["resent"] == 2
    again = f"/api/v1/notices/deliveries/{deliveries[0]}/resend"
    assert client.post(again).json()["code"] == "usage"  # it is on its way
    assert client.post("/api/v1/notices/deliveries/99/resend").status_code == 404
    assert client.post("/api/v1/notices/addresses/nobody/enable").status_code == 404
