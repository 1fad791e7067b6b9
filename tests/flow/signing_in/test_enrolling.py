"""Who is invited sets a password and a second factor, and nobody gets further without."""

from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import select

from safelight.access.signing_in.session import Factor, Stage
from safelight.access.store.sign_in_tables import invitations, recovery_codes, totp
from safelight.database.dump import dump_rows, found_tables
from safelight.database.transaction import read
from safelight.errors import (
    AlreadyExists,
    InvalidValue,
    KeysNotExported,
    NotAllowed,
    NotFound,
    ReauthenticationNeeded,
    SessionEnded,
    SignInRefused,
    UsageError,
)
from safelight.flow import access
from safelight.flow.signing_in import arriving, enrolling
from safelight.flow.signing_in.desk import find_present
from safelight.testing.authenticator import SoftAuthenticator
from safelight.testing.keys import MemoryKeys

PASSWORD = "grey otters count slowly"

SQLITE = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
"""For what does not hang on the database: once is enough."""


@pytest.fixture
def begun(desk, invite, new_caller) -> str:
    """The token of somebody who has just used their sign-in code."""
    return enrolling.begin_enrolment(desk, new_caller(), invite())[0]


def test_a_sign_in_code_counts_once_and_in_time(desk, moving, actor, invite, new_caller) -> None:
    code = invite()
    assert enrolling.begin_enrolment(desk, new_caller(), code.lower())[1].stage is Stage.ENROLLING
    other = invite("Bo")
    moving.move(days=1)
    for gone in (code, other, "no code", "00000-00000-00000-00000"):
        with pytest.raises(SignInRefused, match="not known"):
            enrolling.begin_enrolment(desk, new_caller(), gone)


def test_a_new_invitation_ends_the_one_before_and_all_that_was_begun_by_it(desk, actor, invite, new_caller) -> None:
    first = invite()
    token, _ = enrolling.begin_enrolment(desk, new_caller(), first)
    who = (desk.engine, desk.clock, actor, "Ada")
    _, second, _ = access.invite_person(*who, lasting=timedelta(hours=1))
    access.invite_person(*who, lasting=timedelta(hours=1))
    with pytest.raises(SessionEnded):
        enrolling.set_password(desk, token, PASSWORD)
    with pytest.raises(SignInRefused):
        enrolling.begin_enrolment(desk, new_caller(), second)


@SQLITE
def test_who_is_disabled_does_not_enrol(desk, actor, invite, new_caller) -> None:
    code = invite()
    access.disable_person(desk.engine, desk.clock, actor, "Ada")
    with pytest.raises(SignInRefused):
        enrolling.begin_enrolment(desk, new_caller(), code)


@SQLITE
def test_nobody_gets_past_enrolment_without_a_password_and_a_second_factor(desk, begun, new_caller) -> None:
    with pytest.raises(UsageError, match="a password and a second factor"):
        enrolling.finish_enrolment(desk, new_caller(), begun)
    token = enrolling.set_password(desk, begun, PASSWORD)
    enrolling.enrol_totp(desk, token)  # never confirmed
    with pytest.raises(UsageError, match="lacking: a second factor"):
        enrolling.finish_enrolment(desk, new_caller(), token)
    assert find_present(desk, token).actor.permissions == frozenset()
    with pytest.raises(SignInRefused, match="never set up to its end"):
        arriving.begin_sign_in(desk, new_caller(), "Ada", PASSWORD)


@SQLITE
def test_a_passkey_is_second_factor_enough_and_recovery_codes_are_shown_at_the_end(desk, begun, new_caller) -> None:
    authenticator = SoftAuthenticator(desk.party.origin)
    token = enrolling.set_password(desk, begun, PASSWORD)
    made = authenticator.create(enrolling.enrol_passkey(desk, token))
    assert enrolling.confirm_passkey(desk, token, made, name=" key ").name == "key"
    done, codes = enrolling.finish_enrolment(desk, new_caller(), token)
    assert len(set(codes)) == done.recovery_codes_left == 10
    assert find_present(desk, done.token).actor.permissions
    with pytest.raises(SessionEnded):
        enrolling.finish_enrolment(desk, new_caller(), done.token)
    first = arriving.begin_sign_in(desk, new_caller(), "ada", PASSWORD)
    assert first.factors == {Factor.PASSKEY, Factor.RECOVERY_CODE}


