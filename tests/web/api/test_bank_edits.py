"""Banks are written by keys that may, all at once or not at all, and nobody undoes a change that they have not seen."""

from safelight.access.api_key import NewApiKey
from safelight.access.queries import find_key
from safelight.database.transaction import read
from safelight.flow.access import create_key
from safelight.roles import Permission

BANKS = "/api/v1/banks"


def test_a_bank_is_made_changed_and_deleted(client) -> None:
    made = client.post(BANKS, json={"name": "third", "reason": "a new list"})
    assert (made.status_code, made.json()["name"], made.json()["is_enabled"]) == (201, "third", True)
    patch = {"rollout": 500, "deconfirmed": "demote", "thresholds": {"pdq": 24}, "is_enabled": False, "name": "fourth"}
    changed = client.patch(f"{BANKS}/third", json=patch).json()
    assert {name: changed[name] for name in patch} == patch
    assert client.patch(f"{BANKS}/fourth", json={"thresholds": {"pdq": None}}).json()["thresholds"] == {}
    assert client.delete(f"{BANKS}/fourth").json() == {"deleted": "fourth"}
    assert client.get(f"{BANKS}/fourth").status_code == 404


def test_all_of_a_change_counts_or_nothing(client) -> None:
    before = client.get(f"{BANKS}/known").json()
    for patch, status in (({"rollout": 5, "name": "other"}, 409), ({"is_enabled": False, "is_allow_list": True}, 400)):
        assert client.patch(f"{BANKS}/known", json=patch).status_code == status
    assert client.get(f"{BANKS}/known").json() == before


def test_a_repeat_of_a_change_changes_nothing_and_leaves_nothing(client, acts) -> None:
    first = client.patch(f"{BANKS}/known", json={"rollout": 5, "is_enabled": False}).json()
    assert client.patch(f"{BANKS}/known", json={"rollout": 5, "is_enabled": False}).json() == first
    assert (client.post(BANKS, json={"name": "OTHER"}).json()["code"], len(acts("set_rollout"))) == (
        "already_exists",
        1,
    )


def test_who_saw_an_older_state_changes_nothing(client) -> None:
    seen = client.get(f"{BANKS}/known").headers["etag"]
    answer = client.patch(f"{BANKS}/known", json={"rollout": 5}, headers={"If-Match": seen})
    assert (answer.status_code, answer.headers["etag"] == seen) == (200, False)
    for late in (
        client.patch(f"{BANKS}/known", json={"rollout": 6}, headers={"If-Match": seen}),
        client.delete(f"{BANKS}/known", headers={"If-Match": seen}),
    ):
        assert (late.status_code, late.json()["code"]) == (412, "changed_meanwhile")
    told = client.get(f"{BANKS}/known")
    assert (told.json()["rollout"], told.headers["etag"]) == (5, answer.headers["etag"])


def test_who_did_it_and_why_is_on_record(client, acts) -> None:
    client.delete(f"{BANKS}/other", headers={"Safelight-Reason": "the list has ended"})
    (act,) = acts("delete_bank")
    assert (act.actor.name, act.reason) == ("all", "the list has ended")


def test_an_allow_list_suppresses_a_bank_until_it_does_not(client, client_of, keys) -> None:
    client.post(BANKS, json={"name": "harmless", "is_allow_list": True})
    path = f"{BANKS}/harmless/suppresses/known"
    for _ in range(2):
        assert client.put(path).json() == {"allow_list": "harmless", "bank": "known", "is_suppressed": True}
    assert client.get(f"{BANKS}/harmless").json()["suppresses"] == ["known"]
    scoped = client_of(keys.add("scoped", Permission.BANK_READ, banks=frozenset({"harmless"})))
    assert scoped.get(f"{BANKS}/harmless").json()["suppresses"] == []
    assert client.delete(path).json()["is_suppressed"] is False
    assert [client.delete(path).status_code, client.put(f"{BANKS}/known/suppresses/other").status_code] == [400, 400]


def test_a_key_for_some_banks_writes_no_others(client_of, keys) -> None:
    client = client_of(keys.add("scoped", Permission.BANK_WRITE, banks=frozenset({"other"})))
    refused = [
        client.post(BANKS, json={"name": "third"}),
        client.patch(f"{BANKS}/known", json={"rollout": 5}),
        client.patch(f"{BANKS}/other", json={"name": "third"}),
        client.delete(f"{BANKS}/known"),
        client.put(f"{BANKS}/other/suppresses/known"),
        client.post(f"{BANKS}/known/entries", json={"entries": [{"type": "md5", "value": "00" * 16}]}),
    ]
    assert {answer.status_code for answer in refused} == {403}
    assert client.patch(f"{BANKS}/other", json={"rollout": 5}).status_code == 200


def test_api_keys_follow_a_bank_that_is_renamed(client, house) -> None:
    new = NewApiKey(name="shop", role_name="service", bank_names=frozenset({"other"}))
    create_key(house.engine, house.clock, house.actor, new)
    client.patch(f"{BANKS}/other", json={"name": "renamed"})
    with read(house.engine) as tx:
        assert find_key(tx, "shop").bank_names == frozenset({"renamed"})


WRONG_PATCHES: list = [
    {},
    {"reason": "x"},
    {"rollout": -1},
    {"rollout": 10_001},
    {"rollout": "5"},
    {"deconfirmed": "x"},
    {"more": 1},
    {"thresholds": {"pdq": 65}},
    {"thresholds": {"md5": 1}},
    {"name": "a b"},
    {"reason": "x" * 1001, "rollout": 1},
]


def test_what_has_the_wrong_form_is_refused(client) -> None:
    for patch in WRONG_PATCHES:
        answer = client.patch(f"{BANKS}/known", json=patch)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_value"), patch
