"""Cases are read page by page, without anything of media, and closed and opened again with a reason."""

import pytest

from safelight.database.transaction import write
from safelight.review import steps
from safelight.roles import Permission

pytestmark = [pytest.mark.usefixtures("either_database"), pytest.mark.few_on_postgresql()]


@pytest.fixture
def scanned(client, listed) -> list[dict]:
    """Scan listed media of two accounts, one of them twice."""
    return [
        client.post(
            "/api/v1/scan", content=listed, headers={"Safelight-Context": f'{{"subject": {{"id": "{who}"}}}}'}
        ).json()
        for who in ("a", "b", "a")
    ]


def test_cases_are_listed_by_state_and_account(client, scanned) -> None:
    assert [case["subject"] for case in client.get("/api/v1/cases").json()["items"]] == ["a", "b"]
    (case,) = client.get("/api/v1/cases", params={"subject": "a", "state": "open"}).json()["items"]
    assert (case["case"], case["items"], case["near"]) == (scanned[0]["case"], 2, 2)
    assert client.get("/api/v1/cases", params={"state": "closed"}).json()["items"] == []
    assert client.get("/api/v1/cases", params={"state": "lost"}).status_code == 422


def test_items_name_evidence_and_entries_and_distances_only_to_some(client, client_of, keys, scanned) -> None:
    path = f"/api/v1/cases/{scanned[0]['case']}/items"
    items = client.get(path).json()["items"]
    assert [item["evidence"] for item in items] == [scanned[0]["evidence"], scanned[2]["evidence"]]
    assert items[0]["matches"][0]["distance"] == 0
    reader = client_of(keys.add("reader", Permission.CASE_READ))
    assert "distance" not in reader.get(path).json()["items"][0]["matches"][0]


def test_a_key_for_other_banks_is_told_of_no_match_in_those_that_it_is_not_for(client_of, keys, scanned) -> None:
    path = f"/api/v1/cases/{scanned[0]['case']}/items"
    for banks, is_told in ((frozenset({"other"}), False), (frozenset({"known"}), True)):
        reader = client_of(keys.add(f"reader of {sorted(banks)}", Permission.CASE_READ, banks=banks))
        items = reader.get(path).json()["items"]
        assert len(items) == 2
        assert {match["bank"] for item in items for match in item["matches"]} <= banks
        assert bool(items[0]["matches"]) is is_told


def test_a_case_that_is_not_there_is_told(client, scanned) -> None:
    assert client.get(f"/api/v1/cases/{scanned[0]['case']}").json()["state"] == "open"
    assert client.get("/api/v1/cases/99").status_code == 404
    for wrong in ("x", "0", "9" * 30):
        assert client.get(f"/api/v1/cases/{wrong}").status_code == 422
    assert client.get("/api/v1/cases/99/items").status_code == 404


def test_closing_is_no_way_round_a_decision(client, scanned) -> None:
    path = f"/api/v1/cases/{scanned[1]['case']}"
    assert client.post(f"{path}/close", json={}).status_code == 422
    refused = client.post(f"{path}/close", json={"reason": "a mistake of the list"})
    assert (refused.status_code, refused.json()["code"]) == (400, "usage")
    assert client.get(path).json()["state"] == "open"


def test_a_closed_case_is_opened_again_with_a_reason(client, scanned, house) -> None:
    case = scanned[1]["case"]
    with write(house.engine) as tx:
        steps.close_case(tx, house.clock, house.actor, case, reason="reported by hand")
    path = f"/api/v1/cases/{case}"
    assert client.post(f"{path}/close", json={"reason": "once more"}).json()["code"] == "usage"
    assert client.post(f"{path}/reopen", json={"reason": "an appeal"}).json()["state"] == "reopened"
    assert client.post("/api/v1/cases/99/reopen", json={"reason": "x"}).status_code == 404
