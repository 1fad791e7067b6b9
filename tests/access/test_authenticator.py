"""A secret tells who acts; what is known of it is cached, and what is changed counts within a second."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import event

from safelight.access import steps
from safelight.access.authenticator import Authenticator
from safelight.access.known_secrets import KnownSecrets
from safelight.access.rate import Rate
from safelight.access.role import BUILT_IN
from safelight.access.secret import new_secret
from safelight.access.uses import Uses
from safelight.database.transaction import write
from safelight.errors import DatabaseUnusable, Unauthenticated
from safelight.roles import ActorKind, Permission


@pytest.fixture
def make_authenticator(engine, moving):
    """Make what one process has: several of them are several processes."""

    def make(**more) -> Authenticator:
        return Authenticator(engine, moving, uses=more.pop("uses", Uses()), monotonic=moving.monotonic, **more)

    return make


@pytest.fixture
def questions(engine):
    """Count the statements that the database is asked, transactions aside."""
    asked: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        if statement.startswith("SELECT"):
            asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield asked
    event.remove(engine, "before_cursor_execute", note)


def _refused(authenticator: Authenticator, secret: str) -> bool:
    try:
        authenticator.authenticate(secret)
    except Unauthenticated:
        return True
    return False


def test_a_key_acts_as_a_service_of_its_name_with_what_its_role_may(make_authenticator, make_key) -> None:
    key_id, secret = make_key("shop", bank_names=frozenset({"known"}))
    actor = make_authenticator().authenticate(secret)
    assert (actor.kind, actor.name, actor.key_id) == (ActorKind.SERVICE, "shop", key_id)
    assert actor.permissions == BUILT_IN["service"]
    assert actor.bank_names == {"known"}


def test_a_key_may_have_permissions_of_its_own_and_every_bank(make_authenticator, make_key) -> None:
    _, secret = make_key(permissions=frozenset({Permission.BANK_EXPORT}))
    actor = make_authenticator().authenticate(secret)
    assert actor.permissions == {Permission.BANK_EXPORT}
    assert actor.bank_names is None


def test_an_unknown_secret_is_refused_also_where_there_is_no_key_at_all(make_authenticator, make_key) -> None:
    assert _refused(make_authenticator(), new_secret())
    make_key()
    assert _refused(make_authenticator(), new_secret())
    assert _refused(make_authenticator(), "Bearer x")


def test_a_key_that_was_seen_asks_the_database_nothing_until_half_a_second_has_passed(
    make_authenticator, make_key, moving, questions
) -> None:
    _, secret = make_key()
    authenticator = make_authenticator()
    assert authenticator.cached(secret) is None
    actor = authenticator.authenticate(secret)
    questions.clear()
    for _ in range(100):
        assert authenticator.authenticate(secret) is actor
        assert authenticator.cached(secret) is actor
    assert questions == []
    moving.move(0.5)
    for _ in range(100):
        authenticator.authenticate(secret)
    assert len(questions) == 1


def test_an_unknown_secret_costs_one_question_however_often_it_is_tried(
    make_authenticator, make_key, questions
) -> None:
    _, secret = make_key()
    authenticator = make_authenticator()
    authenticator.authenticate(secret)
    questions.clear()
    guess = new_secret()
    for _ in range(10):
        assert _refused(authenticator, guess)
        with pytest.raises(Unauthenticated):
            authenticator.cached(guess)
    assert len(questions) == 1


def test_guessing_fills_no_memory(make_authenticator, make_key) -> None:
    _, secret = make_key()
    known = KnownSecrets(most_unknown=10)
    authenticator = make_authenticator(known=known)
    authenticator.authenticate(secret)
    assert all(_refused(authenticator, new_secret()) for _ in range(50))
    assert len(known) == 11
    assert authenticator.cached(secret) is not None


def test_a_revoked_key_stops_counting_within_a_second_in_every_process(
    make_authenticator, make_key, moving, engine, actor
) -> None:
    _, secret = make_key()
    one, other = make_authenticator(), make_authenticator()
    one.authenticate(secret)
    moving.move(0.3)
    other.authenticate(secret)
    with write(engine) as tx:
        steps.revoke_key(tx, moving, actor, "shop")
    moving.move(0.5)
    for process in (one, other):
        assert _refused(process, secret)
        with pytest.raises(Unauthenticated):
            process.cached(secret)


def test_without_a_look_for_a_second_nothing_is_told_from_memory(make_authenticator, make_key, moving) -> None:
    _, secret = make_key()
    authenticator = make_authenticator()
    authenticator.authenticate(secret)
    moving.move(0.6)
    sent_to_look = [authenticator.cached(secret) is None for _ in range(5)]
    assert sent_to_look == [True, False, False, False, False]  # one goes, the others need not wait for it
    moving.move(0.4)
    assert [authenticator.cached(secret) for _ in range(3)] == [None] * 3


def test_when_the_database_does_not_answer_a_key_counts_for_a_second_at_most(
    make_authenticator, make_key, moving, engine, monkeypatch
) -> None:
    _, secret = make_key()
    authenticator = make_authenticator()
    authenticator.authenticate(secret)

    def fail(_engine):
        raise DatabaseUnusable("It is gone.")

    monkeypatch.setattr("safelight.access.authenticator.read", fail)
    moving.move(0.4)
    assert authenticator.authenticate(secret).name == "shop"
    moving.move(0.6)
    assert authenticator.cached(secret) is None
    with pytest.raises(DatabaseUnusable):
        authenticator.authenticate(secret)


def test_a_key_ends_at_the_moment_at_which_it_expires(make_authenticator, make_key, moving) -> None:
    _, secret = make_key(expires_at=moving.now() + timedelta(seconds=10))
    authenticator = make_authenticator()
    moving.move(9.9)
    assert not _refused(authenticator, secret)
    moving.move(0.1)
    assert _refused(authenticator, secret)
    with pytest.raises(Unauthenticated):
        authenticator.cached(secret)


def test_a_rotated_key_counts_by_both_secrets_until_the_overlap_is_over(
    make_authenticator, make_key, moving, engine, actor
) -> None:
    key_id, old = make_key()
    authenticator = make_authenticator()
    authenticator.authenticate(old)
    with write(engine) as tx:
        _, new = steps.rotate_key(tx, moving, actor, "shop", overlap=timedelta(seconds=60))
    assert authenticator.authenticate(new).key_id == key_id
    moving.move(59.9)
    assert not _refused(authenticator, old)
    moving.move(0.1)
    assert _refused(authenticator, old)
    assert not _refused(authenticator, new)


def test_what_is_changed_of_a_role_counts_for_its_keys(make_authenticator, make_key, moving, engine, actor) -> None:
    _, secret = make_key()
    authenticator = make_authenticator()
    authenticator.authenticate(secret)
    with write(engine) as tx:
        steps.set_role(tx, moving, actor, "service", {Permission.MEDIA_HASH})
    moving.move(0.5)
    assert authenticator.authenticate(secret).permissions == {Permission.MEDIA_HASH}
    with write(engine) as tx:
        steps.remove_role(tx, moving, actor, "service")
    moving.move(0.5)
    assert authenticator.authenticate(secret).permissions == BUILT_IN["service"]


def test_a_key_that_is_made_counts_at_once(make_authenticator, make_key) -> None:
    authenticator = make_authenticator()
    _refused(authenticator, new_secret())
    _, secret = make_key()
    assert authenticator.authenticate(secret).name == "shop"


def test_a_keys_own_rate_is_known_once_it_came_in(make_authenticator, make_key, moving, engine, actor) -> None:
    rate = Rate(per_minute=60, burst=2)
    key_id, secret = make_key(rate=rate)
    authenticator = make_authenticator()
    assert authenticator.rate_of(key_id) is None
    authenticator.authenticate(secret)
    assert authenticator.rate_of(key_id) == rate
    with write(engine) as tx:
        steps.limit_key(tx, moving, actor, "shop", None)
    moving.move(0.5)
    authenticator.authenticate(secret)
    assert authenticator.rate_of(key_id) is None


def test_each_success_is_a_use_and_no_failure_is(make_authenticator, make_key, moving) -> None:
    _, secret = make_key()
    uses = Uses()
    authenticator = make_authenticator(uses=uses)
    authenticator.authenticate(secret)
    authenticator.cached(secret)
    _refused(authenticator, new_secret())
    assert uses.take() == {1: (2, moving.now())}


def test_many_threads_see_a_revocation_and_never_a_fault(make_authenticator, make_key, moving, engine, actor) -> None:
    _, secret = make_key()
    authenticator = make_authenticator()
    faults: list[Exception] = []
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            try:
                authenticator.authenticate(secret)
                _refused(authenticator, new_secret())
            except Unauthenticated:
                return
            except Exception as error:  # noqa: BLE001 - whatever it is, it is what this test looks for
                faults.append(error)
                return

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    with write(engine) as tx:
        steps.revoke_key(tx, moving, actor, "shop")
    moving.move(1.0)
    for thread in threads:
        thread.join(10)
    stop.set()
    assert [thread.is_alive() for thread in threads] == [False] * 4
    assert faults == []
