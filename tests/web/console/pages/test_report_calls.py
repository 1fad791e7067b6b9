"""What was said to an authority, and what it answered, can be read by whoever writes or lets reports go."""

import re
from datetime import timedelta

import pytest

from safelight.database.transaction import read, write
from safelight.reporting import queries, steps
from safelight.roles import EVERY_PERMISSION, Actor, ActorKind


@pytest.fixture(scope="module")
def people(reviewing):
    """Somebody who writes reports, and somebody who may approve them."""
    return reviewing.person("reporter"), reviewing.person("lead")


@pytest.fixture
def filed(bureau, people):
    """A report that was filed."""
    report = bureau.approved(bureau.case(), *people)
    bureau.work()
    return bureau.find(report.id)


def test_each_call_on_the_reports_page_leads_to_its_words(browser, console, people, filed) -> None:
    paths = re.findall(r'href="(/reports/\d+/calls/\d+)"', browser.enter(people[0]).get(f"/reports/{filed.id}").text)
    assert len(paths) == 4
    finish, describe, upload, opened = (browser.get(each).text for each in paths)
    assert f"&lt;report mark=&#39;{filed.mark}&#39;&gt;" in opened
    assert "&lt;said/&gt;" in opened
    with read(console.engine) as tx:
        call = queries.calls_of(tx, filed.id)[0]
    assert all(each in opened for each in (call.sent_sha256, call.received_sha256, "req-open", "HTTP 200"))
    assert "The bytes of the file, which are kept once, as evidence." in upload
    assert "&lt;fileDetails&gt;" in describe
    assert "Nothing but the call itself." in finish


def test_who_only_reads_reports_is_told_of_calls_without_their_words(browser, bureau, filed) -> None:
    auditor = bureau.reviewing.person("auditor")
    [path, *_] = re.findall(r'href="(/reports/\d+/calls/\d+)"', browser.enter(auditor).get(f"/reports/{filed.id}").text)
    page = browser.get(path).text
    assert "The words are shown to whoever writes or approves reports." in page
    assert "req-finish" in page
    assert "&lt;said/&gt;" not in page


def test_a_call_of_another_report_is_not_there(browser, console, people, bureau, filed) -> None:
    other = bureau.draft(bureau.case(), people[0])
    with read(console.engine) as tx:
        call = queries.last_call(tx, filed.id)
    assert browser.enter(people[0]).get(f"/reports/{other.id}/calls/{call.id}").status_code == 404
    assert browser.get(f"/reports/{filed.id}/calls/0").status_code == 404


def test_once_a_report_is_erased_the_page_of_a_call_says_so(browser, console, people, filed) -> None:
    with read(console.engine) as tx:
        call = queries.last_call(tx, filed.id)
    operator = Actor(kind=ActorKind.SYSTEM_USER, name="tester", permissions=EVERY_PERMISSION)
    with write(console.engine) as tx:
        before = console.clock.now() + timedelta(days=1)
        assert steps.erase_ended(tx, console.clock, operator, before=before)
    page = browser.enter(people[0]).get(f"/reports/{filed.id}/calls/{call.id}").text
    assert "it was erased" in page
    assert call.received_sha256 in page
    assert "&lt;said/&gt;" not in page
