"""Passwords are long and not the first that are guessed, and one try costs one hash whoever asks."""

import threading
import time

import pytest

from safelight.access.signing_in.password import USUAL_COST, Cost, PasswordHasher, check_password
from safelight.errors import InvalidValue, RateLimited

CHEAP = Cost(memory_kib=8, rounds=1, lanes=1)


def test_the_usual_cost_is_what_rfc_9106_recommends() -> None:
    assert PasswordHasher().cost == USUAL_COST == Cost(memory_kib=65_536, rounds=3, lanes=4)


def test_a_hash_says_its_cost_and_matches_its_password_alone() -> None:
    hasher = PasswordHasher(CHEAP)
    kept = hasher.hash("twelve letters")
    assert kept.startswith("$argon2id$v=19$m=8,t=1,p=1$")
    assert kept != hasher.hash("twelve letters")
    assert hasher.matches(kept, "twelve letters")
    assert not hasher.matches(kept, "twelve letter")
    assert not hasher.matches("no hash", "twelve letters")
    assert not hasher.is_outdated(kept)
    assert PasswordHasher(Cost(memory_kib=16, rounds=1, lanes=1)).is_outdated(kept)


def test_a_password_is_the_same_in_whatever_way_its_letters_are_composed() -> None:
    hasher = PasswordHasher(CHEAP)
    assert hasher.matches(hasher.hash("contrase\u00f1a larga"), "contrasen\u0303a larga")


def test_nobodys_password_is_none_and_costs_one_hash_of_the_same_cost() -> None:
    hasher = PasswordHasher(CHEAP)
    for number, given in enumerate(("", "x", "x" * 10_000, "\ud800"), 1):
        assert not hasher.matches(None, given)
        assert hasher.computed == number
    assert not hasher.is_outdated(hasher._nobodys())


def test_who_waits_too_long_for_a_hash_is_told_to_come_again() -> None:
    hasher = PasswordHasher(CHEAP, most_at_once=1, patience_s=0.01)
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with hasher._slot():
            held.set()
            done.wait(5)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(5)
    before = time.monotonic()
    with pytest.raises(RateLimited):
        hasher.matches(None, "x")
    assert time.monotonic() - before < 5
    done.set()
    thread.join()
    hasher.matches(None, "x")


@pytest.mark.parametrize("password", ["x" * 11, "grey otters" + "x" * 250, "password2026", "\ud800 twelve letters"])
def test_a_password_of_the_wrong_form_is_refused(password: str) -> None:
    with pytest.raises(InvalidValue):
        check_password(password)


@pytest.mark.parametrize("password", ["grey otters count slowly", "пять слов подряд", "K3v!n walked home"])
def test_any_characters_make_a_password(password: str) -> None:
    check_password(password, names=("Ada Lovelace", "safelight"))
