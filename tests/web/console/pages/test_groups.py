"""Likes over cases: one decision on all that are chosen, and on nothing else."""

import itertools

import pytest

from safelight.database.transaction import read, write
from safelight.flow.review.claiming import claim_case
from safelight.review.case import CaseState
from safelight.review.queries import find_case
from safelight.review.store.group_rows import add as add_group

RULING = {"finding": "not_a_match", "reasons": "all the same logo"}
_NUMBERS = itertools.count()


@pytest.fixture
def likes(reviewing, console):
    """Two cases with one like each, their group, and a case beside."""
    with write(console.engine) as tx:
        group = add_group(tx, None, console.clock.now())
    return group, reviewing.case(None, group=group), reviewing.case(None, group=group), reviewing.case(None)


def state(console, case: int) -> CaseState:
    with read(console.engine) as tx:
        return find_case(tx, case).state


def test_one_decision_is_on_all_that_are_chosen(browser, reviewing, console, likes) -> None:
    group, one, two, beside = likes
    browser.enter(reviewing.person())
    page = browser.get(f"/groups/{group}").text
    assert all(f'href="/cases/{case}"' in page for case in (one, two))
    items = [str(reviewing.items(case)[0]) for case in (one, two)]
    assert browser.submit(f"/groups/{group}", **RULING, item=items).status_code == 303
    assert [state(console, case) for case in (one, two, beside)] == [CaseState.CLOSED, CaseState.CLOSED, CaseState.OPEN]


def test_nothing_beside_the_group_is_decided_through_it(browser, reviewing, console, likes) -> None:
    group, one, _, beside = likes
    browser.enter(reviewing.person())
    items = [str(reviewing.items(case)[0]) for case in (one, beside)]
    assert browser.submit(f"/groups/{group}", **RULING, item=items).status_code == 422
    assert browser.submit(f"/groups/{group}", **RULING).status_code == 422
    assert {state(console, case) for case in (one, beside)} == {CaseState.OPEN}


def test_what_another_has_cannot_be_chosen_and_stops_all_of_it(browser, reviewing, console, likes) -> None:
    group, one, two, _ = likes
    claim_case(reviewing.desk(reviewing.person()), two)
    browser.enter(reviewing.person())
    page = browser.get(f"/groups/{group}").text
    assert "Another person has it" in page
    assert page.count(" disabled") == 1
    items = [str(reviewing.items(case)[0]) for case in (one, two)]
    assert browser.submit(f"/groups/{group}", **RULING, item=items).status_code == 409
    assert state(console, one) is CaseState.OPEN


def test_there_is_no_such_group_and_who_decides_nothing_sees_none(browser, reviewing, likes) -> None:
    assert browser.enter(reviewing.person()).get("/groups/99999").status_code == 404
    assert browser.enter(reviewing.person("auditor")).get(f"/groups/{likes[0]}").status_code == 403


def test_a_group_tells_a_second_reader_nothing_of_the_first(browser, reviewing, console) -> None:
    with write(console.engine) as tx:
        group = add_group(tx, None, console.clock.now())
    cases = [reviewing.case(None, distance=25, group=group) for _ in range(2)]
    items, first = [str(reviewing.items(case)[0]) for case in cases], reviewing.person()
    ruling = {"finding": "other_kind", "reasons": "SECRET <i>WORDS</i>"}
    assert browser.enter(first).submit(f"/groups/{group}", **ruling, item=items).status_code == 303
    assert {state(console, case) for case in cases} == {CaseState.SECOND_DUE}
    assert browser.submit(f"/groups/{group}", **ruling, item=items).status_code == 403
    page = browser.enter(reviewing.person()).get(f"/groups/{group}").text.partition("<main")[2]
    assert page.count("second reader") == 2
    for kept in (first.name, "SECRET", "data:image"):
        assert kept not in page
    assert ">checked" not in page
    assert browser.submit(f"/groups/{group}", **RULING, item=items).status_code == 303


@pytest.mark.parametrize("items", [["1" * 40], ["x"], ["-1"], ["987654"]])
def test_nonsense_decides_nothing_and_loses_no_word(browser, reviewing, console, likes, items) -> None:
    answer = browser.enter(reviewing.person()).submit(f"/groups/{likes[0]}", **RULING, item=items)
    assert answer.status_code == 422
    assert ">all the same logo</textarea>" in answer.text
    assert {state(console, case) for case in likes[1:]} == {CaseState.OPEN}


def test_without_reasons_nothing_of_a_group_is_decided(browser, reviewing, console, likes) -> None:
    items = [str(reviewing.items(case)[0]) for case in likes[1:3]]
    answer = browser.enter(reviewing.person()).submit(
        f"/groups/{likes[0]}", finding="not_a_match", reasons=" ", item=items
    )
    assert answer.status_code == 422
    assert {state(console, case) for case in likes[1:]} == {CaseState.OPEN}
