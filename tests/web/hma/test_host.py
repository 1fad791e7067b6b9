from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from safelight.roles import EVERY_PERMISSION

pytestmark = pytest.mark.few_on_postgresql()
"""What is answered here is made of no SQL: PostgreSQL is left to the long run."""


ClientOf = Callable[[str], TestClient]

PATHS = [
    ("GET", "/c/bank/{}", None),
    ("PUT", "/c/bank/{}", {"enabled": False}),
    ("DELETE", "/c/bank/{}", None),
    ("POST", "/c/bank/{}/signal", {"pdq": "0" * 64}),
    ("GET", "/c/bank/{}/content/2", None),
    ("PUT", "/c/bank/{}/content/2", {"disable_until_ts": 0}),
    ("DELETE", "/c/bank/{}/content/2", None),
]


@pytest.mark.parametrize(("method", "path", "body"), PATHS)
def test_a_bank_that_a_key_is_not_for_is_403_whether_it_is_there_or_not(
    client_of: ClientOf, keys: Any, method: str, path: str, body: Any
) -> None:
    """A client that is told 404 deletes its own record of the bank."""
    client = client_of(keys.add("scoped", *EVERY_PERMISSION, banks=frozenset({"OTHER"})))
    assert client.request(method, path.format("KNOWN"), json=body).status_code == 403
    assert client.request(method, path.format("GONE"), json=body).status_code == 403


@pytest.mark.parametrize(("method", "path", "body"), PATHS)
def test_an_allow_list_is_403_for_hma_has_none(client: TestClient, method: str, path: str, body: Any) -> None:
    assert client.request(method, path.format("HARMLESS"), json=body).status_code == 403
    assert "HARMLESS" not in {bank["name"] for bank in client.get("/c/banks").json()}
    assert client.post("/c/banks", json={"name": "HARMLESS"}).status_code == 403


def test_a_scoped_key_lists_and_makes_its_own_banks_alone(client_of: ClientOf, keys: Any) -> None:
    client = client_of(keys.add("scoped", *EVERY_PERMISSION, banks=frozenset({"OTHER", "NEW"})))
    assert [bank["name"] for bank in client.get("/c/banks").json()] == ["OTHER"]
    assert client.post("/c/banks", json={"name": "NEW"}).status_code == 201
    assert client.post("/c/banks", json={"name": "ELSE"}).status_code == 403
    assert client.put("/c/bank/NEW", json={"name": "ELSE"}).status_code == 403


def test_the_name_of_a_bank_that_was_made_otherwise_is_told_as_it_is(
    client: TestClient, engine: Any, actor: Any
) -> None:
    from safelight.clock import SystemClock
    from safelight.flow.banks import edits as banks

    banks.create_bank(engine, SystemClock(), actor, name="ncmec-A1.2026")
    assert client.get("/c/bank/ncmec-A1.2026").json()["name"] == "ncmec-A1.2026"
    assert client.put("/c/bank/ncmec-A1.2026", json={"name": "ncmec-A1.2026", "enabled": True}).status_code == 200
    assert client.put("/c/bank/ncmec-A1.2026", json={"name": "ncmec-B"}).status_code == 400
