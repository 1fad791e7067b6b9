"""Entries are added, shown, changed, released and removed one by one; values only to who may see them, on record."""

import pytest

import safelight
from safelight.banks.flood import FloodRule
from safelight.flow.banks.controls import count_matches
from safelight.roles import Permission
from safelight.testing.synthetic import paint_pixels

MD5 = bytes(range(16))
PDQ = safelight.hash_rgb(paint_pixels(3, width=200, height=160)).value


@pytest.fixture
def entry(client) -> int:
    """The PDQ entry of the bank `known`."""
    items = client.get("/api/v1/banks/known/entries").json()["items"]
    return next(each["entry"] for each in items if each["type"] == "pdq")


def test_signals_are_added_and_a_repeat_adds_nothing(client) -> None:
    entries = [{"type": "md5", "value": "ab" * 16, "label": "A1"}, {"type": "pdq", "value": "12" * 32}]
    first, again = (client.post("/api/v1/banks/other/entries", json={"entries": entries}).json() for _ in range(2))
    assert (first["added"], again["added"], again["already_there"]) == (2, 0, 2)
    assert client.get("/api/v1/banks/other").json()["entries"] == {"md5": 1, "pdq": 1}


def test_media_becomes_entries_that_match_it(client, listed) -> None:
    headers = {"Safelight-Entry": '{"label": "A1", "note": "by hand"}', "Safelight-Reason": "seen twice"}
    told = client.post("/api/v1/banks/other/entries/media", content=listed, headers=headers).json()
    assert (told["added"], told["types"]) == (4, ["md5", "pdq", "sha1", "sha256"])
    items = client.get("/api/v1/banks/other/entries").json()["items"]
    assert {(each["label"], each["note"]) for each in items} == {("A1", "by hand")}


def test_media_that_was_not_seen_wholly_becomes_no_entry(client, client_of, keys, listed) -> None:
    for media in (b"", listed[: len(listed) // 2]):
        answer = client.post("/api/v1/banks/other/entries/media", content=media)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_value")
    assert client.get("/api/v1/banks/other").json()["entries"] == {}
    writer = client_of(keys.add("writer", Permission.BANK_WRITE))
    assert writer.post("/api/v1/banks/other/entries/media", content=listed).status_code == 403


def test_an_entry_is_shown_with_what_was_set_for_it(client, client_of, keys, acts, entry) -> None:
    patch = {"opinion": "deconfirmed", "threshold": 12, "is_disabled": True, "reason": "it is a logo"}
    assert client.patch(f"/api/v1/entries/{entry}", json=patch).status_code == 200
    told = client.get(f"/api/v1/entries/{entry}").json()
    assert (told["bank"], told["opinion"], told["opinion_by"], told["threshold"]) == ("known", "deconfirmed", "all", 12)
    assert (told["is_disabled"], told["is_held"], told["value"]) == (True, True, PDQ.hex())
    reader = client_of(keys.add("reader", Permission.BANK_READ))
    assert "value" not in reader.get(f"/api/v1/entries/{entry}").json()
    assert [(each.actor.name, each.target) for each in acts("show_values")] == [("all", "bank:1")] * 2


def test_what_was_set_is_taken_back(client, entry) -> None:
    path = f"/api/v1/entries/{entry}"
    client.patch(path, json={"opinion": "confirmed", "threshold": 12, "is_disabled": True})
    told = client.patch(path, json={"opinion": None, "threshold": None, "is_disabled": False}).json()
    assert (told["opinion"], told["threshold"], told["is_disabled"]) == (None, None, False)
    until = client.patch(path, json={"is_disabled": True, "disabled_until": "2099-01-01T00:00:00Z"}).json()
    assert until["disabled_until"].startswith("2099-01-01")


def test_two_reviewers_do_not_undo_each_other_unseen(client, entry) -> None:
    path = f"/api/v1/entries/{entry}"
    seen = {"If-Match": client.get(path).headers["etag"]}
    assert client.patch(path, json={"opinion": "confirmed"}, headers=seen).status_code == 200
    late = client.patch(path, json={"opinion": "deconfirmed"}, headers=seen)
    assert (late.status_code, client.get(path).json()["opinion"]) == (412, "confirmed")


def test_what_is_removed_stays_on_record_and_matches_no_more(client, entry) -> None:
    removed = client.delete(f"/api/v1/entries/{entry}", headers={"Safelight-Reason": "withdrawn"}).json()
    assert (removed["is_held"], removed["withdrawn_at"] is not None) == (False, True)
    assert client.get(f"/api/v1/entries/{entry}").json()["is_held"] is False
    assert client.delete(f"/api/v1/entries/{entry}").status_code == 404
    assert client.patch(f"/api/v1/entries/{entry}", json={"threshold": 5}).status_code == 404


def test_quarantine_is_listed_and_ended_with_a_reason(client, client_of, keys, house, entry) -> None:
    rule = FloodRule(minimum=2, factor=2, days=1, first_day_minimum=2)
    count_matches(house.engine, house.clock, house.actor, counts={entry: 100}, rule=rule)
    (told,) = client.get("/api/v1/quarantine").json()["items"]
    assert (told["entry"], told["bank"], told["quarantined_at"] is not None) == (entry, "known", True)
    scoped = client_of(keys.add("scoped", Permission.BANK_READ, banks=frozenset({"other"})))
    assert scoped.get("/api/v1/quarantine").json()["items"] == []
    path = f"/api/v1/entries/{entry}/release"
    assert client.post(path, json={}).status_code == 422
    assert client.post(path, json={"reason": "a real find"}).json()["quarantined_at"] is None
    assert client.post(path, json={"reason": "once more"}).json()["code"] == "usage"


def test_entries_of_banks_that_a_key_is_not_for_are_not_there(client_of, keys, entry) -> None:
    scoped = client_of(keys.add("scoped", Permission.BANK_READ, Permission.BANK_WRITE, banks=frozenset({"other"})))
    path = f"/api/v1/entries/{entry}"
    answers = [
        scoped.get(path),
        scoped.patch(path, json={"opinion": "deconfirmed"}),
        scoped.delete(path),
        scoped.post(f"{path}/release", json={"reason": "x"}),
        scoped.get("/api/v1/entries/999"),
    ]
    assert {answer.status_code for answer in answers} == {404}


WRONG_PATCHES: list = [
    {},
    {"reason": "x"},
    {"threshold": 65},
    {"opinion": "x"},
    {"disabled_until": "2099-01-01T00:00:00Z"},
    {"is_disabled": True, "disabled_until": "2099-01-01"},
    {"is_disabled": True, "disabled_until": "2001-01-01T00:00:00Z"},
    {"is_disabled": "yes"},
]


def test_what_has_the_wrong_form_changes_nothing(client, entry) -> None:
    for patch in WRONG_PATCHES:
        answer = client.patch(f"/api/v1/entries/{entry}", json=patch)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_value"), patch


WRONG_ENTRIES: list = [
    [],
    [{"type": "md5", "value": "ab"}],
    [{"type": "md5"}],
    [{"type": "photo", "value": "ab" * 16}],
]


def test_signals_of_the_wrong_form_add_nothing(client) -> None:
    for entries in WRONG_ENTRIES:
        answer = client.post("/api/v1/banks/other/entries", json={"entries": entries})
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_value"), entries
