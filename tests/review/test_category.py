"""Lists and people name the same thing in one spelling."""

import pytest

from safelight.errors import InvalidValue
from safelight.review.category import MOST_OPT_OUTS, category_of, read_category, require_few, spellings_of


@pytest.mark.parametrize(
    ("scheme", "label", "word"),
    [
        ("ncmec", "A1", "ncmec:a1"),
        ("", "A1", "a1"),
        ("NCMEC", "", ""),
        ("own list", "very young (2)", "ownlist:veryyoung2"),
        ("x", "|%_", ""),
        ("x", "y" * 50, "x:" + "y" * 20),
    ],
)
def test_what_a_person_writes_as_the_list_does_is_the_same_category(scheme, label, word) -> None:
    assert category_of(scheme, label) == word
    if word:
        assert read_category(f"{scheme}:{label}") == word


def test_a_label_can_be_meant_with_its_scheme_or_in_whatever_scheme() -> None:
    assert spellings_of("ncmec", "A1") == {"ncmec:a1", "a1"}
    assert spellings_of("ncmec", "") == frozenset()


@pytest.mark.parametrize("text", ["", " ", "%", "ncmec:", ":", "x" * 201])
def test_what_names_nothing_is_no_category(text) -> None:
    with pytest.raises(InvalidValue, match="short words"):
        read_category(text)


def test_one_person_is_out_of_few() -> None:
    require_few(MOST_OPT_OUTS)
    with pytest.raises(InvalidValue):
        require_few(MOST_OPT_OUTS + 1)
