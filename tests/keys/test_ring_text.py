import json
import secrets
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from safelight.errors import KeysUnusable
from safelight.keys.key_ring import KeyRing, new_signing_key, new_wrapping_key
from safelight.keys.ring_text import ring_of_text, ring_text


def _read(text: bytes) -> KeyRing:
    return ring_of_text(text, name="The key file k")


def test_a_ring_comes_back_as_it_was(ring: KeyRing, at: datetime) -> None:
    grown = ring.exported(at).with_wrapping(new_wrapping_key(at)).with_signing(new_signing_key(at))
    left = grown.without(ring.key_ids[0], at)
    assert _read(ring_text(ring)) == ring
    assert _read(ring_text(left)) == left


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0, 10**6), bit=st.integers(0, 7))
def test_any_changed_bit_is_refused_or_changes_nothing(ring: KeyRing, place: int, bit: int) -> None:
    text = bytearray(ring_text(ring))
    text[place % len(text)] ^= 1 << bit
    try:
        read = _read(bytes(text))
    except KeysUnusable:
        return
    assert read == ring  # a space between fields became another one, for instance


def test_every_truncation_is_refused(ring: KeyRing) -> None:
    text = ring_text(ring).rstrip()
    for length in range(len(text)):
        with pytest.raises(KeysUnusable, match="damaged"):
            _read(text[:length])


@pytest.mark.parametrize("text", [b"", b"[]", b"1", b"null", b'"x"', b'{"format": "other"}', b"\xff\xfe", b"{" * 500])
def test_anything_else_is_refused(text: bytes) -> None:
    with pytest.raises(KeysUnusable, match="is no file of Safelight's keys"):
        _read(text)


def test_a_newer_form_is_refused_by_its_version(ring: KeyRing) -> None:
    content: dict[str, Any] = json.loads(ring_text(ring))
    with pytest.raises(KeysUnusable, match="newer version"):
        _read(json.dumps(content | {"version": 2}).encode())


def test_a_file_that_was_edited_by_hand_is_refused(ring: KeyRing, at: datetime) -> None:
    content: dict[str, Any] = json.loads(ring_text(ring))
    content["signing"][0]["exported_at"] = at.isoformat()
    with pytest.raises(KeysUnusable, match="damaged"):
        _read(json.dumps(content).encode())


def test_no_error_shows_a_part_of_a_key(ring: KeyRing) -> None:
    content: dict[str, Any] = json.loads(ring_text(ring))
    secret: str = content["wrapping"][0]["secret"]
    content["wrapping"][0]["secret"] = secret[:-2] + "!!"
    with pytest.raises(KeysUnusable) as told:
        _read(json.dumps(content).encode())
    assert secret[:8] not in f"{told.value!r} {told.value.__cause__!r}"


def test_random_bytes_are_refused() -> None:
    for _ in range(50):
        with pytest.raises(KeysUnusable):
            _read(secrets.token_bytes(200))
