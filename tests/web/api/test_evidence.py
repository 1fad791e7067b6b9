"""Evidence and its holds are told without anything of the media or its manifest."""

import pytest

from safelight.flow.installation import Installation
from safelight.roles import Permission
from safelight.testing.evidence import destroy_evidence, seal_bytes
from safelight.testing.keys import MemoryKeys

pytestmark = [pytest.mark.usefixtures("either_database"), pytest.mark.few_on_postgresql()]


@pytest.fixture
def place(service) -> Installation:
    house = service.house
    return Installation(engine=house.engine, blobs=house.blobs, keys=MemoryKeys(), clock=house.clock)


@pytest.fixture
def sealed(place, service, tmp_path) -> list[str]:
    told = {"subject_id": "account-1"}
    return [seal_bytes(place, service.house.actor, tmp_path / "s", [data], told=told).id for data in (b"one", b"two")]


def test_evidence_is_listed_and_shown(client, sealed) -> None:
    first = client.get("/api/v1/evidence", params={"limit": 1}).json()
    rest = client.get("/api/v1/evidence", params={"after": first["next"]}).json()
    assert [each["evidence"] for each in first["items"] + rest["items"]] == sealed
    told = client.get(f"/api/v1/evidence/{sealed[0]}")
    assert (told.json()["state"], told.json()["is_open_ended"], told.json()["size_bytes"]) == ("living", True, 3)
    assert "account-1" not in told.text
    assert client.get("/api/v1/evidence/" + "f" * 32).status_code == 404


def test_destroyed_evidence_is_told_as_such(client, sealed, place, service) -> None:
    destroy_evidence(place, service.house.actor, sealed[0])
    told = client.get(f"/api/v1/evidence/{sealed[0]}").json()
    assert told["state"] == "destroyed"
    assert told["destroyed_at"] is not None


def test_holds_take_a_permission_of_their_own(client, client_of, keys, sealed) -> None:
    (hold,) = client.get(f"/api/v1/evidence/{sealed[0]}/holds").json()["items"]
    assert (hold["kind"], hold["until_at"]) == ("under_review", None)
    reader = client_of(keys.add("reader", Permission.EVIDENCE_READ))
    assert reader.get(f"/api/v1/evidence/{sealed[0]}/holds").status_code == 403
    assert client.get("/api/v1/evidence/" + "f" * 32 + "/holds").status_code == 404
