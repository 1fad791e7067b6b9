"""Near misses are told in look-ups by an explicit option, to keys that may know them, and on record."""

import pytest

import safelight
from safelight.access.probing import Alarm
from safelight.banks.entry import NewEntry
from safelight.flow.banks import edits as banks
from safelight.roles import Permission
from safelight.testing.synthetic import paint_pixels

PDQ = safelight.hash_rgb(paint_pixels(3, width=200, height=160)).value
MD5 = bytes(range(16))


def _near(bits: int) -> bytes:
    return (int.from_bytes(PDQ) ^ ((1 << bits) - 1)).to_bytes(32)


def _ask(*values: bytes, **more) -> dict:
    return {"signals": [{"type": "pdq", "value": value.hex()} for value in values], "near_misses": True, **more}


@pytest.fixture
def asking(client_of, keys):
    """A client that may look up and know near misses, and nothing more."""
    return client_of(keys.add("asking", Permission.SIGNAL_LOOKUP, Permission.MATCH_NEAR_MISS))


def test_what_just_missed_is_told_with_what_kept_it_back(client, asking, acts) -> None:
    missed, matched = client.post("/api/v1/lookup", json=_ask(_near(40), _near(20))).json()["results"]
    (told,) = missed["near_misses"]
    assert (missed["verdict"], missed["matches"], missed["near_misses_omitted"]) == ("no_known_match", [], 0)
    assert (told["control"], told["bank"], told["distance"], told["threshold"]) == ("threshold", "known", 40, 31)
    assert (matched["verdict"], matched["near_misses"], len(matched["matches"])) == ("near", [], 1)
    (told,) = asking.post("/api/v1/lookup", json=_ask(_near(40))).json()["results"][0]["near_misses"]
    assert "distance" not in told
    assert [(act.actor.name, act.details["signals"]) for act in acts("show_near_misses")] == [("all", 2), ("asking", 1)]


def test_it_takes_the_permission_and_is_off_unless_asked_for(client_of, keys, acts, client) -> None:
    plain = client_of(keys.add("plain", Permission.SIGNAL_LOOKUP, Permission.MATCH_DISTANCE))
    refused = plain.post("/api/v1/lookup", json=_ask(_near(40)))
    assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")
    told = client.post("/api/v1/lookup", json=_ask(_near(40)) | {"near_misses": False}).json()["results"][0]
    assert ("near_misses" in told, acts("show_near_misses")) == (False, [])


def test_a_key_for_some_banks_is_told_of_no_others(client_of, keys, house) -> None:
    entries = [NewEntry(signal_type="pdq", value=bytes(32))]
    banks.add_entries(house.engine, house.clock, house.actor, bank="other", entries=entries)
    given = (Permission.SIGNAL_LOOKUP, Permission.MATCH_NEAR_MISS)
    scoped = client_of(keys.add("scoped", *given, banks=frozenset({"other"})))
    told = scoped.post("/api/v1/lookup", json=_ask(_near(40)))
    while told.status_code == 503:  # the entry is followed within a moment
        told = scoped.post("/api/v1/lookup", json=_ask(_near(40)))
    assert (told.json()["results"][0]["near_misses"], '"known"' in told.text) == ([], False)


def test_they_are_told_of_a_hundred_signals_at_most(client) -> None:
    answer = client.post("/api/v1/lookup", json=_ask(*[bytes(32)] * 101))
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_value")


def test_they_count_for_the_alarm_of_probing(client, service, monkeypatch) -> None:
    seen: list[bytes] = []

    def note(_actor: object, values) -> Alarm | None:
        seen.extend(values)
        return None

    monkeypatch.setattr(service.gate._probing, "note", note)
    client.post("/api/v1/lookup", json=_ask(_near(40), _near(41)))
    client.post("/api/v1/why", json={"signal": {"type": "pdq", "value": _near(42).hex()}})
    assert seen == [_near(40), _near(41), _near(42)]
