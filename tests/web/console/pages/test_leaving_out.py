"""What somebody leaves out for now is not in their list and not what they are given next; nothing of it is kept."""

import pytest

from safelight.flow.review.flagging import flag
from safelight.review.flag import Category, NewFlag
from safelight.roles import EVERY_PERMISSION, Actor, ActorKind

OPERATOR = Actor(kind=ActorKind.SYSTEM_USER, name="tester", permissions=EVERY_PERMISSION)


@pytest.fixture(scope="module")
def cases(console) -> dict[Category, int]:
    desk = console.review_desk(OPERATOR)
    wanted = (Category.SEXTORTION, Category.INFANT, Category.TRAFFICKING)
    return {
        each: flag(desk, NewFlag(category=each, content_id="x"), subject_id=f"of {each}").case_id for each in wanted
    }


def test_it_is_in_neither_the_list_nor_what_comes_next(browser, reviewing, cases) -> None:
    browser.enter(reviewing.person())
    page = browser.get("/queue?without=sextortion&without=infant").text
    assert f'href="/cases/{cases[Category.TRAFFICKING]}"' in page
    for each in (Category.SEXTORTION, Category.INFANT):
        assert f'href="/cases/{cases[each]}"' not in page
        assert f'<input type="hidden" name="without" value="{each.value}">' in page
        assert f'name="without" value="{each.value}" checked' in page
    given = browser.submit("/queue/next", without=["sextortion", "infant"])
    assert given.headers["location"] == f"/cases/{cases[Category.TRAFFICKING]}"
    nothing = browser.submit("/queue/next", without=["sextortion", "infant"])
    assert nothing.headers["location"] == "/queue?without=infant&without=sextortion"
    whole = browser.get("/queue").text
    assert all(f'href="/cases/{cases[each]}"' in whole for each in (Category.SEXTORTION, Category.INFANT))


def test_what_is_no_category_is_told(browser, reviewing) -> None:
    browser.enter(reviewing.person())
    assert browser.get("/queue?without=!!").status_code == 422
    assert browser.submit("/queue/next", without="!!").status_code == 422
