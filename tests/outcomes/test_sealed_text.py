"""What is written about outcomes is sealed under a key of its own, and opens in its own place alone."""

from dataclasses import replace

import pytest

from safelight.errors import InvalidValue, KeysUnusable
from safelight.outcomes.sealed_text import open_text, seal_text
from safelight.testing.keys import MemoryKeys


def test_a_text_opens_as_it_was_written_and_is_not_to_be_seen() -> None:
    keys = MemoryKeys()
    sealed = seal_text(keys, "Detective Ö")
    assert open_text(keys, sealed) == "Detective Ö"
    assert "Detective" not in repr(sealed)
    assert b"Detective" not in sealed.sealed


def test_a_text_that_was_moved_or_altered_does_not_open() -> None:
    keys = MemoryKeys()
    one, two = seal_text(keys, "one"), seal_text(keys, "two")
    for damaged in (
        replace(one, id=two.id),
        replace(one, sealed=two.sealed),
        replace(one, sealed=one.sealed[:-1] + bytes([one.sealed[-1] ^ 1])),
        replace(one, sealed=b""),
    ):
        with pytest.raises(KeysUnusable):
            open_text(keys, damaged)


def test_what_cannot_be_written_is_refused_without_being_told() -> None:
    with pytest.raises(InvalidValue) as refused:
        seal_text(MemoryKeys(), "name\ud800")
    assert "name" not in str(refused.value)
