"""Nothing of media, no listed value and nothing personal goes into a log by pages of records, also where they fail."""

import logging

import pytest

from safelight.flow.review.flagging import flag
from safelight.review.flag import Category, NewFlag
from safelight.web.console.door import Door
from safelight.web.logs import set_up_logs

WORDS = "the words of somebody's reason"


@pytest.fixture
def logged(logs_as_before, capfd):
    """Begin a log within the test, for standard error is another one while fixtures are made; give what reads it."""

    def begin():
        set_up_logs("debug")
        return read_log

    def read_log() -> str:
        logging.getLogger("safelight").warning("the log is read")
        written = "".join(capfd.readouterr())
        assert "the log is read" in written, "what is written is not what is read here"
        return written

    return begin


def paths(records) -> list[str]:
    bank, evidence = f"/banks/{records.bank}", f"/evidence/{records.evidence}"
    case, entry = f"/cases/{records.case}", f"{bank}/entries/{records.entries['md5']}"
    return [
        *("/banks", bank, entry, f"{entry}/value", f"{entry}/opinion", "/evidence", evidence, f"{evidence}/manifest"),
        *(f"{evidence}/hold", f"{evidence}/destroy", f"{case}/sheet", f"{case}/items/{records.item}/why"),
        *("/audit", "/audit?actor=rosa-the-reader@example.org", "/audit/1", "/audit/check?run=on"),
    ]


def private(records) -> list[str]:
    """What a log may not say: a listed value, what a platform and somebody here wrote, who looked."""
    return [bytes(range(16)).hex(), "alert(", WORDS, "rosa-the-reader", "@example.org", "sealed bytes of a test"]


def test_pages_and_acts_leave_nothing_in_the_log(admins, records, logged) -> None:
    read_log = logged()
    for path in paths(records):
        assert admins.get(path).status_code == 200, path
    entry, evidence = f"/banks/records/entries/{records.entries['md5']}", f"/evidence/{records.evidence}"
    for path, sent in (
        (f"{entry}/opinion", {"opinion": "confirmed"}),
        (f"{entry}/switch", {"to": "off"}),
        (f"{evidence}/manifest", {"purpose": "report"}),
        (f"{evidence}/hold", {"kind": "law_enforcement", "reference": WORDS}),
        (f"{evidence}/hold", {"kind": "law_enforcement"}),
        ("/banks/records/switch", {"to": "off", "version": "0"}),
    ):
        assert admins.submit(path, reason=WORDS, **sent).status_code < 500, path
    told = read_log()
    assert [each for each in private(records) if each in told] == []


def test_a_fault_of_ours_leaves_nothing_of_what_it_was_about_in_the_log(admins, records, logged, monkeypatch) -> None:
    read_log = logged()

    def broken(*_args, **_more):
        raise RuntimeError(f"{WORDS} {bytes(range(16)).hex()}")

    for place in (
        "safelight.web.console.pages.entries.find_standing",
        "safelight.web.console.pages.evidence.find_evidence",
        "safelight.web.console.pages.audit.list_banks",
        "safelight.web.console.pages.case_sheets.write_sheet",
        "safelight.web.console.item_view.find_case",
    ):
        monkeypatch.setattr(place, broken)
    for path in paths(records)[2:]:
        answer = admins.get(path)
        assert answer.status_code in {200, 500}
        assert WORDS not in answer.text
    told = read_log()
    assert [each for each in private(records) if each in told] == []


def test_reviewing_leaves_no_picture_and_no_word_that_anybody_wrote_in_the_log(
    browser, reviewing, logged, monkeypatch
) -> None:
    read_log = logged()
    person, subject = reviewing.person(), "the-account-of-somebody"
    case = reviewing.case(reviewing.seal(reviewing.picture()), subject=subject, content_id="their-upload")
    told = NewFlag(category=Category.ENTICEMENT, words=WORDS, complainant="a-pupil", place="room 12")
    complaint = flag(reviewing.desk(reviewing.person("lead")), told, subject_id=subject).item_id
    item, browser = f"/cases/{case}/items/{reviewing.items(case)[0]}", browser.enter(person)
    browser.submit(f"/cases/{case}/claim")
    shown = [browser.submit(f"{item}/show", level=str(level), reason=WORDS).text for level in (0, 1, 2, 4)]
    browser.submit(f"{item}/show", level="1", frame="x", reason=WORDS)
    browser.submit(f"/cases/{case}/items/{complaint}/complaint")
    browser.submit(f"/cases/{case}/imminent", reason=WORDS)
    browser.submit(f"/cases/{case}/draft", reasons=WORDS)
    browser.submit(f"/cases/{case}/decide", finding="nonsense", reasons=WORDS)

    def broken(*_args, **_more):
        raise RuntimeError(f"{WORDS} {subject}")

    monkeypatch.setattr("safelight.web.console.pages.deciding.decide", broken)
    answer = browser.submit(f"/cases/{case}/decide", finding="unsure", reasons=WORDS)
    assert answer.status_code == 500
    assert WORDS not in answer.text
    browser.get(f"/cases?subject={subject}")
    picture = shown[2].partition("base64,")[2][:80]
    assert len(picture) == 80
    log = read_log()
    private = (WORDS, subject, "their-upload", "a-pupil", "room 12", picture, "base64", person.name)
    assert [each for each in private if each in log] == []


def test_every_page_of_records_is_among_these(door: Door, records) -> None:
    rooms = {"banks", "evidence", "audit"}
    assert {rule.path.split("/")[1] for rule in door.rules} & rooms == rooms
