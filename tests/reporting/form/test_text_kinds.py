"""Each kind of text takes what the authority takes, to its very limit, and says what is wrong with the rest."""

import pytest

from safelight.reporting.form.text_kinds import Code, EmailText, Form, IpText, Text, Url, unwritable


@pytest.mark.parametrize("text", ["a\tb\nc\r", "\u0085\ud7ff\ue000\ufffd", "\U00010000\U0010ffff"])
def test_what_xml_holds_is_taken(text: str) -> None:
    assert unwritable(text) is None


@pytest.mark.parametrize("text", ["\x00", "\x08", "\x0b", "\x0c", "\x0e", "\x1f", "\ud800", "\ufffe", "\uffff"])
def test_what_xml_cannot_hold_is_refused(text: str) -> None:
    assert unwritable(f"a{text}b")
    assert Text().refusal_of(f"a{text}b")


def test_a_text_is_as_long_as_it_may_be_and_not_longer() -> None:
    assert Text(3).refusal_of("abc") is None
    assert "3 characters" in str(Text(3).refusal_of("abcd"))
    assert Text().refusal_of("a" * 1_000_000) is None


def test_a_character_of_two_units_counts_twice() -> None:
    assert Text(2).refusal_of("\U0001f512") is None
    assert Text(3).refusal_of("\U0001f512\U0001f512")


@pytest.mark.parametrize("text", ["", " ", "\n\t"])
def test_blank_text_is_refused(text: str) -> None:
    assert "blank" in str(Text().refusal_of(text))


@pytest.mark.parametrize("url", ["https://a.example/b?c=d&e=%20", "xn--", "file:a<b>ü", "h" * 2083])
def test_a_url_is_taken_as_it_was_seen(url: str) -> None:
    assert Url().refusal_of(url) is None


@pytest.mark.parametrize(
    "url", ["a b", "a\tb", "a\n", " a", "a\u00a0b", "a\u2028b", "a\u3000b", "a\x7fb", "a\x85b", "h" * 2084, ""]
)
def test_white_space_and_control_characters_in_a_url_are_refused(url: str) -> None:
    assert Url().refusal_of(url)


@pytest.mark.parametrize("address", ["a@b", "x" * 64 + "@" + "y" * 190, '"a@b"@c', "ü@b.example"])
def test_an_address_is_taken(address: str) -> None:
    assert EmailText().refusal_of(address) is None


@pytest.mark.parametrize(
    "address", ["a", "@b", "a@", "a b@c", "a@b\n", "x" * 65 + "@b", "x" * 64 + "@" + "y" * 191, ""]
)
def test_what_is_no_address_is_refused(address: str) -> None:
    assert EmailText().refusal_of(address)


@pytest.mark.parametrize("address", ["192.0.2.1", "2001:db8::1", "::ffff:192.0.2.1"])
def test_an_ip_address_is_taken(address: str) -> None:
    assert IpText().refusal_of(address) is None


@pytest.mark.parametrize("address", ["192.0.2", "192.0.2.1:80", "192.0.2.0/24", "fe80::1%eth0", "", "a"])
def test_what_is_no_ip_address_is_refused(address: str) -> None:
    assert IpText().refusal_of(address)


def test_a_form_is_held_to_its_whole_pattern() -> None:
    kind = Form(pattern=r"\+[0-9]{1,3}", says="a calling code")
    assert kind.refusal_of("+372") is None
    assert kind.refusal_of("+3720") == "This is not a calling code. Correct it, or leave it out."
    assert kind.refusal_of("+372\n")


def test_a_code_is_on_its_list() -> None:
    kind = Code(codes=frozenset({"US"}), says="a code")
    assert kind.refusal_of("US") is None
    assert kind.refusal_of("us") == "This is not a code. Correct it, or leave it out."
