import threading
from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from itertools import count

import pytest
from sqlalchemy import insert, select, update

from safelight.audit.queries import page_entries
from safelight.clock import FixedClock
from safelight.database.engine import Engine
from safelight.database.transaction import read, write
from safelight.errors import KeysUnusable
from safelight.flow.keys import rotation as key_rotation
from safelight.flow.keys.rotation import WRAPS, Rotation, counts_by_key
from safelight.keys.boundary import RotateBoundary
from safelight.keys.interface import Wrapped
from safelight.roles import Actor
from safelight.testing.keys import MemoryKeys
from safelight.vault.store.tables import occurrences, secrets, spools
from safelight.vault.wrap_context import evidence_context, secret_context, spool_context

AT = datetime(2026, 11, 23, tzinfo=UTC)
Rotate = Callable[..., int]


class Killed(BaseException):
    """The process died."""


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_rotation, "PAGE", 3)


@pytest.fixture
def keys() -> MemoryKeys:
    """Be the keys of an installation."""
    return MemoryKeys()


@pytest.fixture
def rotate(engine: Engine, keys: MemoryKeys, clock: FixedClock, actor: Actor) -> Rotate:
    """Run one rotation, of new objects as after a restart, and return how many wraps it exchanged."""
    return lambda **more: Rotation(engine=engine, keys=keys, clock=clock, actor=actor, **more).run()


def _seal(engine: Engine, keys: MemoryKeys, row_id: str) -> None:
    wrapped = keys.wrap(b"evidence " + row_id.encode(), context=evidence_context(row_id))
    values = {"id": row_id, "size_bytes": 1, "sealed_at": AT, "manifest": b"m"}
    with write(engine) as tx:
        tx.execute(insert(occurrences).values(values | {"key_id": wrapped.key_id, "wrapped_key": wrapped.data}))


def _fill(engine: Engine, keys: MemoryKeys) -> None:
    for number in range(7):
        _seal(engine, keys, f"e{number}")
    spool = keys.wrap(b"spool s", context=spool_context("s"))
    secret = keys.wrap(b"secret n", context=secret_context("n"))
    with write(engine) as tx:
        facts = {"id": "s", "size_bytes": 1, "kept_at": AT, "manifest": b"m"}
        tx.execute(insert(spools).values(facts | {"key_id": spool.key_id, "wrapped_key": spool.data}))
        tx.execute(insert(secrets).values(name="n", key_id=secret.key_id, wrapped_key=secret.data))


def _opened(engine: Engine, keys: MemoryKeys) -> list[bytes]:
    """Open everything that is held, whatever key it needs."""
    with read(engine) as tx:
        held = [wrap for wraps in WRAPS for wrap in wraps.page(tx, other_than="none", after="", limit=100)]
    return sorted(keys.unwrap(wrap.wrapped, context=wrap.context) for wrap in held)


EVERYTHING = sorted([*(b"evidence e%d" % number for number in range(7)), b"spool s", b"secret n"])


def _counts(engine: Engine) -> dict[str, int]:
    with read(engine) as tx:
        return counts_by_key(tx)


def test_everything_is_wrapped_by_the_new_key_and_opens_as_before(
    engine: Engine, keys: MemoryKeys, rotate: Rotate
) -> None:
    _fill(engine, keys)
    active = keys.rotate()
    assert rotate() == 9
    assert _counts(engine) == {active: 9}
    assert _opened(engine, keys) == EVERYTHING


def test_a_second_run_finds_nothing_to_do(engine: Engine, keys: MemoryKeys, rotate: Rotate) -> None:
    _fill(engine, keys)
    keys.rotate()
    rotate()
    before = _entries(engine)
    assert rotate() == 0
    assert _entries(engine) == before


def _entries(engine: Engine) -> list[tuple[str, str, int | str]]:
    with read(engine) as tx:
        return [(entry.verb, str(entry.details["kind"]), entry.details["wraps"]) for entry in page_entries(tx)]


def test_each_page_is_written_down_with_its_count(engine: Engine, keys: MemoryKeys, rotate: Rotate) -> None:
    _fill(engine, keys)
    keys.rotate()
    rotate()
    assert _entries(engine) == [
        ("rewrap_keys", "evidence", 3),
        ("rewrap_keys", "evidence", 3),
        ("rewrap_keys", "evidence", 1),
        ("rewrap_keys", "spools", 1),
        ("rewrap_keys", "secrets of the vault", 1),
    ]


