"""What people write is sealed, each text under a key of its own, and opens in its own row alone."""

from dataclasses import replace

import pytest

from safelight.errors import InvalidValue, KeysUnusable
from safelight.review.sealed_text import TextPurpose, open_text, seal_text
from safelight.testing.keys import MemoryKeys


def test_a_text_comes_back_and_is_not_to_be_read_in_between() -> None:
    keys = MemoryKeys()
    sealed = seal_text(keys, TextPurpose.REASONS, "Ünï words")
    assert b"words" not in sealed.sealed + sealed.wrapped.data
    assert open_text(keys, sealed) == "Ünï words"


@pytest.mark.parametrize("change", [{"id": "0" * 32}, {"sealed": b"\0" * 40}, {"sealed": b""}])
def test_what_was_moved_or_altered_does_not_open(change) -> None:
    keys = MemoryKeys()
    with pytest.raises(KeysUnusable):
        open_text(keys, replace(seal_text(keys, TextPurpose.DRAFT, "x"), **change))


@pytest.mark.parametrize("text", ["x" * 20_001, "\ud800"])
def test_what_cannot_be_kept_is_refused_and_not_repeated(text) -> None:
    with pytest.raises(InvalidValue) as caught:
        seal_text(MemoryKeys(), TextPurpose.DRAFT, text)
    assert text not in str(caught.value)
