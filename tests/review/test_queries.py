"""Cases are paged by number, and their items come with what each matched."""

import pytest

from safelight.database.transaction import read, write
from safelight.errors import InvalidValue, NotFound
from safelight.matching.match import MatchKind
from safelight.review import queries, steps
from safelight.review.case import About, CaseState


@pytest.fixture
def filled(engine, clock, actor, item):
    """Five cases of two accounts and one media; the first is closed."""
    with write(engine) as tx:
        first = steps.open_or_join(tx, clock, actor, About(subject_id="a")).case_id
        steps.add_item(tx, clock, actor, first, item("e" * 32))
        steps.close_case(tx, clock, actor, first, reason="why")
        for about in (About(subject_id="a"), About(subject_id="b"), About(media_key=b"m")):
            case_id = steps.open_or_join(tx, clock, actor, about).case_id
        for number in range(3):
            steps.add_item(tx, clock, actor, case_id, item(f"{number:032}", MatchKind.NEAR, MatchKind.EXACT))
    return engine


def test_cases_are_listed_by_state_and_subject_page_by_page(filled) -> None:
    asked = [
        ({}, [1, 2, 3, 4]),
        ({"state": CaseState.OPEN}, [2, 3, 4]),
        ({"state": CaseState.CLOSED}, [1]),
        ({"subject_id": "a"}, [1, 2]),
        ({"subject_id": "a", "state": CaseState.OPEN}, [2]),
        ({"after_id": 1, "limit": 2}, [2, 3]),
        ({"subject_id": "nobody"}, []),
    ]
    with read(filled) as tx:
        for options, numbers in asked:
            assert [case.id for case in queries.page_cases(tx, **options)] == numbers, options


def test_items_come_in_order_with_their_matches(filled) -> None:
    with read(filled) as tx:
        items = queries.page_items(tx, 4)
        assert [item.evidence_id for item in items] == [f"{number:032}" for number in range(3)]
        assert [match.kind for match in items[0].matches] == [MatchKind.NEAR, MatchKind.EXACT]
        assert [each.id for each in queries.page_items(tx, 4, after_id=items[0].id, limit=1)] == [items[1].id]
        assert queries.evidence_of(tx, 4) == [item.evidence_id for item in items]


def test_evidence_is_found_in_its_case_or_in_none(filled) -> None:
    with read(filled) as tx:
        found = queries.find_item(tx, "e" * 32)
        assert found is not None
        assert (found.case_id, found.content_id) == (1, "post 9")
        assert queries.find_item(tx, "0" * 31 + "9") is None


def test_content_belongs_to_a_case_or_does_not(filled) -> None:
    with read(filled) as tx:
        assert queries.has_content(tx, 1, "post 9")
        assert not queries.has_content(tx, 1, "post 8")
        assert not queries.has_content(tx, 2, "post 9")


@pytest.mark.parametrize("wrong", [{"limit": 0}, {"limit": 1001}, {"after_id": -1}, {"after_id": 2**63}])
def test_a_page_that_cannot_be_is_refused(filled, wrong) -> None:
    with read(filled) as tx:
        for ask in (queries.page_cases, lambda tx, **options: queries.page_items(tx, 1, **options)):
            with pytest.raises(InvalidValue, match="A page has"):
                ask(tx, **wrong)


def test_a_case_that_is_not_there_is_not_found(filled) -> None:
    with read(filled) as tx:
        for ask in (queries.find_case, queries.page_items):
            with pytest.raises(NotFound, match="no case 99"):
                ask(tx, 99)
