"""Uses are added up beside other processes, and the latest moment stays."""

import threading
from datetime import timedelta

from safelight.access import queries
from safelight.access.store.secret_rows import add_uses
from safelight.database.transaction import read, write


def test_uses_of_many_processes_add_up(engine, moving, make_key) -> None:
    ids = []
    for name in ("a", "b"):
        key_id, _ = make_key(name)
        ids.append(key_id)
    start = threading.Barrier(4)

    def record(turn: int) -> None:
        start.wait()
        for _ in range(5):
            with write(engine) as tx:
                at = moving.now() + timedelta(seconds=turn)
                add_uses(tx, dict.fromkeys(ids if turn % 2 else reversed(ids), (3, at)))

    threads = [threading.Thread(target=record, args=(turn,)) for turn in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with read(engine) as tx:
        for key in queries.list_keys(tx):
            assert (key.use_count, key.last_used_at) == (60, moving.now() + timedelta(seconds=3))


def test_uses_of_a_secret_that_is_gone_are_passed_over(engine, moving, make_key) -> None:
    make_key()
    with write(engine) as tx:
        add_uses(tx, {1: (1, moving.now()), 99: (1, moving.now())})
        add_uses(tx, {})
        assert queries.find_key(tx, "shop").use_count == 1
