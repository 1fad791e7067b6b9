"""Banks and entries are read page by page; listed values only by who may see them."""

import pytest

import safelight
from safelight.banks.entry import NewEntry
from safelight.flow.banks import edits as banks
from safelight.roles import Permission
from safelight.testing.synthetic import paint_pixels

both = pytest.mark.usefixtures("either_database")

PDQ = safelight.hash_rgb(paint_pixels(3, width=200, height=160)).value
MD5 = bytes(range(16))
"""What the bank of these tests lists."""


@pytest.mark.few_on_postgresql
@both
def test_banks_are_listed_and_shown_with_their_counts(client) -> None:
    assert [bank["name"] for bank in client.get("/api/v1/banks").json()["items"]] == ["known", "other"]
    assert client.get("/api/v1/banks/known").json()["entries"] == {"md5": 1, "pdq": 1}
    assert client.get("/api/v1/banks/nowhere").status_code == 404


def test_values_are_shown_only_to_who_may_see_them(client, client_of, keys) -> None:
    told = client.get("/api/v1/banks/known/entries").json()["items"]
    assert {each["value"] for each in told} == {PDQ.hex(), MD5.hex()}
    reader = client_of(keys.add("reader", Permission.BANK_READ))
    assert all("value" not in each for each in reader.get("/api/v1/banks/known/entries").json()["items"])


@pytest.mark.few_on_postgresql
@both
def test_a_key_for_some_banks_sees_no_others(client_of, keys) -> None:
    client = client_of(keys.add("scoped", Permission.BANK_READ, banks=frozenset({"OTHER"})))
    assert [bank["name"] for bank in client.get("/api/v1/banks").json()["items"]] == ["other"]
    for path in ("/api/v1/banks/known", "/api/v1/banks/known/entries"):
        assert client.get(path).status_code == 403


@pytest.mark.few_on_postgresql
@both
def test_entries_come_page_by_page(client, house) -> None:
    entries = [NewEntry(signal_type="md5", value=bytes([number]) * 16) for number in range(5)]
    banks.add_entries(house.engine, house.clock, house.actor, bank="other", entries=entries)
    seen, after = [], ""
    while after is not None:
        page = client.get("/api/v1/banks/other/entries", params={"limit": 2, "after": after}).json()
        seen += [each["entry"] for each in page["items"]]
        after = page["next"]
    assert len(seen) == len(set(seen)) == 5


@pytest.mark.parametrize("asked", [{"limit": 0}, {"limit": 1001}, {"limit": "x"}, {"after": "x"}, {"after": "9" * 30}])
def test_a_page_of_no_sense_is_refused(client, asked: dict) -> None:
    assert client.get("/api/v1/banks/known/entries", params=asked).status_code == 422


@pytest.mark.few_on_postgresql
@both
def test_a_cursor_that_never_was_is_not_found(client) -> None:
    assert client.get("/api/v1/banks/known/entries", params={"after": 99}).status_code == 404
