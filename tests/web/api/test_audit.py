"""The last head of the audit log, and who did what with evidence."""

from contextlib import nullcontext

import pytest

from safelight.flow.audit_keeping import number_all, sign_head_now
from safelight.flow.installation import Installation
from safelight.testing.evidence import seal_bytes
from safelight.testing.keys import MemoryKeys

pytestmark = [pytest.mark.usefixtures("either_database"), pytest.mark.few_on_postgresql()]


@pytest.fixture
def unkept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the service sign no head by itself: it would at any moment. Needed before the service."""
    monkeypatch.setattr("safelight.app.service.keeping_audit", lambda *_, **__: nullcontext())


@pytest.mark.usefixtures("unkept")
def test_the_last_signed_head_is_told_as_it_is(client, service) -> None:
    assert set(client.get("/api/v1/audit/head").json()) == {"head"}  # null, until the first was signed
    house = service.house
    number_all(house.engine)
    note = sign_head_now(house.engine, house.clock, MemoryKeys(), house.actor)
    assert client.get("/api/v1/audit/head").json() == {"head": note}


def test_the_custody_of_evidence_is_told(client, service, tmp_path) -> None:
    house = service.house
    place = Installation(engine=house.engine, blobs=house.blobs, keys=MemoryKeys(), clock=house.clock)
    evidence_id = seal_bytes(place, house.actor, tmp_path / "s", [b"one"]).id
    told = client.get(f"/api/v1/evidence/{evidence_id}/custody").json()["items"]
    assert [each["verb"] for each in told] == ["seal_evidence", "add_hold"]
    assert client.get("/api/v1/evidence/" + "f" * 32 + "/custody").status_code == 404
