from collections.abc import Callable
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from safelight.errors import DatabaseUnusable
from safelight.matching.live_banks import LiveBanks
from safelight.roles import EVERY_PERMISSION, Actor, Permission
from safelight.web.hma.app import hma_app, open_door
from safelight.web.hma.door import Rule
from safelight.web.hma.parts import HmaParts

pytestmark = pytest.mark.few_on_postgresql()
"""What is answered here is made of no SQL: PostgreSQL is left to the long run."""


ClientOf = Callable[[str], TestClient]
OPEN = {"/status", "/status/live", "/site-map"}


async def _nobody(_request: Any) -> Actor:
    raise AssertionError("nobody was to be asked for")


def _rules() -> list[Rule]:
    return open_door(None, _nobody).rules  # type: ignore[arg-type]


def _ask(client: TestClient, rule: Rule) -> int:
    path = rule.path.replace("{bank}", "KNOWN").replace("{number}", "2")
    path = path.replace("{type}", "pdq").replace("{api}", "x").replace("{name}", "x")
    return client.request(rule.method, path).status_code


def test_every_path_of_hma_but_its_pages_is_there() -> None:
    """The list is that of HMA 1.1.7."""
    assert {(rule.method, rule.path) for rule in _rules()} == {
        ("GET", "/status"),
        ("GET", "/status/live"),
        ("GET", "/site-map"),
        ("GET", "/h/hash"),
        ("POST", "/h/hash"),
        ("GET", "/m/raw_lookup"),
        ("GET", "/m/lookup"),
        ("POST", "/m/lookup"),
        ("POST", "/m/compare"),
        ("GET", "/m/index/status"),
        ("GET", "/c/banks"),
        ("POST", "/c/banks"),
        ("GET", "/c/bank/{bank}"),
        ("PUT", "/c/bank/{bank}"),
        ("DELETE", "/c/bank/{bank}"),
        ("POST", "/c/bank/{bank}/content"),
        ("GET", "/c/bank/{bank}/content/{number}"),
        ("PUT", "/c/bank/{bank}/content/{number}"),
        ("DELETE", "/c/bank/{bank}/content/{number}"),
        ("POST", "/c/bank/{bank}/signal"),
        ("GET", "/c/exchanges/apis"),
        ("GET", "/c/exchanges/api/{api}"),
        ("POST", "/c/exchanges/api/{api}"),
        ("GET", "/c/exchanges/api/{api}/schema"),
        ("GET", "/c/exchanges"),
        ("POST", "/c/exchanges"),
        ("GET", "/c/exchange/{name}"),
        ("PUT", "/c/exchange/{name}"),
        ("DELETE", "/c/exchange/{name}"),
        ("GET", "/c/exchange/{name}/status"),
        ("GET", "/c/signal_type"),
        ("PUT", "/c/signal_type/{type}"),
        ("GET", "/c/signal_type/index"),
        ("GET", "/c/content_type"),
    }


def test_every_path_but_health_declares_a_permission() -> None:
    assert {rule.path for rule in _rules() if not rule.permissions} == OPEN


def test_whoever_has_no_key_is_told_401_in_json_everywhere_but_of_health(client_of: ClientOf) -> None:
    stranger = client_of("nobody")
    statuses = {rule.path: _ask(stranger, rule) for rule in _rules()}
    assert {path for path, status in statuses.items() if status == 200} == OPEN
    assert {status for path, status in statuses.items() if path not in OPEN} == {401}
    answer = stranger.get("/c/banks")
    assert answer.json() == {"message": "A valid key is needed."}
    assert answer.headers["www-authenticate"] == "Bearer"


def test_whoever_lacks_one_permission_of_a_path_is_told_403_and_never_404(client_of: ClientOf, keys: Any) -> None:
    for lacking in sorted({each for rule in _rules() for each in rule.permissions or ()}):
        keys.add("some", *(EVERY_PERMISSION - {lacking}))
        client = client_of("some")
        for rule in _rules():
            if rule.permissions and lacking in rule.permissions:
                assert _ask(client, rule) == 403, rule


def test_whoever_may_nothing_reaches_nothing(client_of: ClientOf, keys: Any) -> None:
    client = client_of(keys.add("none"))
    assert {_ask(client, rule) for rule in _rules() if rule.permissions} == {403}


def test_a_key_may_stand_in_the_path_with_doubled_slashes(client_of: ClientOf, keys: Any) -> None:
    keys.add("sl_secret", Permission.BANK_READ)
    stranger = client_of("nobody")
    assert stranger.get("/k/sl_secret//c/banks").status_code == 200
    assert stranger.get("/k/sl_secret/c/bank/KNOWN").json()["name"] == "KNOWN"
    assert stranger.get("/k/wrong/c/banks").status_code == 401


def test_it_answers_where_it_is_mounted_behind_other_routes(parts: HmaParts, keys: Any) -> None:
    outer = Starlette(routes=[Mount("/", hma_app(parts, keys.authenticate))])
    client = TestClient(outer, headers={"Authorization": "Bearer all"})
    assert client.get("/status").text == "I-AM-ALIVE"
    assert client.get("/c/bank/KNOWN").json()["name"] == "KNOWN"


class TestWithoutBanks:
    @pytest.fixture(autouse=True)
    def lost(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def lose(_live: LiveBanks) -> None:
            raise DatabaseUnusable("The banks could not be followed for 30 seconds.")

        monkeypatch.setattr(LiveBanks, "holdings", property(lose))

    def test_a_service_that_lost_its_banks_is_alive_and_not_ready(self, client: TestClient) -> None:
        answer = client.get("/status")
        assert (answer.status_code, answer.text) == (503, "INDEX-STALE")
        assert client.get("/status/live").status_code == 200
        looked_up = client.get("/m/lookup", params={"signal": "0" * 64, "signal_type": "pdq"})
        assert looked_up.status_code == 503
        assert looked_up.headers["retry-after"]


class TestAtFault:
    @pytest.fixture(autouse=True)
    def broken(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(_live: LiveBanks) -> None:
            raise RuntimeError("a listed value might stand here")

        monkeypatch.setattr(LiveBanks, "holdings", property(fail))

    def test_a_fault_of_ours_is_told_without_its_text(self, client: TestClient) -> None:
        answer = client.get("/m/index/status")
        assert answer.status_code == 500
        assert "listed" not in answer.json()["message"]
