"""Signing in takes a password and a second factor, or a passkey, each once, and whatever is wrong is refused alike."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from safelight.access import queries
from safelight.access.signing_in.password import Cost, PasswordHasher
from safelight.access.signing_in.session import Factor, Means, Stage
from safelight.access.signing_in.token import new_token
from safelight.access.store.sign_in_tables import totp
from safelight.database.transaction import read, write
from safelight.errors import ClockWrong, RateLimited, SessionEnded, SignInRefused
from safelight.flow import access
from safelight.flow.signing_in import arriving
from safelight.flow.signing_in.desk import find_present
from safelight.testing.authenticator import COPIED, MAY_BE_COPIED, PRESENT, VERIFIED, SoftAuthenticator, SoftPasskey

ORIGIN = "https://review.example.org"
SQLITE = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
"""For what does not hang on the database: once is enough."""


def test_a_password_and_a_code_of_the_app_sign_in_and_the_password_alone_may_nothing(desk, ada) -> None:
    ada.clock.move(seconds=31)
    first = ada.begin()
    assert first.factors == {Factor.TOTP, Factor.PASSKEY, Factor.RECOVERY_CODE}
    waiting = find_present(desk, first.token)
    assert (waiting.session.stage, waiting.actor.permissions) == (Stage.AWAITING, frozenset())
    done = arriving.finish_with_totp(desk, ada.caller, first.token, ada.code())
    assert (done.session.means, done.recovery_codes_left) == (Means.PASSWORD_TOTP, 10)
    present = find_present(desk, done.token)
    assert (present.actor.name, present.session.stage) == ("Ada", Stage.SIGNED_IN)
    assert present.actor.permissions


@SQLITE
def test_the_token_turns_at_each_step_so_that_one_that_was_planted_is_worth_nothing(desk, ada) -> None:
    ada.clock.move(seconds=31)
    planted = new_token()
    first = arriving.begin_sign_in(desk, replace(ada.caller, visitor=planted), "Ada", "grey otters count slowly")
    done = arriving.finish_with_totp(desk, ada.caller, first.token, ada.code())
    assert len({planted, first.token, done.token}) == 3
    for token in (planted, first.token):
        with pytest.raises(SessionEnded):
            find_present(desk, token)


def test_a_code_is_accepted_once_and_so_is_no_earlier_one(desk, ada) -> None:
    ada.clock.move(seconds=60)
    code, earlier = ada.code(), ada.code(seconds=-30)
    arriving.finish_with_totp(desk, ada.caller, ada.begin().token, code)
    for replayed in (code, earlier):
        with pytest.raises(SignInRefused):
            arriving.finish_with_totp(desk, ada.caller, ada.begin().token, replayed)


@SQLITE
def test_one_step_early_or_late_is_accepted_and_no_more(desk, ada) -> None:
    for ahead, is_accepted in ((-60, False), (-30, True), (0, True), (30, True), (60, False)):
        ada.clock.move(minutes=5)
        first = ada.begin()
        try:
            arriving.finish_with_totp(desk, ada.caller, first.token, ada.code(seconds=ahead))
        except SignInRefused:
            assert not is_accepted
        else:
            assert is_accepted
        with write(desk.engine) as tx:
            tx.execute(update(totp).values(drift=0))  # each of these by itself: drift has a test of its own


@SQLITE
def test_a_clock_that_drifts_is_followed_as_far_as_two_minutes(desk, ada) -> None:
    for ahead in (30, 60, 90, 120, 150):
        ada.clock.move(minutes=10)
        first = ada.begin()
        if ahead > 120 + 30:
            break
        arriving.finish_with_totp(desk, ada.caller, first.token, ada.code(seconds=ahead))
    ada.clock.move(minutes=10)
    with pytest.raises(SignInRefused):
        arriving.finish_with_totp(desk, ada.caller, ada.begin().token, ada.code(seconds=180))


def test_one_code_that_is_sent_many_times_at_once_signs_in_once(desk, ada) -> None:
    ada.clock.move(seconds=60)
    tokens, code = [ada.begin().token for _ in range(4)], ada.code()
    done = _at_once(lambda token: arriving.finish_with_totp(desk, ada.caller, token, code), tokens)
    assert sum(isinstance(each, arriving.SignedIn) for each in done) == 1


def test_a_recovery_code_signs_in_once_also_where_it_is_sent_many_times_at_once(desk, ada) -> None:
    tokens = [ada.begin().token for _ in range(4)]
    done = _at_once(lambda token: arriving.use_recovery_code(desk, ada.caller, token, ada.codes[0]), tokens)
    (in_,) = [each for each in done if isinstance(each, arriving.SignedIn)]
    assert (in_.recovery_codes_left, in_.session.means) == (9, Means.PASSWORD_RECOVERY_CODE)
    typed = ada.codes[1].lower().replace("-", " ")
    assert arriving.use_recovery_code(desk, ada.caller, ada.begin().token, typed).recovery_codes_left == 8


@SQLITE
def test_nobody_uses_the_recovery_code_or_the_step_of_another(desk, ada, enrol) -> None:
    bo = enrol("Bo")
    with pytest.raises(SignInRefused):
        arriving.use_recovery_code(desk, bo.caller, bo.begin().token, ada.codes[0])
    bo.clock.move(seconds=31)
    with pytest.raises(SignInRefused):
        arriving.finish_with_totp(desk, bo.caller, bo.begin().token, ada.code())


def _at_once(act, tokens) -> list[object]:
    start, done = threading.Barrier(len(tokens)), []

    def run(token: str) -> None:
        start.wait()
        try:
            done.append(act(token))
        except (SignInRefused, RateLimited) as error:
            done.append(error)

    threads = [threading.Thread(target=run, args=(token,)) for token in tokens]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return done


def test_whatever_was_wrong_is_refused_in_the_same_words_and_costs_one_hash(
    desk, actor, ada, invite, new_caller
) -> None:
    invite("Invited")
    access.add_person(desk.engine, desk.clock, actor, "Gone", role_names=["lead"])
    access.disable_person(desk.engine, desk.clock, actor, "Gone")
    told = set()
    for number, (name, password) in enumerate(
        [
            ("Ada", "wrong"),
            ("nobody", "grey otters count slowly"),
            ("Invited", "x" * 20),
            ("Gone", "x"),
            ("Ada", "y" * 10_000),
            ("Ada", "\ud800 grey otters"),
            ("\0\ud800", "x"),
            ("n" * 5000, ""),
        ]
    ):
        before = desk.passwords.computed
        with pytest.raises(SignInRefused) as caught:
            arriving.begin_sign_in(desk, new_caller(f"192.0.2.{number}"), name, password)
        told.add(str(caught.value))
        assert desk.passwords.computed == before + 1
    assert len(told) == 1


@SQLITE
def test_a_hash_that_was_made_at_another_cost_is_renewed_at_the_next_sign_in(desk, ada) -> None:
    dearer = replace(desk, passwords=PasswordHasher(Cost(memory_kib=16, rounds=2, lanes=1)))
    ada.desk = dearer
    ada.sign_in()
    with read(desk.engine) as tx:
        kept = queries.find_credentials(tx, 1).password
    assert "m=16,t=2,p=1" in kept
    assert not dearer.passwords.is_outdated(kept)
    ada.sign_in()


@SQLITE
def test_a_passkey_alone_signs_in_and_beside_a_password_only_the_persons_own(desk, ada, enrol, new_caller) -> None:
    alone = ada.sign_in_by_passkey(new_caller())
    assert (alone.person.name, alone.session.means) == ("Ada", Means.PASSKEY)
    first = ada.begin()
    asked = arriving.begin_with_passkey(desk, ada.caller, first.token)
    beside = arriving.finish_with_passkey(desk, ada.caller, ada.authenticator.get(asked), first.token)
    assert beside.session.means is Means.PASSWORD_PASSKEY
    bo = enrol("Bo")
    first = bo.begin()
    asked = arriving.begin_with_passkey(desk, bo.caller, first.token)
    others = ada.authenticator.get(asked, passkey=ada.authenticator.passkeys[0])
    with pytest.raises(SignInRefused):
        arriving.finish_with_passkey(desk, bo.caller, others, first.token)


def test_a_challenge_is_answered_once_in_the_browser_that_was_asked_and_in_time(desk, ada, new_caller) -> None:
    caller = new_caller()
    answer = ada.authenticator.get(arriving.begin_with_passkey(desk, caller))
    with pytest.raises(SignInRefused):
        arriving.finish_with_passkey(desk, new_caller(), answer)  # another browser
    arriving.finish_with_passkey(desk, caller, answer)
    with pytest.raises(SignInRefused):
        arriving.finish_with_passkey(desk, caller, answer)  # again
    late = ada.authenticator.get(arriving.begin_with_passkey(desk, caller))
    ada.clock.move(minutes=5)
    with pytest.raises(SignInRefused):
        arriving.finish_with_passkey(desk, caller, late)


@SQLITE
def test_a_wrong_answer_uses_its_challenge_up(desk, ada, new_caller) -> None:
    caller = new_caller()
    asked = arriving.begin_with_passkey(desk, caller)
    for answer in (ada.authenticator.get(asked, origin="https://evil.example"), ada.authenticator.get(asked)):
        with pytest.raises(SignInRefused):
            arriving.finish_with_passkey(desk, caller, answer)


@SQLITE
def test_an_answer_that_is_not_quite_true_is_refused(desk, ada, enrol, new_caller) -> None:
    caller, bo, who = new_caller(), enrol("Bo"), ada.authenticator
    for answer in (
        lambda asked: who.get(asked, handle=bo.authenticator.passkeys[0].handle),
        lambda asked: who.get(asked, crossOrigin=True),
        lambda asked: who.get(asked, topOrigin="https://evil.example"),
        lambda asked: who.get(asked, origin="https://evil.review.example.org"),
        lambda asked: who.get(asked, type="webauthn.create"),
        lambda asked: SoftAuthenticator(ORIGIN, passkeys=[_elsewhere(ada)]).get(asked),
        lambda asked: _flagged(ada, asked, PRESENT),
        lambda asked: _flagged(ada, asked, VERIFIED),
        lambda asked: _flagged(ada, asked, PRESENT | VERIFIED | MAY_BE_COPIED),
        lambda asked: _flagged(ada, asked, PRESENT | VERIFIED | COPIED),
        lambda asked: SoftAuthenticator(ORIGIN, passkeys=[_same_id(ada)]).get(asked),
    ):
        given = answer(arriving.begin_with_passkey(desk, caller))
        who.flags = PRESENT | VERIFIED
        with pytest.raises(SignInRefused):
            arriving.finish_with_passkey(desk, caller, given)
    assert ada.sign_in_by_passkey(new_caller())


def _elsewhere(who) -> SoftPasskey:
    return replace(who.authenticator.passkeys[0], rp_id="example.org", sign_count=50)


def _flagged(who, asked: str, flags: int) -> str:
    who.authenticator.flags = flags
    return who.authenticator.get(asked)


def _same_id(who) -> SoftPasskey:
    own = who.authenticator.passkeys[0]
    return SoftPasskey(rp_id=own.rp_id, handle=own.handle, credential_id=own.credential_id, sign_count=50)


def test_a_copied_authenticator_is_noticed_by_its_counter_and_counts_no_more(desk, ada, new_caller, verbs) -> None:
    ada.sign_in_by_passkey(new_caller())
    ada.authenticator.passkeys[0].sign_count -= 1  # a copy, which has not counted what the other one did
    before = len(verbs())
    with pytest.raises(SignInRefused):
        ada.sign_in_by_passkey(new_caller())
    assert verbs(before) == ["alarm_of_copied_passkey"]
    ada.authenticator.passkeys[0].sign_count += 10
    with pytest.raises(SignInRefused):
        ada.sign_in_by_passkey(new_caller())
    assert Factor.PASSKEY not in ada.begin().factors


@SQLITE
def test_an_alarm_about_a_copy_takes_a_true_signature(desk, ada, new_caller, verbs) -> None:
    ada.sign_in_by_passkey(new_caller())
    forged, caller = _same_id(ada), new_caller()
    forged.sign_count = 0
    before = len(verbs())
    answer = SoftAuthenticator(ORIGIN, step=0, passkeys=[forged]).get(arriving.begin_with_passkey(desk, caller))
    with pytest.raises(SignInRefused):
        arriving.finish_with_passkey(desk, caller, answer)
    assert verbs(before) == []
    ada.sign_in_by_passkey(new_caller())


@pytest.mark.parametrize("act", ["disable", "reset"])
def test_who_is_disabled_or_reset_in_the_middle_does_not_get_in(desk, actor, ada, new_caller, act: str) -> None:
    ada.clock.move(seconds=31)
    first, caller = ada.begin(), new_caller()
    answer = ada.authenticator.get(arriving.begin_with_passkey(desk, caller))
    who = (desk.engine, desk.clock, actor, "Ada")
    if act == "disable":
        access.disable_person(*who)
    else:
        access.reset_person(*who, lasting=timedelta(hours=1))
    for finish in (
        lambda: arriving.finish_with_totp(desk, ada.caller, first.token, ada.code()),
        lambda: arriving.use_recovery_code(desk, ada.caller, first.token, ada.codes[0]),
        lambda: arriving.finish_with_passkey(desk, caller, answer),
        ada.begin,
    ):
        with pytest.raises((SignInRefused, SessionEnded)):
            finish()


@SQLITE
def test_who_waits_too_long_with_the_second_factor_begins_again(desk, ada) -> None:
    first = ada.begin()
    ada.clock.move(minutes=10)
    with pytest.raises(SessionEnded):
        arriving.finish_with_totp(desk, ada.caller, first.token, ada.code())


@SQLITE
def test_nobody_signs_in_by_a_clock_that_was_set_back(desk, ada) -> None:
    ada.sign_in()
    ada.clock.move(minutes=-6)
    with pytest.raises(ClockWrong):
        ada.begin()
