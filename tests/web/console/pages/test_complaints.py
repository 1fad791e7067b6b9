"""Complaints by letter or telephone, and cases by hand: each opens a case or joins one."""

from datetime import UTC, datetime

import pytest

from safelight.database.transaction import read
from safelight.review import queries
from safelight.review.decision_queries import flags_of
from safelight.review.queue_queries import find_standing


def case_of(answer) -> int:
    return int(answer.headers["location"].rpartition("/")[2])


def test_a_complaint_opens_a_case_and_the_next_joins_it(browser, enrol, console) -> None:
    browser.enter(enrol("lead@complaints.example.org", "lead"))
    assert browser.get("/flags/add").status_code == 200
    told = {
        "category": "enticement", "came_from": "partner", "subject_id": "account-1", "content_id": "chat-5",
        "place": "room 12", "words": "asks for\r\npictures", "complainant": "account-9", "deadline": "2030-01-31T12:00",
    }  # fmt: skip
    case = case_of(browser.submit("/flags/add", **told))
    with read(console.engine) as tx:
        (flag,) = flags_of(tx, case)
        standing = find_standing(tx, case)
        assert queries.find_case(tx, case).about.subject_id == "account-1"
    assert (flag.category.value, flag.came_from.value) == ("enticement", "partner")
    assert standing.facts.deadline_at == datetime(2030, 1, 31, 12, tzinfo=UTC)
    case_of(browser.submit("/flags/add", subject_id="account-1", deadline="2030-01-31T12:00+02:00"))
    with read(console.engine) as tx:
        assert find_standing(tx, case).facts.deadline_at == datetime(2030, 1, 31, 10, tzinfo=UTC)
    assert case_of(browser.submit("/flags/add", subject_id="account-1")) == case


@pytest.mark.parametrize(
    "fields", [{"words": "about what?"}, {"subject_id": "a" * 501}, {"subject_id": "a", "deadline": "tomorrow"}]
)
def test_a_complaint_that_cannot_be_taken_in_stays_entered(browser, enrol, fields) -> None:
    browser.enter(enrol(f"odd-{len(str(fields))}@complaints.example.org", "lead"))
    answer = browser.submit("/flags/add", category="infant", **fields)
    assert answer.status_code == 422
    assert 'value="infant" selected' in answer.text
    assert 'id="subject_id-fault"' in answer.text


def test_a_case_is_opened_by_hand_with_a_reason(browser, enrol, console) -> None:
    browser.enter(enrol("rosa@complaints.example.org", "reviewer"))
    case = case_of(browser.submit("/cases/open", subject_id=" account-2 ", content_id="post-1", reason="a call"))
    with read(console.engine) as tx:
        assert queries.find_case(tx, case).about.subject_id == "account-2"
        assert [item.content_id for item in queries.page_items(tx, case)] == ["post-1"]
    for fields, field in (
        ({"subject_id": "account-3", "reason": " "}, "reason"),
        ({"subject_id": "", "reason": "so"}, "subject_id"),
        ({"subject_id": "account-3", "evidence": "0" * 32, "reason": "so"}, "evidence"),
    ):
        answer = browser.submit("/cases/open", **fields)
        assert answer.status_code in {404, 422}
        assert f'id="{field}-fault"' in answer.text


def test_the_day_leads_to_what_somebody_may_take_in(browser, another, enrol) -> None:
    page = browser.enter(enrol("lina@complaints.example.org", "lead")).get("/").text
    assert 'href="/flags/add"' in page
    page = another.enter(enrol("rob@complaints.example.org", "reviewer")).get("/").text
    assert 'href="/flags/add"' not in page
    assert 'href="/cases/open"' in page
