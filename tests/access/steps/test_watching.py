"""Uses are written down quietly, alarms once an hour however many processes watch."""

from safelight.access import queries, steps
from safelight.audit.queries import page_entries
from safelight.database.transaction import read, write
from safelight.roles import Actor, ActorKind

WATCH = Actor(kind=ActorKind.SERVICE, name="watch")


def test_uses_are_no_act_and_alter_no_mark(engine, moving, make_key) -> None:
    make_key()
    with read(engine) as tx:
        mark, entries = queries.read_mark(tx), len(page_entries(tx))
    with write(engine) as tx:
        steps.record_uses(tx, {1: (7, moving.now())})
    with read(engine) as tx:
        assert (queries.read_mark(tx), len(page_entries(tx))) == (mark, entries)
        key = queries.find_key(tx, "shop")
    assert (key.use_count, key.last_used_at) == (7, moving.now())


def test_an_alarm_about_a_key_is_on_record_once_an_hour(engine, moving, make_key) -> None:
    key_id, _ = make_key()

    def alarm() -> bool:
        with write(engine) as tx:
            return steps.alarm_of_key(tx, moving, WATCH, key_id, lookups=321)

    assert [alarm(), alarm()] == [True, False]
    moving.move(3599)
    assert not alarm()
    moving.move(1)
    assert alarm()
    with read(engine) as tx:
        entries = page_entries(tx, target=f"api_key:{key_id}")
        assert queries.find_key(tx, "shop").alarmed_at == moving.now()
    assert [(entry.verb, entry.details) for entry in entries[1:]] == [("alarm_of_probing", {"lookups": 321})] * 2


def test_an_alarm_about_somebody_without_a_key_is_on_record_too(engine, moving) -> None:
    with write(engine) as tx:
        steps.alarm_of_other(tx, moving, WATCH, "keyless", lookups=5)
    with read(engine) as tx:
        (entry,) = page_entries(tx, target="actor:keyless")
    assert (entry.verb, entry.actor.name) == ("alarm_of_probing", "watch")
