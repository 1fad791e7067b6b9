"""Signals are looked up by the one and by the thousand, and answers tell no more than the key may know."""

import time

import pytest

import safelight
from safelight.banks.entry import NewEntry
from safelight.flow.banks import edits as banks
from safelight.roles import Permission
from safelight.testing.synthetic import paint_pixels

PDQ = safelight.hash_rgb(paint_pixels(3, width=200, height=160)).value
MD5 = bytes(range(16))
"""What the bank of these tests lists."""


def _ask(*signals: tuple[str, bytes], **more) -> dict:
    return {"signals": [{"type": kind, "value": value.hex()} for kind, value in signals], **more}


def _near(bits: int) -> bytes:
    return (int.from_bytes(PDQ) ^ ((1 << bits) - 1)).to_bytes(32)


def test_each_signal_has_its_answer_in_the_order_asked(client) -> None:
    answer = client.post("/api/v1/lookup", json=_ask(("md5", MD5), ("pdq", _near(20)), ("pdq", bytes(32)))).json()
    assert [each["verdict"] for each in answer["results"]] == ["exact", "near", "no_known_match"]
    (match,) = answer["results"][1]["matches"]
    assert (match["bank"], match["label"], match["distance"], match["threshold"]) == ("known", "A1", 20, 31)
    assert answer["against"].startswith("known@")


@pytest.mark.parametrize(("bits", "verdict"), [(31, "near"), (32, "no_known_match")])
def test_the_threshold_is_part_of_what_matches(client, bits: int, verdict: str) -> None:
    answer = client.post("/api/v1/lookup", json=_ask(("pdq", _near(bits)))).json()
    assert answer["results"][0]["verdict"] == verdict


def test_the_same_answer_comes_from_memory_and_from_the_database(client) -> None:
    asked = _ask(("pdq", _near(5)))
    assert client.post("/api/v1/lookup", json=asked).json() == client.post("/api/v1/lookup", json=asked).json()


def test_thousands_are_answered_at_once(client) -> None:
    asked = _ask(*[("pdq", number.to_bytes(32)) for number in range(3000)], ("md5", MD5))
    answer = client.post("/api/v1/lookup", json=asked).json()
    assert len(answer["results"]) == 3001
    assert [each["verdict"] for each in answer["results"]].count("exact") == 1


def test_a_service_key_is_not_told_how_near_a_match_is(client_of, keys) -> None:
    client = client_of(keys.add("plain", Permission.SIGNAL_LOOKUP))
    near, exact = client.post("/api/v1/lookup", json=_ask(("pdq", _near(20)), ("md5", MD5))).json()["results"]
    assert "distance" not in near["matches"][0]
    assert "orientation" not in near["matches"][0]
    assert exact["matches"][0]["distance"] == 0
    assert not any(value.hex() in str(near) + str(exact) for value in (PDQ, MD5))


def test_a_key_for_some_banks_looks_in_no_others(client_of, keys) -> None:
    client = client_of(keys.add("scoped", Permission.SIGNAL_LOOKUP, banks=frozenset({"other"})))
    refused = client.post("/api/v1/lookup", json=_ask(("md5", MD5), banks=["known"]))
    assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")
    nothing = client.post("/api/v1/lookup", json=_ask(("md5", MD5)))
    assert (nothing.status_code, nothing.json()["code"]) == (503, "nothing_to_match")


def test_an_entry_that_is_added_matches_within_a_second(client, house) -> None:
    asked = _ask(("md5", b"\7" * 16))
    assert client.post("/api/v1/lookup", json=asked).json()["results"][0]["verdict"] == "no_known_match"
    entry = NewEntry(signal_type="md5", value=b"\7" * 16)
    banks.add_entries(house.engine, house.clock, house.actor, bank="other", entries=[entry])
    deadline = time.monotonic() + 1
    while client.post("/api/v1/lookup", json=asked).json()["results"][0]["verdict"] != "exact":
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({}, "signals: Field required"),
        ({"signals": []}, "signals"),
        ({"signals": [{"type": "pdq", "value": "ab"}]}, "64 hexadecimal digits"),
        ({"signals": [{"type": "pdq", "value": "zz" * 32}]}, "64 hexadecimal digits"),
        ({"signals": [{"type": "md5", "value": " " + "ab" * 15 + "a"}]}, "32 hexadecimal digits"),
        ({"signals": [{"type": "photo", "value": "ab"}]}, "no signal type"),
        ({"signals": [{"type": "md5", "value": 5}]}, "signals.0.value"),
        ({"signals": [{"type": "md5", "value": "ab", "more": 1}]}, "signals.0.more"),
        ({"signals": [{"type": "md5", "value": "ab"}], "banks": []}, "banks"),
    ],
)
def test_what_has_the_wrong_form_is_refused_with_the_place(client, asked: dict, told: str) -> None:
    answer = client.post("/api/v1/lookup", json=asked)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_value")
    assert told in answer.json()["detail"]


def test_a_body_that_is_too_large_is_refused_before_it_is_read(client) -> None:
    answer = client.post("/api/v1/lookup", content=b" " * (5 << 20))
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_a_bank_that_is_not_there_is_told(client) -> None:
    answer = client.post("/api/v1/lookup", json=_ask(("md5", MD5), banks=["nowhere"]))
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_look_ups_are_counted_by_type_alone(client) -> None:
    client.post("/api/v1/lookup", json=_ask(("md5", MD5), ("md5", bytes(16)), ("pdq", _near(3))))
    figures = client.get("/metrics").text
    assert 'safelight_lookups_total{found="yes",type="md5"} 1.0' in figures
    assert 'safelight_lookups_total{found="no",type="md5"} 1.0' in figures
    assert MD5.hex() not in figures
