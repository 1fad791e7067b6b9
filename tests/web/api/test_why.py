"""Why something matches or not is told to keys that may know near misses, with every reason and no value."""

import pytest

import safelight
from safelight.flow.banks import edits as banks
from safelight.roles import Permission
from safelight.testing.synthetic import paint_pixels

PDQ = safelight.hash_rgb(paint_pixels(3, width=200, height=160)).value


def _near(bits: int) -> bytes:
    return (int.from_bytes(PDQ) ^ ((1 << bits) - 1)).to_bytes(32)


def _why(client, value: bytes = PDQ, **more):
    return client.post("/api/v1/why", json={"signal": {"type": "pdq", "value": value.hex()}, **more})


@pytest.fixture
def entry(client) -> int:
    """The PDQ entry of the bank `known`."""
    items = client.get("/api/v1/banks/known/entries").json()["items"]
    return next(each["entry"] for each in items if each["type"] == "pdq")


def test_a_miss_is_explained_with_what_lay_near(client, entry) -> None:
    told = _why(client, _near(40)).json()
    assert (told["verdict"], told["is_searched"], told["compared"]) == ("no_known_match", True, {"pdq": 1})
    assert {each["bank"] for each in told["searched"]} == {"known", "other"}
    (near,) = told["considered"]
    assert (near["entry"], near["control"], near["distance"]) == (entry, "threshold", 40)


def test_a_disabled_bank_is_told_as_what_was_left_out(client, house) -> None:
    banks.disable_bank(house.engine, house.clock, house.actor, bank="known")
    told = _why(client).json()
    while told["left_out"] == []:  # the bank is followed within a moment
        told = _why(client).json()
    assert told["left_out"] == [{"bank": "known", "control": "disabled"}]
    assert (told["verdict"], told["is_searched"], told["considered"][0]["control"]) == (
        "not_scanned",
        False,
        "disabled",
    )


def test_media_is_explained_and_not_kept(client, listed, entry) -> None:
    told = client.post("/api/v1/why/media", content=listed, params={"bank": "known", "entry": entry}).json()
    assert (told["verdict"], told["entry"]["is_match"], told["entry"]["entry"]) == ("near", True, entry)
    assert {each["type"] for each in told["signals"]} == {"md5", "sha1", "sha256", "pdq"}
    assert not any("value" in each for each in told["signals"])
    assert [each["bank"] for each in told["searched"]] == ["known"]
    assert client.get("/api/v1/cases").json()["items"] == []


def test_one_entry_is_explained_whatever_became_of_it(client, house, entry) -> None:
    banks.remove_entry(house.engine, house.clock, house.actor, entry_id=entry)
    told = _why(client, _near(128), entry=entry).json()["entry"]
    assert (told["is_match"], told["distance"], told["is_held"]) == (False, 128, False)
    assert _why(client, entry=999).status_code == 404


def test_no_value_is_told_and_distances_only_to_who_may_know(client_of, keys, entry, listed) -> None:
    asking = client_of(keys.add("asking", Permission.MATCH_NEAR_MISS))
    answers = [
        _why(asking, _near(40), entry=entry),
        asking.post("/api/v1/why/media", content=listed, params={"entry": entry}),
    ]
    for answer in answers:
        assert "distance" not in answer.json()["entry"]
        assert not {PDQ.hex(), _near(40).hex()} & set(answer.text.replace('"', " ").split())
    assert "distance" not in answers[0].json()["considered"][0]


def test_each_explanation_is_on_record_before_it_is_given(client, entry, acts) -> None:
    _why(client, entry=entry)
    _why(client)
    assert [act.target for act in acts("explain_match")] == [f"entry:{entry}", "actor:all"]
    _why(client, entry=999)
    assert len(acts("explain_match")) == 2


def test_a_key_for_some_banks_is_told_of_no_others(client_of, keys, entry) -> None:
    scoped = client_of(keys.add("scoped", Permission.MATCH_NEAR_MISS, banks=frozenset({"other"})))
    told = _why(scoped)
    assert (told.json()["considered"], told.json()["left_out"], '"known"' in told.text) == ([], [], False)
    assert _why(scoped, entry=entry).status_code == 404
    assert _why(scoped, banks=["known"]).status_code == 403
    assert scoped.post("/api/v1/why/media", content=b"x", params={"bank": "known"}).status_code == 403


def test_what_has_the_wrong_form_is_refused(client) -> None:
    for body in (
        {},
        {"signal": {"type": "pdq", "value": "ab"}},
        {"signal": {"type": "md5", "value": "ab" * 16}, "x": 1},
    ):
        assert client.post("/api/v1/why", json=body).status_code == 422
    assert client.post("/api/v1/why/media", content=b"x", params={"entry": "x"}).status_code == 422
    assert client.post("/api/v1/why/media", content=b"x", params={"bank": "nowhere"}).status_code == 404
