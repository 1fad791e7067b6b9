"""What a case is about, and what is too broken to say so."""

import pytest

from safelight.errors import InvalidValue
from safelight.matching.match import MatchKind
from safelight.review.case import About, about, check_case_id, check_platform_id, check_reason, kind_of, new_item


def test_a_case_is_about_the_subject_if_there_is_one_else_about_the_media() -> None:
    assert about("account 7", b"key") == About(subject_id="account 7")
    assert about("", b"key") == About(media_key=b"key")


def test_what_is_about_neither_was_erased() -> None:
    assert About().is_erased
    assert not about("", b"key").is_erased


@pytest.mark.parametrize("text", ["x" * 501, "   ", "a\0b", "a\ud800"])
def test_an_id_that_cannot_be_kept_as_it_is_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(InvalidValue, match="account") as caught:
        check_platform_id(text, "account")
    assert text not in str(caught.value)


@pytest.mark.parametrize("text", ["", "account 7", "x" * 500, "Ünïcode/7"])
def test_an_id_of_the_platforms_own_is_taken(text: str) -> None:
    check_platform_id(text, "account")


@pytest.mark.parametrize("reason", ["", " \n", "x" * 1001])
def test_a_reason_has_words_and_an_end(reason: str) -> None:
    with pytest.raises(InvalidValue, match="takes a reason"):
        check_reason(reason)


@pytest.mark.parametrize("number", [0, -1, 2**63])
def test_cases_are_counted_from_one(number: int) -> None:
    with pytest.raises(InvalidValue, match="no number of a case"):
        check_case_id(number)


def test_one_exact_match_makes_the_whole_exact(match) -> None:
    assert kind_of([match(MatchKind.NEAR), match(MatchKind.EXACT)]) is MatchKind.EXACT
    assert kind_of([match(MatchKind.NEAR)]) is MatchKind.NEAR


def test_an_item_names_the_entries_and_holds_no_value(match) -> None:
    item = new_item("e" * 32, [match(MatchKind.NEAR, entry_id=8, distance=12)], content_id="post 9", omitted=3)
    assert (item.kind, item.content_id, item.matches_omitted) == (MatchKind.NEAR, "post 9", 3)
    (told,) = item.matches
    assert (told.bank_name, told.entry_id, told.distance, told.threshold) == ("known", 8, 12, 31)
