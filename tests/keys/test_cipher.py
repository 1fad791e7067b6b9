from dataclasses import replace
from datetime import datetime

import pytest

from safelight.errors import KeysUnusable
from safelight.keys.cipher import require_known, require_short, sign_with, unwrap_with, wrap_with
from safelight.keys.interface import MOST_SECRET_BYTES
from safelight.keys.key_ring import KeyRing, new_wrapping_key


def test_an_old_key_still_unwraps_after_a_new_one_came(ring: KeyRing, at: datetime) -> None:
    wrapped = wrap_with(ring, b"secret", b"c")
    grown = ring.with_wrapping(new_wrapping_key(at))
    assert unwrap_with(grown, wrapped, b"c") == b"secret"
    assert wrap_with(grown, b"secret", b"c").key_id != wrapped.key_id


def test_what_a_retired_key_wrapped_is_told_so(ring: KeyRing, at: datetime) -> None:
    wrapped = wrap_with(ring, b"secret", b"c")
    left = ring.with_wrapping(new_wrapping_key(at)).without(ring.key_ids[0], at)
    with pytest.raises(KeysUnusable, match="was retired on 2026-11-23"):
        unwrap_with(left, wrapped, b"c")


def test_a_wrap_of_another_version_is_refused(ring: KeyRing) -> None:
    wrapped = wrap_with(ring, b"secret", b"c")
    with pytest.raises(KeysUnusable, match="altered"):
        unwrap_with(ring, replace(wrapped, data=b"\x02" + wrapped.data[1:]), b"c")


def test_a_wrap_cannot_pass_for_that_of_another_of_our_keys(ring: KeyRing, at: datetime) -> None:
    grown = ring.with_wrapping(new_wrapping_key(at))
    wrapped = wrap_with(grown, b"secret", b"c")
    with pytest.raises(KeysUnusable, match="altered"):
        unwrap_with(grown, replace(wrapped, key_id=ring.key_ids[0]), b"c")


def test_no_error_shows_the_secret_the_key_or_the_context(ring: KeyRing) -> None:
    wrapped = wrap_with(ring, b"a-secret-of-mine", b"my-context")
    with pytest.raises(KeysUnusable) as told:
        unwrap_with(ring, wrapped, b"other-context")
    shown = f"{told.value!r} {told.value.__cause__!r}"
    assert not any(word in shown for word in ("a-secret-of-mine", "my-context", "other-context"))
    assert (ring.wrapping[0].secret or b"").hex() not in shown


def test_the_longest_secret_is_wrapped_and_a_longer_one_is_not() -> None:
    require_short(bytes(MOST_SECRET_BYTES))
    with pytest.raises(KeysUnusable):
        require_short(bytes(MOST_SECRET_BYTES + 1))


def test_a_key_that_is_here_is_known(ring: KeyRing) -> None:
    require_known(ring, ring.key_ids[0])
    with pytest.raises(KeysUnusable, match="not among the keys here"):
        require_known(ring, "local:other")


def test_a_signature_is_the_same_for_the_same_message(ring: KeyRing) -> None:
    assert sign_with(ring, b"m") == sign_with(ring, b"m") != sign_with(ring, b"n")
