"""Kinds of text say what they must be."""

from safelight.testing.authority.model.kinds import fitting, spoken, text, word
from safelight.testing.authority.model.values import is_of


def test_a_text_has_a_greatest_length() -> None:
    assert [is_of(text(3), each) for each in ("", "abc", "abcd")] == [True, True, False]
    assert text(3).must == "at most 3 characters"


def test_what_is_spoken_is_not_blank() -> None:
    assert [is_of(spoken(3), each) for each in ("", " \n", " a ", "abcd")] == [False, False, True, False]


def test_a_pattern_fits_the_whole_value() -> None:
    code = fitting(r"\+[0-9]{1,3}", "a calling code", "+44")
    assert [is_of(code, each) for each in ("+44", "+4444", "44", "+44\n")] == [True, False, False, False]


def test_words_are_exact() -> None:
    assert [is_of(word("Login", "Other"), each) for each in ("Login", "login", "")] == [True, False, False]
    assert word("Login", "Other").must == "one of: Login, Other"
