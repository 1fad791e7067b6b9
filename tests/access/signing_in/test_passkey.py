"""Counters tell copies, and names of passkeys can be read."""

from datetime import UTC, datetime

import pytest

from safelight.access.signing_in.passkey import Assertion, Passkey, passkey_name
from safelight.errors import InvalidValue


@pytest.mark.parametrize(
    ("kept", "shown", "is_copy"),
    [(0, 0, False), (0, 1, False), (1, 2, False), (1, 1, True), (2, 1, True), (1, 0, True)],
)
def test_a_counter_that_does_not_move_on_is_of_a_copy(kept: int, shown: int, is_copy: bool) -> None:
    passkey = Passkey(
        id=1,
        person_id=1,
        name="k",
        credential_id=b"c",
        public_key=b"p",
        sign_count=kept,
        is_backup_eligible=False,
        is_backed_up=False,
        added_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    assert Assertion(sign_count=shown, is_backed_up=False).is_of_a_copy(passkey) is is_copy


def test_a_name_can_be_read() -> None:
    assert passkey_name("  blue key ") == "blue key"
    for name in ("", " ", "x" * 61, "a\nb", "a\u202eb"):
        with pytest.raises(InvalidValue, match="passkey's name"):
            passkey_name(name)