@pytest.mark.few_on_postgresql((RotateBoundary.EXCHANGED, 1), (RotateBoundary.COMMITTED, 2))
@pytest.mark.parametrize("boundary", list(RotateBoundary))
@pytest.mark.parametrize("which", [1, 2])
def test_a_death_at_any_moment_loses_nothing_and_the_next_run_ends_it(
    engine: Engine, keys: MemoryKeys, rotate: Rotate, boundary: RotateBoundary, which: int
) -> None:
    _fill(engine, keys)
    active = keys.rotate()
    times = count(1)
    met: list[StrEnum] = []

    def die(reached: StrEnum) -> None:
        if reached is boundary and (next(times) == which or boundary is RotateBoundary.FINISHED):
            met.append(reached)
            raise Killed

    with pytest.raises(Killed):
        rotate(reach=die)
    assert met == [boundary]
    assert _opened(engine, keys) == EVERYTHING
    done = sum(int(entry[2]) for entry in _entries(engine))
    assert _counts(engine).get(active, 0) == done
    assert rotate() == 9 - done
    assert _counts(engine) == {active: 9}
    assert _opened(engine, keys) == EVERYTHING


def test_what_is_sealed_meanwhile_stays_openable(engine: Engine, keys: MemoryKeys, rotate: Rotate) -> None:
    _fill(engine, keys)
    late = keys.wrap(b"evidence late", context=evidence_context("a-late"))  # by the old key, and sealed after it
    keys.rotate()
    numbers = count()

    def seal_meanwhile(reached: StrEnum) -> None:
        if reached is RotateBoundary.COMMITTED:
            _seal(engine, keys, f"z{next(numbers)}")

    rotate(reach=seal_meanwhile)
    values = {"id": "a-late", "size_bytes": 1, "sealed_at": AT, "manifest": b"m"}
    with write(engine) as tx:
        tx.execute(insert(occurrences).values(values | {"key_id": late.key_id, "wrapped_key": late.data}))
    assert b"evidence late" in _opened(engine, keys)
    assert len(_opened(engine, keys)) == 9 + next(numbers) + 1
    assert rotate() == 1
    assert len(_counts(engine)) == 1


def test_what_is_destroyed_meanwhile_stays_destroyed(engine: Engine, keys: MemoryKeys, rotate: Rotate) -> None:
    _fill(engine, keys)
    keys.rotate()

    def destroy_meanwhile(reached: StrEnum) -> None:
        if reached is RotateBoundary.REWRAPPED:
            with write(engine) as tx:
                gone = {"wrapped_key": None, "key_id": None, "manifest": None, "destroyed_at": AT}
                tx.execute(update(occurrences).where(occurrences.c.id == "e1").values(gone))

    assert rotate(reach=destroy_meanwhile) == 8
    with read(engine) as tx:
        assert tx.execute(select(occurrences.c.wrapped_key).where(occurrences.c.id == "e1")).scalar_one() is None


def test_two_rotations_at_once_exchange_each_wrap_once(engine: Engine, keys: MemoryKeys, rotate: Rotate) -> None:
    _fill(engine, keys)
    active = keys.rotate()
    done: list[int] = []
    threads = [threading.Thread(target=lambda: done.append(rotate())) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(done) == 9
    assert _counts(engine) == {active: 9}
    assert _opened(engine, keys) == EVERYTHING


def test_a_wrap_that_does_not_open_is_told_and_the_others_are_done(
    engine: Engine, keys: MemoryKeys, rotate: Rotate
) -> None:
    _fill(engine, keys)
    with write(engine) as tx:
        tx.execute(update(occurrences).where(occurrences.c.id == "e2").values(wrapped_key=b"\x01" + bytes(50)))
    old, active = keys.describe().active_key_id, keys.rotate()
    with pytest.raises(KeysUnusable, match=r"do not open: 1, first evidence e2\. .* The others, 8 of them"):
        rotate()
    assert _counts(engine) == {old: 1, active: 8}


def test_a_key_service_that_fails_stops_the_rotation(
    engine: Engine, keys: MemoryKeys, rotate: Rotate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_rotation, "MOST_FAULTS_IN_A_ROW", 4)
    _fill(engine, keys)
    keys.rotate()
    asked = count()

    def refuse(_wrapped: Wrapped, *, context: bytes) -> bytes:
        next(asked)
        raise KeysUnusable("The key service cannot be reached.")

    monkeypatch.setattr(keys, "unwrap", refuse)
    with pytest.raises(KeysUnusable, match=r"^The key service cannot be reached\.$"):
        rotate()
    assert next(asked) == 4


def test_no_key_is_needed_where_nothing_is_sealed(engine: Engine) -> None:
    assert _counts(engine) == {}
