"""Banks are listed with what each is; no list shows a value; who may, switches one off and on, and says why."""

import pytest

from safelight.banks import queries
from safelight.banks.entry import NewEntry
from safelight.database.transaction import read
from safelight.flow.banks import controls
from safelight.flow.banks import edits as banks


def version_of(console, name: str) -> int:
    with read(console.engine) as tx:
        return queries.find_bank(tx, name).version


def test_banks_are_listed_with_what_each_is(admins, records, console, by_hand) -> None:
    who = (console.engine, console.clock, by_hand)
    banks.create_bank(*who, name="allowed", is_allow_list=True)
    controls.mark_verified(*who, bank="records", authority="Hotline <b>", reason="they said so")
    controls.set_rollout(*who, bank="records", share=1250, reason="slowly")
    page = admins.get("/banks").text
    assert 'href="/banks/records"' in page
    assert "Hotline &lt;b&gt;" in page
    assert "12.5 %" in page
    assert "1 <code>md5</code>, 1 <code>pdq</code>" in page
    assert "Allow-list" in page
    assert "Nothing was read twice yet" in page


def test_a_bank_shows_its_facts_and_entries_and_no_value(admins, records) -> None:
    page = admins.get("/banks/records").text
    assert "matches up to 31 bits away" in page
    assert "compared for equality alone" in page
    assert f'href="/banks/records/entries/{records.entries["md5"]}"' in page
    assert bytes(range(8)).hex() not in page
    one = admins.get("/banks/records?type=pdq").text
    assert one.count('data-label="Entry"') == 1
    assert admins.get("/banks/records?type=odd").text.count('data-label="Entry"') == 2
    assert admins.get("/banks/nowhere").status_code == 404


def test_the_entries_of_a_bank_are_paged(admins, console, by_hand, records) -> None:
    who = (console.engine, console.clock, by_hand)
    banks.create_bank(*who, name="long")
    banks.add_entries(
        *who, bank="long", entries=[NewEntry(signal_type="md5", value=n.to_bytes(16, "big")) for n in range(1, 56)]
    )
    first = admins.get("/banks/long").text
    assert first.count('data-label="Entry"') == 50
    last = first.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0]
    assert admins.get(last).text.count('data-label="Entry"') == 5
    fragment = admins.get(last, headers={"hx-request": "true", "hx-target": "listing"}).text
    assert fragment.lstrip().startswith('<div id="listing">')


def test_a_bank_is_switched_off_and_on_with_a_reason(admins, records, console) -> None:
    page = admins.get("/banks/records/switch").text
    assert 'name="to" value="off"' in page
    seen = str(version_of(console, "records"))
    refused = admins.submit("/banks/records/switch", to="off", version=seen, reason="  ")
    assert refused.status_code == 422
    assert "Say why" in refused.text
    answer = admins.submit("/banks/records/switch", to="off", version=seen, reason="too many {{ 7 * 7 }}")
    assert answer.headers["location"] == "/banks/records"
    assert "The bank does not match any more." in admins.get("/banks/records").text
    with read(console.engine) as tx:
        assert not queries.find_bank(tx, "records").is_enabled
    again = {"to": "on", "reason": "right after all", "version": str(version_of(console, "records"))}
    assert admins.submit("/banks/records/switch", **again).status_code == 303
    assert "too many {{ 7 * 7 }}" in admins.get("/audit?verb=disable_bank").text


def test_who_saw_an_older_bank_is_told_and_changes_nothing(admins, records, console, by_hand) -> None:
    seen = str(version_of(console, "records"))
    controls.set_rollout(console.engine, console.clock, by_hand, bank="records", share=5000, reason="meanwhile")
    answer = admins.submit("/banks/records/switch", to="off", version=seen, reason="why")
    assert answer.status_code == 412
    assert "changed_meanwhile" in answer.text
    with read(console.engine) as tx:
        assert queries.find_bank(tx, "records").is_enabled


@pytest.mark.parametrize("role", ["auditor", "reviewer"])
def test_whoever_may_only_look_is_offered_nothing(role: str, browser, enrol, records) -> None:
    browser.enter(enrol(f"{role}@banks.example.org", role))
    page = browser.get("/banks/records").text
    assert "/switch" not in page
    assert ("/audit?target=bank" in page) == (role == "auditor")
    assert browser.get("/banks/records/switch").status_code == 403
