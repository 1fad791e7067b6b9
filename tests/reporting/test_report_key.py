"""What a report says is sealed under its own key, each part under its own name."""

from dataclasses import replace

import pytest

from safelight.errors import KeysUnusable
from safelight.reporting.report_key import (
    CONTENT,
    SealedCall,
    SealedContent,
    new_report_key,
    received_name,
    sent_name,
)
from safelight.testing.keys import MemoryKeys

MARK = "0123456789abcdef0123456789abcdef"


def test_content_comes_back_and_is_not_to_be_read_in_between() -> None:
    keys = MemoryKeys()
    key, wrapped = new_report_key(keys, MARK)
    sealed = SealedContent(mark=MARK, wrapped=wrapped, sealed=key.seal(CONTENT, b"a person's name"))
    assert b"name" not in sealed.sealed + wrapped.data
    assert sealed.open(sealed.key(keys)) == b"a person's name"
    assert b"key=" not in repr(key).encode()


def test_what_belongs_to_another_report_or_another_part_does_not_open() -> None:
    keys = MemoryKeys()
    key, wrapped = new_report_key(keys, MARK)
    sealed = SealedContent(mark=MARK, wrapped=wrapped, sealed=key.seal("other", b"x"))
    with pytest.raises(KeysUnusable):
        sealed.open(key)
    with pytest.raises(KeysUnusable):
        replace(sealed, mark="f" * 32).key(keys)
    with pytest.raises(KeysUnusable):
        key.open(CONTENT, b"short")


def test_a_call_opens_by_its_name_and_what_was_not_said_is_empty() -> None:
    key, _ = new_report_key(MemoryKeys(), MARK)
    sent, received = key.seal(sent_name("a"), b"<report/>"), key.seal(received_name("a"), b"<answer/>")
    assert SealedCall(name="a", sent=sent, received=received).open(key) == (b"<report/>", b"<answer/>")
    assert SealedCall(name="a", sent=None, received=None).open(key) == (b"", b"")
    with pytest.raises(KeysUnusable):
        SealedCall(name="a", sent=received, received=sent).open(key)
