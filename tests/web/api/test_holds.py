"""Holds are added and renewed by who may; held evidence is destroyed by two persons, and by no program."""

from datetime import timedelta

import pytest

from safelight.roles import EVERY_PERMISSION, ActorKind

REQUEST = {"kind": "law_enforcement", "from_at": "2026-11-20T00:00:00Z", "reference": "Az. 1"}
ORDER = {"legal_basis": "18 U.S.C. 2258B(c)", "authority": "District Court", "reference": "26-cr-1"}


@pytest.fixture
def evidence(client, listed) -> str:
    """What matched and was sealed."""
    return client.post("/api/v1/scan", content=listed).json()["evidence"]


@pytest.fixture
def person_of(client_of, keys):
    """Give a client of a person who may do everything."""
    return lambda name: client_of(keys.add(name, *EVERY_PERMISSION, kind=ActorKind.PERSON))


def _add(client, evidence: str, **hold):
    return client.post(f"/api/v1/evidence/{evidence}/holds", json=hold)


def test_a_hold_is_added_and_renewed(client, evidence, house) -> None:
    from_at = (house.clock.now() - timedelta(days=1)).isoformat()
    added = _add(client, evidence, **REQUEST | {"from_at": from_at})
    assert (added.status_code, added.json()["kind"]) == (201, "law_enforcement")
    path = f"/api/v1/holds/{added.json()['hold']}/renew"
    renewed = client.post(path, json={"reference": "Az. 2"})
    assert (renewed.status_code, renewed.json()["from_at"]) == (201, added.json()["until_at"])
    assert client.post(path, json={"reference": "Az. 2"}).status_code == 400
    own = _add(client, evidence, kind="operator", until_at="2028-01-31T00:00:00Z", reason="a civil case")
    assert own.status_code == 201
    listed = client.get(f"/api/v1/evidence/{evidence}/holds", params={"limit": 3}).json()
    assert (listed["items"][0]["kind"], len(listed["items"])) == ("under_review", 3)
    rest = client.get(f"/api/v1/evidence/{evidence}/holds", params={"limit": 3, "after": listed["next"]}).json()
    assert ([hold["kind"] for hold in rest["items"]], rest["next"]) == (["operator"], None)


def test_a_repeat_of_a_hold_is_the_hold_that_is_there(client, evidence, house) -> None:
    hold = REQUEST | {"from_at": (house.clock.now() - timedelta(hours=1)).isoformat()}
    first, again = _add(client, evidence, **hold), _add(client, evidence, **hold)
    assert (again.status_code, again.json()) == (200, first.json())
    assert _add(client, evidence, **hold | {"reference": "Az. 2"}).status_code == 201


WRONG_HOLDS: list = [
    {},
    {"kind": "under_review"},
    {"kind": "operator", "reason": "x"},
    {"kind": "law_enforcement"},
    {"kind": "report", "reference": "1", "until_at": "2028-01-31T00:00:00Z"},
    {"kind": "operator", "reason": "x", "until_at": "2028-01-31"},
    {"kind": "x"},
]


def test_a_hold_of_the_wrong_form_is_refused(client, evidence) -> None:
    for hold in WRONG_HOLDS:
        answer = _add(client, evidence, **hold)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_value"), hold


def test_evidence_that_is_not_there_is_not_held(client, person_of) -> None:
    assert _add(client, "nothing", kind="law_enforcement", reference="1").status_code == 404
    assert client.post("/api/v1/holds/99/renew", json={"reference": "x"}).status_code == 404
    assert person_of("ada").post("/api/v1/orders/99/confirm").status_code == 404


def test_what_is_held_is_destroyed_by_two_persons_alone(client, person_of, evidence, acts) -> None:
    (hold,) = client.get(f"/api/v1/evidence/{evidence}/holds").json()["items"]
    ada, bo, path = person_of("ada"), person_of("bo"), f"/api/v1/evidence/{evidence}/release"
    order = ORDER | {"holds": [hold["hold"]]}
    program = client.post(path, json=order)
    assert (program.status_code, program.json()["code"]) == (403, "not_allowed")
    assert (ada.post(path, json=ORDER | {"holds": []}).json()["code"]) == "evidence_held"
    asked, again = ada.post(path, json=order), ada.post(path, json=order)
    assert (asked.status_code, again.status_code, again.json()) == (201, 200, asked.json())
    assert [each["asked_by"] for each in ada.get("/api/v1/orders").json()["items"]] == ["ada"]
    confirm = f"/api/v1/orders/{asked.json()['order']}/confirm"
    assert {asking.post(confirm).status_code for asking in (client, ada)} == {403}
    certificate = bo.post(confirm).json()
    assert (certificate["evidence"], certificate["is_single_person"]) == (evidence, False)
    assert client.get(f"/api/v1/evidence/{evidence}").json()["state"] == "destroyed"
    assert bo.get("/api/v1/orders").json()["items"] == []
    done = [(each.verb, each.actor.name) for each in acts("ask_order", "confirm_order")]
    assert done == [("ask_order", "ada"), ("confirm_order", "bo")]