@SQLITE
def test_a_password_that_is_guessed_first_is_refused(desk, begun) -> None:
    for password in ("short", "password12345", "ababababababab", "Safelight 2026", "x" * 257):
        with pytest.raises(InvalidValue):
            enrolling.set_password(desk, begun, password)


def test_the_secret_of_an_app_is_sealed_and_counts_once_its_code_was_shown(desk, moving, begun, new_caller) -> None:
    first, second = enrolling.enrol_totp(desk, begun), enrolling.enrol_totp(desk, begun)
    with pytest.raises(SignInRefused):
        enrolling.confirm_totp(desk, begun, pyotp.TOTP(first.secret).at(moving.now()))
    enrolling.confirm_totp(desk, begun, pyotp.TOTP(second.secret).at(moving.now()))
    with pytest.raises(NotFound):
        enrolling.confirm_totp(desk, begun, pyotp.TOTP(second.secret).at(moving.now()))
    assert second.uri.startswith("otpauth://totp/Safelight:Ada?secret=")
    with read(desk.engine) as tx:
        assert len(tx.execute(select(totp)).all()) == 1
        everything = b"".join(block for table in found_tables(tx) for _, block in dump_rows(tx, table))
    assert second.secret.encode() not in everything


@SQLITE
def test_no_secret_is_sealed_before_there_is_a_recovery_copy_of_the_keys(desk, begun) -> None:
    with pytest.raises(KeysNotExported):
        enrolling.enrol_totp(replace(desk, keys=MemoryKeys(is_exported=False)), begun)


def test_of_codes_and_tokens_only_digests_are_in_the_database(desk, ada) -> None:
    with read(desk.engine) as tx:
        assert len(tx.execute(select(recovery_codes)).all()) == 10
        assert tx.execute(select(invitations)).all() == []
        everything = b"".join(block for table in found_tables(tx) for _, block in dump_rows(tx, table))
    for secret in (*ada.codes, ada.token, ada.caller.device, ada.caller.visitor, ada.secret, PASSWORD):
        assert secret.encode() not in everything
        assert secret.replace("-", "").encode() not in everything


@SQLITE
def test_what_one_signs_in_with_is_changed_only_by_who_has_just_shown_who_they_are(desk, ada) -> None:
    ada.clock.move(minutes=10)
    for change in (
        lambda: enrolling.set_password(desk, ada.token, "another long phrase of words"),
        lambda: enrolling.enrol_totp(desk, ada.token),
        lambda: enrolling.confirm_totp(desk, ada.token, "000000"),
        lambda: enrolling.remove_totp(desk, ada.token),
        lambda: enrolling.enrol_passkey(desk, ada.token),
        lambda: enrolling.confirm_passkey(desk, ada.token, "{}", name="x"),
        lambda: enrolling.rename_passkey(desk, ada.token, 1, name="x"),
        lambda: enrolling.remove_passkey(desk, ada.token, 1),
        lambda: enrolling.make_recovery_codes(desk, ada.token),
    ):
        with pytest.raises((ReauthenticationNeeded, SignInRefused)):
            change()
    assert enrolling.find_enrolled(desk, ada.token).factors == set(Factor)


@SQLITE
def test_who_has_shown_only_a_password_changes_nothing(desk, ada) -> None:
    token = ada.begin().token
    with pytest.raises(NotAllowed):
        enrolling.set_password(desk, token, "another long phrase of words")
    with pytest.raises(NotAllowed):
        enrolling.enrol_passkey(desk, token)


