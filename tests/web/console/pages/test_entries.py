"""An entry says where it is from and how it stands; opinions and switches take a reason; values are told on record."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import insert

from safelight.banks.control import EntryControl, Opinion
from safelight.banks.standing import find_standing
from safelight.banks.store import control_rows
from safelight.banks.store.tables import hourly_counts
from safelight.database.transaction import read, write
from safelight.flow.banks import edits as banks


@pytest.fixture
def path(records) -> str:
    return f"/banks/records/entries/{records.entries['md5']}"


def standing_of(records):
    with read(records.console.engine) as tx:
        return find_standing(tx, records.entries["md5"])


def test_an_entry_shows_where_it_is_from_as_text(admins, records, path, is_escaped) -> None:
    page = admins.get(path).text
    assert is_escaped(page)
    assert "file-4" in page
    assert "Nobody here has recorded an opinion" in page
    assert "As its list says" in page
    assert bytes(range(16)).hex() not in page


def test_an_entry_counts_what_it_matched(admins, records, path, console) -> None:
    with write(console.engine) as tx:
        hour = console.clock.now().replace(minute=0, second=0, microsecond=0)
        tx.execute(insert(hourly_counts).values(entry_id=records.entries["md5"], hour=hour, media=7))
    page = admins.get(path).text
    assert "7 files" in page
    assert "1 item" in page
    assert "Nothing is settled yet" in page


def test_an_opinion_is_recorded_with_a_reason_and_taken_back(admins, records, path) -> None:
    assert "It is a mistake of its list" in admins.get(f"{path}/opinion").text
    for wrong in ({"opinion": "deconfirmed"}, {"opinion": "odd", "reason": "why"}, {"reason": "why"}):
        assert admins.submit(f"{path}/opinion", **wrong).status_code == 422
    assert admins.submit(f"{path}/opinion", opinion="deconfirmed", reason="a logo <b>").headers["location"] == path
    page = admins.get(path).text
    assert "The opinion is recorded." in page
    assert "a logo &lt;b&gt;" in page
    assert "found to be a mistake here" in page
    assert standing_of(records).control.opinion is Opinion.DECONFIRMED
    admins.submit(f"{path}/opinion", opinion="none", reason="looked again")
    assert standing_of(records).control is None


def test_an_entry_is_switched_off_until_a_day_and_on_again(admins, records, path) -> None:
    assert 'name="to" value="off"' in admins.get(f"{path}/switch").text
    assert admins.submit(f"{path}/switch", to="off", until="soon", reason="why").status_code == 422
    assert admins.submit(f"{path}/switch", to="off", until="2099-01-31").status_code == 422
    assert admins.submit(f"{path}/switch", to="off", until="2099-01-31", reason="noisy").status_code == 303
    assert standing_of(records).entry.disabled_until == datetime(2099, 1, 31, tzinfo=UTC)
    assert "disabled" in admins.get(path).text
    assert 'name="to" value="on"' in admins.get(f"{path}/switch").text
    admins.submit(f"{path}/switch", to="on", reason="quiet now")
    assert not standing_of(records).entry.disabled


def test_an_entry_leaves_quarantine_with_a_reason_and_only_from_there(admins, records, path, console) -> None:
    refused = admins.submit(f"{path}/release", reason="why")
    assert refused.status_code == 400
    assert "not in quarantine" in refused.text
    with write(console.engine) as tx:
        bank_id, now = standing_of(records).entry.bank_id, console.clock.now()
        held = {"quarantined_at": now, "quarantine_reason": "flood <b>"}
        control_rows.put_control(tx, EntryControl(entry_id=records.entries["md5"], bank_id=bank_id, **held))
    page = admins.get(path).text
    assert f'href="{path}/release"' in page
    assert "flood &lt;b&gt;" in page
    assert "flood &lt;b&gt;" in admins.get("/banks/records").text
    assert admins.submit(f"{path}/release").status_code == 422
    assert admins.submit(f"{path}/release", reason="it is right").status_code == 303
    assert not standing_of(records).control.is_quarantined


def test_a_value_is_shown_to_whom_it_may_be_and_on_record(admins, browser, enrol, records, path) -> None:
    page = admins.get(f"{path}/value").text
    assert bytes(range(16)).hex() in page
    assert "show_values" in admins.get("/audit?verb=show_values").text
    browser.enter(enrol("lead@entries.example.org", "lead"))
    assert browser.get(f"{path}/value").status_code == 403
    assert "/value" not in browser.get(path).text


def test_an_entry_is_found_under_its_own_bank_alone(admins, console, by_hand, records) -> None:
    banks.create_bank(console.engine, console.clock, by_hand, name="another")
    number = records.entries["md5"]
    for act in ("", "/opinion", "/switch", "/release", "/value"):
        assert admins.get(f"/banks/another/entries/{number}{act}").status_code == 404
        assert admins.get(f"/banks/RECORDS/entries/{number}{act}").status_code == 200
    for act in ("opinion", "switch", "release"):
        sent = {"opinion": "confirmed", "to": "off", "reason": "why"}
        assert admins.submit(f"/banks/another/entries/{number}/{act}", **sent).status_code == 404
    assert admins.get("/banks/records/entries/99999999999999999999").status_code == 404


@pytest.mark.parametrize("role", ["auditor", "reviewer", "analyst"])
def test_whoever_may_only_look_changes_nothing(role: str, browser, enrol, records, path) -> None:
    browser.enter(enrol(f"{role}@entries.example.org", role))
    page = browser.get(path).text
    assert not any(f"{path}/{act}" in page for act in ("opinion", "switch", "release", "value"))
    for act in ("opinion", "switch", "release"):
        assert browser.submit(f"{path}/{act}", opinion="confirmed", to="off", reason="why").status_code == 403


def test_a_replaced_or_withdrawn_entry_says_so(admins, records, console, by_hand) -> None:
    number = records.entries["pdq"]
    banks.remove_entry(console.engine, console.clock, by_hand, entry_id=number, reason="why")
    page = admins.get(f"/banks/records/entries/{number}").text
    assert "taken out of its bank" in page
    assert "/opinion" not in page
