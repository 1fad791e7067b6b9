import pytest

from safelight.banks.value import OpaqueText, check_signal, infer_type, parse_type, parse_value, parse_values
from safelight.errors import InvalidValue


@pytest.mark.parametrize(
    ("text", "expected"),
    [("md5", "md5"), ("MD5", "md5"), (" Sha-1 ", "sha1"), ("SHA256", "sha256"), ("pdq", "pdq"), ("video_md5", "md5")],
)
def test_types_are_known_by_the_names_that_lists_use(text: str, expected: str) -> None:
    assert parse_type(text, None) == expected


def test_a_type_that_is_not_computed_here_is_refused_unless_its_writing_is_stated() -> None:
    with pytest.raises(InvalidValue, match="photodna"):
        parse_type("PhotoDNA", None)
    assert parse_type("PhotoDNA", OpaqueText.BASE64) == "photodna"


@pytest.mark.parametrize("text", ["ab" * 16, "AB" * 8, "ffeedd", "12345678", "q29udgvudcbvzibhigxpc3q"])
def test_a_type_that_may_be_a_listed_value_is_not_repeated(text: str) -> None:
    with pytest.raises(InvalidValue, match="two columns swapped") as caught:
        parse_type(text, None)
    assert text.lower() not in str(caught.value).lower()


@pytest.mark.parametrize("text", ["", "a b", "ä", "x" * 51, "-"])
def test_what_is_no_name_is_no_type_even_when_opaque_values_are_kept(text: str) -> None:
    with pytest.raises(InvalidValue):
        parse_type(text, OpaqueText.HEX)


def test_upper_and_lower_case_digits_are_the_same_value() -> None:
    assert parse_value("md5", "Ab" * 16, None) == parse_value("md5", "aB" * 16, None) == b"\xab" * 16


@pytest.mark.parametrize(
    ("signal_type", "text"),
    [
        ("md5", "ab" * 15),
        ("md5", "ab" * 17),
        ("md5", "a" * 31),
        ("md5", "zz" * 16),
        ("md5", "ab" * 15 + "a "),
        ("md5", "ab  " + "ab" * 14),
        ("pdq", "ab" * 16),
        ("sha1", "0x" + "ab" * 19),
        ("md5", "\u0661" * 32),
    ],
)
def test_values_of_the_wrong_form_are_refused_without_repeating_them(signal_type: str, text: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        parse_value(signal_type, text, None)
    assert text not in str(caught.value)


def test_opaque_values_are_read_as_stated() -> None:
    assert parse_value("photodna", "00ff", OpaqueText.HEX) == b"\0\xff"
    assert parse_value("photodna", "AP8=", OpaqueText.BASE64) == b"\0\xff"


@pytest.mark.parametrize(("text", "how"), [("0f0", OpaqueText.HEX), ("AP8", OpaqueText.BASE64), ("*AP8=", "base64")])
def test_opaque_values_of_the_wrong_form_are_refused(text: str, how: OpaqueText) -> None:
    with pytest.raises(InvalidValue):
        parse_value("photodna", text, OpaqueText(how))


def test_a_stated_writing_of_opaque_values_does_not_loosen_the_rules_for_known_types() -> None:
    with pytest.raises(InvalidValue):
        parse_value("md5", "00ff", OpaqueText.HEX)


def test_only_lengths_that_leave_no_doubt_tell_the_type() -> None:
    assert infer_type("a" * 32) == "md5"
    assert infer_type("a" * 40) == "sha1"
    with pytest.raises(InvalidValue, match="SHA-256 or PDQ"):
        infer_type("a" * 64)
    with pytest.raises(InvalidValue):
        infer_type("a" * 33)


def test_many_values_are_read_as_each_is() -> None:
    types = ["md5", "sha1", "md5"]
    texts = ["Ab" * 16, "cd" * 20, "00" * 16]
    assert parse_values(types, texts, None) == [parse_value(*pair, None) for pair in zip(types, texts, strict=True)]
    assert parse_values(["tmk", "md5"], ["AP8=", "ab" * 16], OpaqueText.BASE64) == [b"\0\xff", b"\xab" * 16]


@pytest.mark.parametrize(
    "texts",
    [
        ["ab" * 15, "ab" * 17],
        ["ab" * 16, "zz" * 16],
        ["ab" * 16, "ab" * 15 + "a "],
        ["ab" * 15 + "  ab", "ab" * 16],
        ["ab" * 16 + "  ", "ab" * 15 + "ab"],
        ["a" * 31, "a" * 33],
        ["\u0661" * 32, "ab" * 16],
    ],
)
def test_many_values_are_refused_if_one_has_the_wrong_form(texts: list[str]) -> None:
    with pytest.raises(InvalidValue) as caught:
        parse_values(["md5", "md5"], texts, None)
    assert not any(text in str(caught.value) for text in texts)


def test_a_stored_type_has_its_name_and_its_values_their_size() -> None:
    check_signal("pdq", 32)
    check_signal("photodna", 144)
    for name, size in (("pdq", 31), ("PDQ", 32), ("video_md5", 16), ("", 16), ("a b", 16)):
        with pytest.raises(InvalidValue):
            check_signal(name, size)