def test_another_password_ends_every_other_session_and_turns_this_one(desk, ada, new_caller) -> None:
    other = ada.sign_in(new_caller())
    mine = ada.sign_in()
    turned = enrolling.set_password(desk, mine.token, "another long phrase of words")
    for ended in (other.token, mine.token, ada.token):
        with pytest.raises(SessionEnded):
            find_present(desk, ended)
    assert find_present(desk, turned).session.id == mine.session.id
    with pytest.raises(SignInRefused):
        ada.begin()
    assert ada.begin(password="another long phrase of words")


@SQLITE
def test_the_only_second_factor_is_not_removed(desk, ada, enrol) -> None:
    (passkey,) = enrolling.find_enrolled(desk, ada.token).passkeys
    enrolling.remove_totp(desk, ada.token)
    with pytest.raises(NotAllowed, match="only second factor"):
        enrolling.remove_passkey(desk, ada.token, passkey.id)
    bo = enrol("Bo", with_passkey=False)
    with pytest.raises(NotAllowed, match="only second factor"):
        enrolling.remove_totp(desk, bo.token)
    with pytest.raises(NotFound):
        enrolling.remove_passkey(desk, bo.token, passkey.id)
    with pytest.raises(NotFound):
        enrolling.rename_passkey(desk, bo.token, passkey.id, name="mine")


def test_a_person_has_several_passkeys_by_name_and_none_that_another_has(desk, ada, enrol) -> None:
    second = SoftAuthenticator(desk.party.origin)
    made = second.create(enrolling.enrol_passkey(desk, ada.token))
    with pytest.raises(AlreadyExists, match="named"):
        enrolling.confirm_passkey(desk, ada.token, made, name="Blue Key")
    made = second.create(enrolling.enrol_passkey(desk, ada.token))
    green = enrolling.confirm_passkey(desk, ada.token, made, name="green key")
    enrolling.rename_passkey(desk, ada.token, green.id, name="phone")
    assert [each.name for each in enrolling.find_enrolled(desk, ada.token).passkeys] == ["blue key", "phone"]
    enrolling.remove_passkey(desk, ada.token, green.id)
    bo = enrol("Bo", with_passkey=False)
    taken = ada.authenticator.passkeys[0].credential_id
    thief = SoftAuthenticator(desk.party.origin)
    import safelight.testing.authenticator as module

    passkey = module.SoftPasskey(rp_id=desk.party.rp_id, handle=b"x", credential_id=taken)
    thief.passkeys.append(passkey)
    answer = thief.create(enrolling.enrol_passkey(desk, bo.token), passkey=passkey)
    with pytest.raises(AlreadyExists, match="known already"):
        enrolling.confirm_passkey(desk, bo.token, answer, name="stolen")


@SQLITE
def test_an_answer_to_another_challenge_or_session_makes_no_passkey(desk, ada, enrol) -> None:
    bo, second = enrol("Bo"), SoftAuthenticator(desk.party.origin)
    made = second.create(enrolling.enrol_passkey(desk, bo.token))
    with pytest.raises(SignInRefused):
        enrolling.confirm_passkey(desk, ada.token, made, name="x")
    asked = enrolling.enrol_passkey(desk, ada.token)
    for answer in (second.create(asked, origin="https://evil.example"), second.create(asked), "{}", "[", "x" * 70_000):
        with pytest.raises(SignInRefused):  # the first wrong one used the challenge up
            enrolling.confirm_passkey(desk, ada.token, answer, name="x")


@SQLITE
def test_new_recovery_codes_end_those_before(desk, ada) -> None:
    codes = enrolling.make_recovery_codes(desk, ada.token)
    with pytest.raises(SignInRefused):
        arriving.use_recovery_code(desk, ada.caller, ada.begin().token, ada.codes[0])
    assert arriving.use_recovery_code(desk, ada.caller, ada.begin().token, codes[0])
