"""A person looks at their own sessions, ends them, and shows again who they are."""

import pytest

from safelight.access.signing_in.session import require_fresh
from safelight.access.steps import sessions as steps
from safelight.errors import NotFound, RateLimited, ReauthenticationNeeded, SessionEnded, SignInRefused
from safelight.flow.signing_in import own_sessions
from safelight.flow.signing_in.desk import find_present

PASSWORD = "grey otters count slowly"

SQLITE = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
"""For what does not hang on the database: once is enough."""


def test_who_has_shown_again_who_they_are_is_fresh_under_another_token_until_the_same_end(desk, ada) -> None:
    before = find_present(desk, ada.token).session
    ada.clock.move(minutes=11)
    with pytest.raises(ReauthenticationNeeded):
        require_fresh(find_present(desk, ada.token).session, ada.clock.now())
    by_password = own_sessions.reauthenticate(desk, ada.token, PASSWORD)
    after = find_present(desk, by_password).session
    require_fresh(after, ada.clock.now())
    assert (after.id, after.ends_at) == (before.id, before.ends_at)
    ada.clock.move(minutes=11)
    answer = ada.authenticator.get(own_sessions.begin_reauthentication(desk, by_password))
    by_passkey = own_sessions.reauthenticate_with_passkey(desk, by_password, answer)
    require_fresh(find_present(desk, by_passkey).session, ada.clock.now())
    for old in (ada.token, by_password):
        with pytest.raises(SessionEnded):
            find_present(desk, old)


@SQLITE
def test_a_wrong_password_does_not_refresh_and_waits_after_some(desk, ada, verbs) -> None:
    for _ in range(5):
        with pytest.raises(SignInRefused):
            own_sessions.reauthenticate(desk, ada.token, "wrong")
    with pytest.raises(RateLimited):
        own_sessions.reauthenticate(desk, ada.token, PASSWORD)
    assert verbs()[-1] == "alarm_of_sign_in"
    assert ada.sign_in()  # another browser, or this one anew, is not held up by it


@SQLITE
def test_the_passkey_or_the_answer_of_another_does_not_refresh(desk, ada, enrol) -> None:
    bo = enrol("Bo")
    asked = own_sessions.begin_reauthentication(desk, ada.token)
    with pytest.raises(SignInRefused):
        own_sessions.reauthenticate_with_passkey(
            desk, ada.token, bo.authenticator.get(asked, passkey=bo.authenticator.passkeys[0])
        )
    mine = ada.authenticator.get(own_sessions.begin_reauthentication(desk, ada.token))
    with pytest.raises(SignInRefused):
        own_sessions.reauthenticate_with_passkey(desk, bo.token, mine)


def test_signing_out_ends_the_session_and_may_be_done_twice(desk, ada, verbs) -> None:
    own_sessions.sign_out(desk, ada.token)
    own_sessions.sign_out(desk, ada.token)
    own_sessions.sign_out(desk, None)
    assert verbs()[-1] == "sign_out"
    with pytest.raises(SessionEnded):
        find_present(desk, ada.token)


def test_sessions_are_listed_and_ended_one_by_one_or_together(desk, ada, new_caller, enrol) -> None:
    other = ada.sign_in(new_caller(browser="Edge on Windows"))
    mine = ada.sign_in()
    found = own_sessions.list_sessions(desk, mine.token)
    assert [each.browser for each in found] == ["Firefox on Linux", "Edge on Windows", "Firefox on Linux"]
    own_sessions.end_session(desk, mine.token, other.session.id)
    with pytest.raises(SessionEnded):
        find_present(desk, other.token)
    bo = enrol("Bo")
    with pytest.raises(NotFound):
        own_sessions.end_session(desk, bo.token, mine.session.id)
    assert own_sessions.end_other_sessions(desk, mine.token) == 1
    assert len(own_sessions.list_sessions(desk, mine.token)) == 1


@SQLITE
def test_a_person_has_so_many_sessions_and_the_next_ends_the_one_longest_unused(desk, ada, monkeypatch) -> None:
    monkeypatch.setattr(steps, "MOST_SESSIONS", 3)
    for _ in range(3):
        ada.sign_in_by_passkey()
    with pytest.raises(SessionEnded):
        find_present(desk, ada.token)
