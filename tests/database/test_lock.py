import threading

from sqlalchemy import text

from safelight.database.engine import Engine
from safelight.database.lock import Lock, take_lock
from safelight.database.transaction import write


def test_who_has_the_lock_is_alone_until_its_transaction_ends(engine: Engine) -> None:
    done: list[str] = []
    began = threading.Event()

    def second() -> None:
        began.wait()
        with write(engine) as tx:
            take_lock(tx, Lock.AUDIT_LEAVES)
            done.append("second")

    thread = threading.Thread(target=second)
    thread.start()
    with write(engine) as tx:
        take_lock(tx, Lock.AUDIT_LEAVES)
        began.set()
        thread.join(0.3)
        done.append("first")
        tx.execute(text("SELECT 1"))
    thread.join()
    assert done == ["first", "second"]


def test_the_lock_can_be_taken_again_by_who_has_it(engine: Engine) -> None:
    with write(engine) as tx:
        take_lock(tx, Lock.AUDIT_LEAVES)
        take_lock(tx, Lock.AUDIT_LEAVES)
