"""No character of a text is lost, and none of them does anything but be read."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from safelight.reporting.destinations.package.sheet.showing import is_readable, shown


def ascii_only(character: str) -> bool:
    return character.isascii() and is_readable(character)


def test_what_cannot_be_shown_stands_as_its_number() -> None:
    assert shown("a\u0416b", ascii_only) == "a[U+0416]b"
    assert shown("\u041f\u0440 \U0001f600", ascii_only) == "[U+041F 0440] [U+1F600]"


def test_what_turns_text_around_or_hides_it_is_told() -> None:
    assert shown("txt.\u202egpj", is_readable) == "txt.[U+202E]gpj"
    assert shown("a\u200bb\x07c\x00", is_readable) == "a[U+200B]b[U+0007]c[U+0000]"
    assert shown("\ud800", is_readable) == "[U+D800]"


def test_letters_of_every_script_are_read_as_they_are() -> None:
    told = "\u0416 \u4f60\u597d \u0928\u092e\u0938\u094d\u0924\u0947 \u0645\u0631\u062d\u0628\u0627 \u200d"
    assert shown(told, is_readable) == told


def test_lines_end_where_they_did() -> None:
    assert shown("a\r\nb\nc\rd\te", is_readable) == "a\nb\nc\nd    e"


@given(st.text(alphabet=st.characters(blacklist_characters="[]\r\t")))
def test_every_character_is_there_in_its_order(text: str) -> None:
    told = shown(text, ascii_only)
    made = []
    for part in told.split("["):
        number, closed, rest = part.partition("]")
        made += [chr(int(each, 16)) for each in number.removeprefix("U+").split(" ")] if closed else [number]
        made.append(rest)
    assert "".join(made) == text
    assert all(unicodedata.category(each) != "Cf" for each in told)
