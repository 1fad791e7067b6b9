"""Why something is in a case: what was recorded then, beside how it stands now, to whom each may be told."""

from sqlalchemy import update

from safelight.audit.queries import Search, search_entries
from safelight.banks.control import Opinion
from safelight.database.transaction import read, write
from safelight.flow.banks import controls
from safelight.flow.banks import edits as banks
from safelight.review.store.tables import matches


def test_each_match_says_what_was_recorded_and_how_it_stands_now(browser, enrol, records, console, by_hand) -> None:
    browser.enter(enrol("why@example.org", "reviewer"))
    path, who = f"/cases/{records.case}/items/{records.item}/why", (console.engine, console.clock, by_hand)
    page = browser.get(path).text
    assert "The same MD5" in page
    assert "22 of 256 bits differ" in page
    assert "mirrored left to right" in page
    assert page.count("up to 31 bits") == 2
    assert "As when it matched" in page
    assert "3 more matches are not listed" in page
    assert f"/banks/records/entries/{records.entries['pdq']}" in page
    number = records.entries["pdq"]
    controls.set_entry_threshold(*who, entry_id=number, distance=10, reason="why")
    controls.set_opinion(*who, entry_id=number, opinion=Opinion.DECONFIRMED, reason="a logo")
    controls.set_rollout(*who, bank="records", share=5000, reason="why")
    banks.disable_bank(*who, bank="records", reason="why")
    page = browser.get(path).text
    assert "up to 31 bits" in page
    assert "up to 10 bits" in page
    assert "found to be a mistake here" in page
    assert "its bank is disabled" in page
    assert "50 %" in page


def test_how_near_a_match_is_and_how_lists_stand_is_told_to_whom_it_may_be(browser, enrol, records) -> None:
    path = f"/cases/{records.case}/items/{records.item}/why"
    auditor = browser.enter(enrol("auditor@why.example.org", "auditor")).get(path).text
    assert "22 of 256" not in auditor
    assert "up to" not in auditor
    assert "match:distance" in auditor
    assert "/banks/records" in auditor
    reporter = browser.enter(enrol("reporter@why.example.org", "reporter")).get(path).text
    assert "/banks/records" not in reporter
    assert "found to be a mistake" not in reporter
    assert browser.enter(enrol("analyst@why.example.org", "analyst")).get(path).status_code == 403


def test_that_distances_were_told_is_on_record(browser, enrol, records, console) -> None:
    path = f"/cases/{records.case}/items/{records.item}/why"
    for name, role, count in (("blind", "auditor", 0), ("told", "reviewer", 1)):
        browser.enter(enrol(f"{name}@why.example.org", role)).get(path)
        with read(console.engine) as tx:
            search = Search(target=f"case:{records.case}", verb="explain_match", actor=f"{name}@why.example.org")
            found = search_entries(tx, search).entries
        assert [dict(each.details) for each in found] == [{"item": records.item, "distances": 1}] * count


def test_an_item_is_found_in_its_own_case_alone(admins, records) -> None:
    for case, item in ((records.case + 1, records.item), (records.case, 999), (records.case, 2**63)):
        assert admins.get(f"/cases/{case}/items/{item}/why").status_code == 404


def test_what_matched_nothing_says_how_it_came(admins, records) -> None:
    page = admins.get(f"/cases/{records.case}/items/{records.complaint}/why").text
    assert "Somebody complained of it" in page
    assert "Nothing matched it" in page


def test_an_entry_that_this_database_never_held_is_said_to_be_unknown(admins, records, console) -> None:
    with write(console.engine) as tx:
        tx.execute(update(matches).where(matches.c.signal_type == "md5").values(entry_id=4711))
    page = admins.get(f"/cases/{records.case}/items/{records.item}/why").text
    assert "not known to this database any more" in page
