"""A case of more than a page: the next one is exchanged in its place, and tells of its items what the first does."""

import pytest

from safelight.flow.review.flagging import flag
from safelight.review.flag import CameFrom, Category, NewFlag
from safelight.roles import EVERY_PERMISSION, Actor, ActorKind
from safelight.web.console.paging import ROWS

OPERATOR = Actor(kind=ActorKind.SYSTEM_USER, name="tester", permissions=EVERY_PERMISSION)


@pytest.fixture(scope="module")
def long_case(console, reviewing) -> int:
    """A case of as many complaints as two pages and one more."""
    told = NewFlag(came_from=CameFrom.USER, category=Category.SEXTORTION, content_id="chat", words="listen")
    desk = console.review_desk(OPERATOR)
    return {flag(desk, told, subject_id="much complained of").case_id for _ in range(2 * ROWS + 1)}.pop()


def test_htmx_is_given_the_list_and_the_frame_stays(browser, reviewing, long_case) -> None:
    browser.enter(reviewing.person())
    first = browser.get(f"/cases/{long_case}").text
    after = reviewing.items(long_case)[ROWS - 1]
    assert f'hx-get="/cases/{long_case}?after={after}" hx-target="#listing"' in first
    asked = {"hx-request": "true", "hx-target": "section#listing"}
    part = browser.get(f"/cases/{long_case}?after={after}", headers=asked).text
    assert part.strip().startswith('<section id="listing"')
    assert "<h1" not in part
    assert part.count('data-label="Item"') == ROWS


def test_every_complaint_is_told_on_whatever_page_it_is(browser, reviewing, long_case) -> None:
    browser.enter(reviewing.person())
    items, last = reviewing.items(long_case), reviewing.items(long_case)[-1]
    for after, count in ((0, ROWS), (items[ROWS - 1], ROWS), (items[2 * ROWS - 1], 1)):
        assert browser.get(f"/cases/{long_case}?after={after}").text.count(">Sextortion<") == count
    assert "Read what it says" in browser.get(f"/cases/{long_case}/items/{last}").text
