"""How complete a report is."""

import pytest

from safelight.reporting.completeness import Want, weigh


def want(name: str, weight: int, *, is_there: bool) -> Want:
    return Want(name=name, path=f"report/{name}", weight=weight, why="It tells where.", is_there=is_there)


@pytest.mark.parametrize(
    ("there", "missing", "score"), [([3], [1], 75), ([1], [2], 33), ([2, 998], [1], 99), ([5], [], 100), ([], [1], 0)]
)
def test_the_score_is_the_share_of_the_weights_and_whole_only_where_nothing_is_missing(
    there: list[int], missing: list[int], score: int
) -> None:
    wants = [want(f"a{each}", each, is_there=True) for each in there]
    wants += [want(f"b{each}", each, is_there=False) for each in missing]
    assert weigh(wants).score == score


def test_the_weightiest_lack_comes_first_and_what_is_there_is_none() -> None:
    wants = [want("light", 1, is_there=False), want("heavy", 9, is_there=False), want("there", 20, is_there=True)]
    assert [each.name for each in weigh(wants).lacks] == ["heavy", "light"]


def test_a_form_that_wants_nothing_is_complete() -> None:
    assert weigh([]).score == 100
