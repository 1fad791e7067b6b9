"""The sheet tells the facts of a case and no picture, no value and no words; and nothing to who still has to read."""

import pytest

from safelight.audit.queries import page_entries
from safelight.database.transaction import read
from safelight.review.decision import Annotation


@pytest.fixture
def path(records) -> str:
    return f"/cases/{records.case}/sheet"


def test_the_sheet_has_the_facts_and_nothing_else(admins, records, path, is_escaped) -> None:
    page = admins.get(path).text
    assert is_escaped(page)
    for told in (
        "records entry",
        "22 bits of 31 allowed",
        records.evidence,
        "Enticement",
        "from a user",
        "Under review",
    ):
        assert told in page
    assert "No decision is to be seen." in page
    assert "Something is not decided on yet" in page
    assert "<img" not in page
    assert bytes(range(16)).hex() not in page


def test_that_a_sheet_was_made_is_on_record(admins, records, path, console) -> None:
    admins.get(path)
    with read(console.engine) as tx:
        last = page_entries(tx, target=f"case:{records.case}", limit=1000)[-1]
    assert (last.verb, last.actor.name.partition("-")[0]) == ("make_case_sheet", "admin")
    assert admins.get("/cases/999/sheet").status_code == 404
    assert admins.get("/cases/99999999999999999999/sheet").status_code == 404


def test_whoever_still_has_to_read_is_not_told_what_the_first_one_found(browser, enrol, records, path) -> None:
    people = {name: enrol(f"{name}@sheet.example.org", role) for name, role in
              (("ann", "reviewer"), ("bob", "reviewer"), ("leo", "lead"), ("ida", "auditor"))}  # fmt: skip
    records.decide("ann@sheet.example.org", annotations=frozenset({Annotation.VIRAL}))
    own = browser.enter(people["ann"]).get(path).text
    assert "NCMEC A1".casefold() in own.casefold()
    for name in ("bob", "leo", "ida"):
        blind = browser.enter(people[name]).get(path).text
        assert "Waits for a second reader" in blind
        assert "No decision is to be seen." in blind
        for told in ("ann@", "viral", "confirmed", "Child sexual abuse material"):
            assert told not in blind.partition('id="decisions"')[2].partition('id="flags"')[0], (name, told)
    records.decide("bob@sheet.example.org", annotations=frozenset({Annotation.VIRAL}))
    settled = browser.enter(people["ida"]).get(path).text
    for told in ("ann@sheet.example.org", "bob@sheet.example.org", "first reader", "second reader", "viral", "A1"):
        assert told in settled
    assert settled.count("agrees with what holds") == 1
    assert "does not hold" not in settled
    assert "Something is not decided on yet" not in settled


def test_sums_of_pictures_are_told_to_whom_the_log_is_open(browser, enrol, records, path) -> None:
    auditor = browser.enter(enrol("sums@sheet.example.org", "auditor")).get(path).text
    assert "Thumbnail, grey and blurred</dt><dd>0" in auditor
    assert "22 bits" not in auditor
    reviewer = browser.enter(enrol("own@sheet.example.org", "reviewer")).get(path).text
    assert "Thumbnail" not in reviewer
    assert "audit:read" in reviewer
    assert browser.enter(enrol("none@sheet.example.org", "analyst")).get(path).status_code == 403
