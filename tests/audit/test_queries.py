from safelight.audit import log, queries
from safelight.clock import FixedClock
from safelight.database.engine import Engine
from safelight.database.transaction import read, write
from safelight.roles import Actor


def test_entries_are_paged_oldest_first_and_by_target(engine: Engine, clock: FixedClock, actor: Actor) -> None:
    with write(engine) as tx:
        numbers = [log.write(tx, clock=clock, actor=actor, verb="do", target=f"thing:{n % 2}") for n in range(6)]
    with read(engine) as tx:
        assert [entry.id for entry in queries.page_entries(tx, limit=4)] == numbers[:4]
        assert [entry.id for entry in queries.page_entries(tx, after_id=numbers[3])] == numbers[4:]
        assert [entry.id for entry in queries.page_entries(tx, target="thing:1")] == numbers[1::2]


def test_entries_that_wait_for_their_place_are_counted(engine: Engine, clock: FixedClock, actor: Actor) -> None:
    with write(engine) as tx:
        for _ in range(3):
            log.write(tx, clock=clock, actor=actor, verb="do", target="thing:1")
    with read(engine) as tx:
        assert queries.count_waiting(tx) == 3
