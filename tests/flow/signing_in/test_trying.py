"""Whoever tries too often waits, alarms are raised, and no stranger locks anybody out for good."""

import threading

import pytest
from sqlalchemy import select, update

from safelight.access.signing_in.tries import CHALLENGE_RULE, NAME_RULE, SECOND_RULE
from safelight.access.store.sign_in_tables import tries
from safelight.database.transaction import read, write
from safelight.errors import RateLimited, SignInRefused
from safelight.flow.signing_in import arriving

SQLITE = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
"""For what does not hang on the database: once is enough."""


def _fail(desk, caller, name: str = "Ada", times: int = 1) -> list[str]:
    told = []
    for _ in range(times):
        with pytest.raises((SignInRefused, RateLimited)) as caught:
            arriving.begin_sign_in(desk, caller, name, "wrong")
        told.append(type(caught.value).__name__)
    return told


def test_after_some_wrong_passwords_a_name_waits_whether_anybody_has_it_or_not(desk, ada, new_caller, verbs) -> None:
    before = len(verbs())
    for name in ("Ada", "nobody"):
        told = [_fail(desk, new_caller(f"192.0.2.{number}"), name)[0] for number in range(7)]
        assert told == ["SignInRefused"] * 5 + ["RateLimited"] * 2
    assert verbs(before) == ["alarm_of_sign_in"] * 2


@SQLITE
def test_the_wait_grows_to_a_quarter_of_an_hour_and_no_further_and_trying_makes_it_no_longer(
    desk, ada, new_caller
) -> None:
    _fail(desk, new_caller(), times=5)
    waits = []
    for number in range(8):
        with pytest.raises(RateLimited) as caught:
            ada.begin(new_caller(f"192.0.2.{number}"))
        waits.append(caught.value.retry_after_s)
        ada.clock.move(seconds=caught.value.retry_after_s / 2)
        with pytest.raises(RateLimited):
            ada.begin(new_caller())
        ada.clock.move(seconds=caught.value.retry_after_s / 2)
        assert _fail(desk, new_caller(f"198.51.100.{number}")) == ["SignInRefused"]
    assert waits == [30, 60, 120, 240, 480, 900, 900, 900]
    ada.clock.move(minutes=15)
    assert ada.begin(new_caller())


@SQLITE
def test_a_stranger_who_goes_on_and_on_keeps_nobody_out_of_a_browser_that_they_know(desk, ada, new_caller) -> None:
    for _ in range(3):
        _fail(desk, new_caller(), times=6)
        assert ada.begin()
        with pytest.raises(RateLimited):
            ada.begin(new_caller())
        ada.clock.move(minutes=3)
    assert ada.sign_in_by_passkey(new_caller())  # and a passkey is asked for no password


def test_a_known_browser_that_guesses_counts_as_any_other_after_ten(desk, ada, enrol) -> None:
    assert _fail(desk, ada.caller, times=10) == ["SignInRefused"] * 10
    assert _fail(desk, ada.caller, times=6) == ["SignInRefused"] * 5 + ["RateLimited"]
    bo = enrol("Bo")
    assert _fail(desk, ada.caller, "Bo", times=6)[-1] == "RateLimited"  # the browser is known for Ada alone
    assert bo.begin()


@SQLITE
def test_one_address_that_tries_many_names_waits_too_and_one_right_name_does_not_wipe_that_out(
    desk, ada, new_caller
) -> None:
    caller = new_caller("203.0.113.9")
    for number in range(29):
        assert _fail(desk, caller, f"name {number}") == ["SignInRefused"]
    assert ada.begin(caller)
    assert _fail(desk, caller, "name a") == ["SignInRefused"]
    assert _fail(desk, caller, "name b") == ["RateLimited"]
    assert _fail(desk, new_caller("203.0.113.10"), "name b") == ["SignInRefused"]


def test_many_wrong_passwords_at_once_are_no_more_tries_than_one_after_the_other(desk, ada, new_caller) -> None:
    callers, start, told = [new_caller(f"192.0.2.{n}") for n in range(8)], threading.Barrier(8), []

    def run(caller) -> None:
        start.wait()
        try:
            arriving.begin_sign_in(desk, caller, "Ada", "wrong")
        except (SignInRefused, RateLimited) as error:
            told.append(type(error))

    threads = [threading.Thread(target=run, args=(caller,)) for caller in callers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told.count(SignInRefused) == NAME_RULE.free
    assert told.count(RateLimited) == 3


@SQLITE
def test_a_second_factor_is_guessed_a_hundred_times_at_most_until_a_passkey_or_a_reset(desk, ada) -> None:
    with pytest.raises(SignInRefused):
        arriving.finish_with_totp(desk, ada.caller, ada.begin().token, "abcdef")
    with write(desk.engine) as tx:
        tx.execute(update(tries).where(tries.c.failures == 1).values(failures=SECOND_RULE.most - 1))
    ada.clock.move(hours=2)
    for expected in (SignInRefused, RateLimited):
        with pytest.raises(expected):
            arriving.finish_with_totp(desk, ada.caller, ada.begin().token, "abcdef")
        ada.clock.move(days=14)
    with pytest.raises(RateLimited, match="not accepted any more"):
        arriving.use_recovery_code(desk, ada.caller, ada.begin().token, ada.codes[0])
    ada.sign_in_by_passkey()
    assert ada.sign_in()


@SQLITE
def test_a_right_password_does_not_give_more_guesses_of_the_second_factor(desk, ada) -> None:
    told = []
    for _ in range(7):
        try:
            arriving.finish_with_totp(desk, ada.caller, ada.begin().token, "000000")
        except (SignInRefused, RateLimited) as error:
            told.append(type(error))
    assert told == [SignInRefused] * 5 + [RateLimited] * 2


@SQLITE
def test_neither_name_nor_address_stands_in_the_table_of_tries(desk, new_caller) -> None:
    _fail(desk, new_caller("203.0.113.77"), "Somebody Real")
    with read(desk.engine) as tx:
        rows = tx.execute(select(tries)).all()
    assert len(rows) == 2
    assert b"Somebody" not in repr(rows).encode()
    assert "203.0" not in repr(rows)


@SQLITE
def test_challenges_are_not_asked_for_without_end(desk, new_caller) -> None:
    arriving.begin_with_passkey(desk, new_caller())
    with write(desk.engine) as tx:
        tx.execute(update(tries).values(failures=CHALLENGE_RULE.free))
    with pytest.raises(RateLimited):
        arriving.begin_with_passkey(desk, new_caller())
    desk.clock.move(minutes=1)
    assert arriving.begin_with_passkey(desk, new_caller())
