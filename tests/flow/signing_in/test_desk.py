"""A session stands for its person as they are now, and ends by time, by disabling and by a reset."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from safelight.access.signing_in.token import new_token
from safelight.access.store.sign_in_tables import sessions
from safelight.access.store.tables import persons
from safelight.database.transaction import read, write
from safelight.errors import NotAllowed, SessionEnded, UsageError
from safelight.flow import access
from safelight.flow.signing_in.desk import find_present
from safelight.roles import Permission

SQLITE = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
"""For what does not hang on the database: once is enough."""


@pytest.fixture
def who(desk, actor) -> tuple:
    return desk.engine, desk.clock, actor, "Ada"


def _is_over(desk, token: str) -> bool:
    try:
        find_present(desk, token)
    except SessionEnded:
        return True
    return False


@SQLITE
def test_a_session_ends_when_it_is_not_used(desk, ada) -> None:
    ada.clock.move(minutes=29)
    find_present(desk, ada.token)
    ada.clock.move(minutes=29)
    find_present(desk, ada.token, is_activity=False)  # what a page asks by itself keeps nothing alive
    ada.clock.move(minutes=1)
    assert _is_over(desk, ada.token)


@SQLITE
def test_a_session_ends_after_so_long_however_much_it_is_used(desk, ada) -> None:
    for _ in range(12 * 60 // 20 - 1):
        ada.clock.move(minutes=20)
        find_present(desk, ada.token)
    ada.clock.move(minutes=20)
    assert _is_over(desk, ada.token)


@SQLITE
def test_a_clock_that_is_set_back_makes_no_session_last_longer(desk, ada) -> None:
    ada.clock.move(minutes=-5)
    assert not _is_over(desk, ada.token)
    ada.clock.move(minutes=-1)
    assert _is_over(desk, ada.token)


def test_a_use_is_written_down_once_a_minute(desk, ada) -> None:
    def used_at():
        with read(desk.engine) as tx:
            return tx.execute(select(sessions.c.used_at)).scalar_one()

    before = used_at()
    ada.clock.move(seconds=59)
    find_present(desk, ada.token)
    assert used_at() == before
    ada.clock.move(seconds=1)
    find_present(desk, ada.token)
    assert used_at() == ada.clock.now()


def test_what_is_no_token_of_ours_is_no_session(desk) -> None:
    for token in (None, "", "x", "\0", "é" * 43, new_token()):
        assert _is_over(desk, token)


def test_other_roles_count_from_the_next_request_on(desk, ada, who) -> None:
    assert Permission.EVIDENCE_REVIEW in find_present(desk, ada.token).actor.permissions
    access.set_person_roles(*who, role_names=["analyst"])
    assert Permission.EVIDENCE_REVIEW not in find_present(desk, ada.token).actor.permissions
    access.set_role(*who[:3], "analyst", {Permission.BANK_READ})
    assert find_present(desk, ada.token).actor.permissions == {Permission.BANK_READ}


def test_who_is_disabled_is_out_at_once_and_stays_so_until_they_sign_in_anew(desk, ada, who) -> None:
    access.disable_person(*who)
    assert _is_over(desk, ada.token)
    access.enable_person(*who)
    assert _is_over(desk, ada.token)
    assert ada.sign_in()


def test_a_session_that_outlived_its_persons_disabling_counts_for_nothing(desk, ada) -> None:
    with write(desk.engine) as tx:
        tx.execute(update(persons).values(disabled_at=desk.clock.now()))  # as if both were done at one moment
    assert _is_over(desk, ada.token)


def test_a_reset_takes_everything_and_the_person_enrols_anew(desk, ada, who, new_caller) -> None:
    _, code, _ = access.reset_person(*who, lasting=timedelta(hours=1))
    assert _is_over(desk, ada.token)
    from safelight.errors import SignInRefused
    from safelight.flow.signing_in import enrolling

    with pytest.raises(SignInRefused):
        ada.begin()
    with pytest.raises(SignInRefused):
        ada.sign_in_by_passkey()
    assert enrolling.begin_enrolment(desk, new_caller(), code)


@SQLITE
def test_nobody_invites_or_resets_who_may_more_than_they(desk, ada, invite, who) -> None:
    from safelight.roles import Actor, ActorKind

    invite("Root", "admin")
    helper = Actor(kind=ActorKind.PERSON, name="helper", permissions=frozenset({Permission.ACCESS_WRITE}))
    for act in (access.invite_person, access.reset_person):
        with pytest.raises(NotAllowed, match="may not give"):
            act(desk.engine, desk.clock, helper, "Root", lasting=timedelta(hours=1))
        with pytest.raises(NotAllowed, match="access:write"):
            act(desk.engine, desk.clock, find_present(desk, ada.token).actor, "Root", lasting=timedelta(hours=1))
    with pytest.raises(UsageError, match="person reset"):
        access.invite_person(*who, lasting=timedelta(hours=1))


@SQLITE
def test_no_token_is_in_the_text_of_who_is_present(desk, ada) -> None:
    assert ada.token not in repr(find_present(desk, ada.token))
    assert ada.token not in repr(ada.signed_in)
