from collections.abc import Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
from starlette.testclient import TestClient

from safelight.banks.entry import NewEntry
from safelight.clock import SystemClock
from safelight.database.engine import Engine
from safelight.flow.banks import controls
from safelight.flow.banks import edits as banks
from safelight.hashing.signal import Signal
from safelight.roles import Actor, Permission
from safelight.web.places import NoPlace

ClientOf = Callable[[str], TestClient]
PDQ = bytes(range(32))
NEAR = bytes([0xFF, *PDQ[1:]]).hex()  # 8 bits off
Soon = Callable[[Callable[[], Any], Any], None]


def _look_up(client: TestClient, value: str = NEAR, **query: str) -> Any:
    return client.get("/m/lookup", params={"signal": value, "signal_type": "pdq", **query}).json()


def test_how_near_a_match_is_only_who_may_know_is_told(client_of: ClientOf, keys: Any, numbers: dict[str, int]) -> None:
    """The threshold is all that is certain without it: no look-up then shows whether a picture came nearer."""
    plain = client_of(keys.add("plain", Permission.SIGNAL_LOOKUP))
    knowing = client_of(keys.add("knowing", Permission.SIGNAL_LOOKUP, Permission.MATCH_DISTANCE))
    for value in (NEAR, PDQ.hex()):
        assert _look_up(plain, value)["KNOWN"] == [{"bank_content_id": numbers["KNOWN"], "distance": "31"}]
    assert _look_up(knowing)["KNOWN"] == [{"bank_content_id": numbers["KNOWN"], "distance": "8"}]
    raw = {"signal": NEAR, "signal_type": "pdq", "banks": "KNOWN", "include_distance": "true"}
    assert [hit["distance"] for hit in plain.get("/m/raw_lookup", params=raw).json()["matches"]] == ["31"]


def test_a_key_sees_matches_of_its_own_banks_alone(client_of: ClientOf, keys: Any) -> None:
    client = client_of(keys.add("scoped", Permission.SIGNAL_LOOKUP, banks=frozenset({"known"})))
    assert set(_look_up(client)) == {"KNOWN"}
    assert set(_look_up(client, banks="KNOWN")) == {"KNOWN"}
    refused = client.get("/m/lookup", params={"signal": NEAR, "signal_type": "pdq", "banks": "KNOWN,OTHER"})
    assert refused.status_code == 403


def test_a_name_that_no_bank_has_is_passed_over_unless_it_is_the_only_one(client: TestClient) -> None:
    assert set(_look_up(client, banks="KNOWN,GONE")) == {"KNOWN"}
    query = {"signal": NEAR, "signal_type": "pdq", "banks": "GONE"}
    assert client.get("/m/lookup", params=query).status_code == 400


def test_an_entry_of_a_list_is_a_content_of_its_own(
    client: TestClient, engine: Engine, actor: Actor, soon: Soon
) -> None:
    entry = NewEntry(signal_type="sha1", value=bytes(20))
    banks.add_entries(engine, SystemClock(), actor, bank="KNOWN", entries=[entry])
    query = {"signal": "00" * 20, "signal_type": "sha1"}
    soon(lambda: set(client.get("/m/lookup", params=query).json()), {"KNOWN"})
    (hit,) = client.get("/m/lookup", params=query).json()["KNOWN"]
    assert hit["bank_content_id"] % 2 == 1
    told = client.get(f"/c/bank/KNOWN/content/{hit['bank_content_id']}", params={"include_signals": "1"}).json()
    assert told["signals"] == {"sha1": "00" * 20}


def test_a_bank_that_a_person_switched_off_matches_nowhere(
    client: TestClient, engine: Engine, actor: Actor, soon: Soon
) -> None:
    banks.disable_bank(engine, SystemClock(), actor, bank="OTHER")
    soon(lambda: set(_look_up(client, bypass_coinflip="true")), {"KNOWN"})
    raw = client.get("/m/raw_lookup", params={"signal": NEAR, "signal_type": "pdq"}).json()
    assert len(raw["matches"]) == 1


def test_raw_look_ups_pass_by_a_roll_out(client: TestClient, engine: Engine, actor: Actor, soon: Soon) -> None:
    for name in ("KNOWN", "OTHER"):
        controls.set_rollout(engine, SystemClock(), actor, bank=name, share=0)
    soon(lambda: _look_up(client), {})
    assert len(client.get("/m/raw_lookup", params={"signal": NEAR, "signal_type": "pdq"}).json()["matches"]) == 2


def test_an_allow_list_hides_matches_and_makes_none(
    client: TestClient, engine: Engine, actor: Actor, soon: Soon
) -> None:
    clock = SystemClock()
    banks.add_entries(engine, clock, actor, bank="HARMLESS", entries=[NewEntry(signal_type="pdq", value=PDQ)])
    controls.suppress_bank(engine, clock, actor, allow_list="HARMLESS", bank="OTHER")
    soon(lambda: set(_look_up(client)), {"KNOWN"})


def test_to_look_up_media_takes_leave_to_hash(client_of: ClientOf, keys: Any) -> None:
    client = client_of(keys.add("plain", Permission.SIGNAL_LOOKUP))
    assert client.post("/m/lookup", files={"photo": ("x", b"x")}).status_code == 403


class TestWhoIsTold:
    @pytest.fixture
    def told(self) -> list[Any]:
        return []

    @pytest.fixture
    def more(self, told: list[Any]) -> dict[str, Any]:
        def looked_up(actor: Actor, signals: Sequence[tuple[Signal, bool]]) -> None:
            told.append((actor.name, [(signal.type.value, was_found) for signal, was_found in signals]))

        return {"looked_up": looked_up, "count": lambda result: told.append(len(result.matches))}

    def test_every_look_up_is_told_and_media_is_counted(self, client: TestClient, told: list[Any]) -> None:
        _look_up(client)
        client.get("/m/raw_lookup", params={"signal": NEAR, "signal_type": "pdq"})
        client.post("/m/lookup", files={"video": ("x", b"abc")})
        found = ("all", [("pdq", True)])
        assert told == [found, found, 0, ("all", [("md5", False)])]


class TestFull:
    @pytest.fixture
    def more(self) -> dict[str, Any]:
        @asynccontextmanager
        async def none_left() -> Any:
            raise NoPlace("All places are taken.")
            yield

        return {"place": none_left}

    def test_when_all_places_are_taken_media_is_told_to_come_again(self, client: TestClient) -> None:
        answer = client.post("/m/lookup", files={"photo": ("x", b"x")})
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
        assert answer.json() == {"message": "All places are taken."}
