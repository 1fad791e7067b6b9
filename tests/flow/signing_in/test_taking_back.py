"""An outage, or a flood of sign-ins, makes nobody wait who tried meanwhile."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from safelight.access.signing_in.password import PasswordHasher
from safelight.access.store.sign_in_tables import tries
from safelight.database.transaction import read
from safelight.errors import KeysUnusable, RateLimited, SignInRefused
from safelight.flow.signing_in import arriving, own_sessions
from safelight.testing.keys import MemoryKeys

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def _failures(desk) -> int:
    with read(desk.engine) as tx:
        return tx.execute(select(func.sum(tries.c.failures))).scalar() or 0


def test_a_try_that_found_no_place_to_be_hashed_in_is_not_counted(desk, ada, new_caller) -> None:
    for _ in range(2):
        with pytest.raises(SignInRefused):
            ada.begin(new_caller(), password="wrong")
    before = _failures(desk)
    full = replace(desk, passwords=PasswordHasher(desk.passwords.cost, most_at_once=1, patience_s=0.001))
    with full.passwords._slot():
        for _ in range(10):
            with pytest.raises(RateLimited, match="at this moment"):
                arriving.begin_sign_in(full, new_caller(), "Ada", "wrong")
        with pytest.raises(RateLimited, match="at this moment"):
            own_sessions.reauthenticate(full, ada.token, "wrong")
    assert _failures(desk) == before == 4  # a name and an address each


def test_a_code_that_could_not_be_compared_for_want_of_keys_is_not_counted(desk, ada) -> None:
    ada.clock.move(seconds=31)
    first = ada.begin()
    for _ in range(10):
        with pytest.raises(KeysUnusable):
            arriving.finish_with_totp(replace(desk, keys=MemoryKeys()), ada.caller, first.token, ada.code())
    assert arriving.finish_with_totp(desk, ada.caller, first.token, ada.code())
