"""A decision is on what stood on the page and was chosen: not on all where nothing was, nor on what came since."""

import re

import pytest

from safelight.database.transaction import read, write
from safelight.review import decision_queries, steps
from safelight.review.case import ItemKind, NewItem
from safelight.review.store.group_rows import add as add_group
from safelight.roles import EVERY_PERMISSION, Actor, ActorKind
from safelight.web.console.paging import ROWS

RULING = {"finding": "not_a_match", "reasons": "a logo"}
OPERATOR = Actor(kind=ActorKind.SYSTEM_USER, name="tester", permissions=EVERY_PERMISSION)


@pytest.fixture
def due(console):
    def do(case: int) -> list[int]:
        with read(console.engine) as tx:
            return decision_queries.due_items(tx, case)

    return do


@pytest.fixture
def add_item(console):
    def do(case: int, **more) -> int:
        new = NewItem(evidence_id=None, kind=ItemKind.HAND, content_id="", **more)
        with write(console.engine) as tx:
            return steps.add_item(tx, console.clock, OPERATOR, case, new)

    return do


def fields_of(page: str) -> dict[str, list[str]]:
    """Return what a page's form would send of itself: the items that are chosen, and what says how many there were."""
    items = re.findall(r'<input type="(?:hidden|checkbox)"[^>]*name="item" value="(\d+)"', page)
    return {"item": items} | ({"several": ["on"]} if 'name="several"' in page else {})


def test_where_nothing_of_several_is_chosen_nothing_is_decided(browser, reviewing, due) -> None:
    case = reviewing.case(None, None)
    browser.enter(reviewing.person())
    sent = fields_of(browser.get(f"/cases/{case}/decide").text)
    assert sent == {"item": [str(each) for each in reviewing.items(case)], "several": ["on"]}
    answer = browser.submit(f"/cases/{case}/decide", **RULING, several="on")
    assert answer.status_code == 422
    assert "Choose what the decision is on" in answer.text
    assert " checked>" not in answer.text.partition('name="several"')[2].partition("</fieldset>")[0]
    assert due(case) == reviewing.items(case)


@pytest.mark.parametrize("held", [1, 2])
def test_what_came_since_the_page_was_opened_is_not_decided_on(held, browser, reviewing, due, add_item) -> None:
    case = reviewing.case(*[None] * held)
    browser.enter(reviewing.person())
    browser.submit(f"/cases/{case}/claim")
    sent = fields_of(browser.get(f"/cases/{case}/decide").text)
    add_item(case)
    browser.submit(f"/cases/{case}/decide", **RULING, **sent)
    assert due(case) == reviewing.items(case)[held:]


def test_a_case_of_more_than_a_page_is_decided_on_a_page_at_a_time(browser, reviewing, due, add_item) -> None:
    case = reviewing.case(*[None] * (ROWS + 2))
    browser.enter(reviewing.person())
    browser.submit(f"/cases/{case}/claim")
    first = browser.get(f"/cases/{case}/decide").text
    assert f"This page has the first {ROWS}" in first
    browser.submit(f"/cases/{case}/decide", **RULING, **fields_of(first))
    rest = fields_of(browser.get(f"/cases/{case}/decide").text)
    assert rest["item"] == [str(each) for each in reviewing.items(case)[ROWS:]]
    browser.submit(f"/cases/{case}/decide", **RULING, **rest)
    assert due(case) == []


def test_a_group_of_more_than_a_page_is_decided_on_a_page_at_a_time(browser, reviewing, console, due) -> None:
    with write(console.engine) as tx:
        group = add_group(tx, None, console.clock.now())
    case = reviewing.case(*[None] * (ROWS + 3), group=group)
    browser.enter(reviewing.person())
    first = browser.get(f"/groups/{group}").text
    items = fields_of(first)["item"]
    assert len(items) == ROWS
    assert f'href="/groups/{group}?after={items[-1]}"' in first
    assert browser.submit(f"/groups/{group}", **RULING, item=items).status_code == 303
    assert len(due(case)) == 3
    last = f"/groups/{group}?after={items[-1]}"
    assert f'href="/groups/{group}"' in browser.get(last).text
    assert browser.submit(last, **RULING, item=fields_of(browser.get(last).text)["item"]).status_code == 303
    assert due(case) == []


def test_whoever_decides_in_two_tabs_is_told_so_with_what_they_wrote(browser, reviewing) -> None:
    case = reviewing.case(None, distance=25)
    browser.enter(reviewing.person()).submit(f"/cases/{case}/decide", **RULING)
    again = browser.submit(f"/cases/{case}/decide", **RULING | {"reasons": "from the other tab"})
    assert again.status_code == 403
    assert "nobody reads one twice" in again.text
    assert "from the other tab" in again.text


def test_what_takes_another_person_is_not_offered_to_who_read_it_first(browser, reviewing, console) -> None:
    with write(console.engine) as tx:
        group = add_group(tx, None, console.clock.now())
    far, beside = reviewing.case(None, distance=25, group=group), reviewing.case(None, group=group)
    browser.enter(reviewing.person()).submit(f"/cases/{far}/decide", **RULING)
    page = browser.get(f"/groups/{group}").text
    assert "it takes another person" in page
    item, free = reviewing.items(far)[0], reviewing.items(beside)[0]
    assert re.search(rf'id="item-{item}"[^>]* disabled>', page)
    assert re.search(rf'id="item-{free}"[^>]* checked>', page)
    forced = browser.submit(f"/groups/{group}", **RULING, item=[str(item), str(free)])
    assert forced.status_code == 403
    assert ">a logo</textarea>" in forced.text
    browser.enter(reviewing.person())
    assert "it takes another person" not in browser.get(f"/groups/{group}").text
