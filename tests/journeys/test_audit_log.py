"""Whatever is done to the rows of the log, checking it against a kept head finds it; a sound log is never blamed."""

import importlib.util
import time
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from safelight.audit.verifying import verify
from safelight.clock import FixedClock
from safelight.database.engine import Engine
from safelight.database.transaction import read, write
from safelight.roles import Actor

_LOGS = Path(__file__).parent / "audit_logs.py"
_SPEC = importlib.util.spec_from_file_location("audit_logs", _LOGS)
assert _SPEC is not None
assert _SPEC.loader is not None
logs = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(logs)


class _Undo(BaseException):
    """Undoes what was done to a log."""


def _undo() -> None:
    raise _Undo


def _tamper_and_verify(log, cases: int, seed: int) -> dict[str, int]:
    """Do so many things to a log, each by itself; each must be found. Return how often each was done."""
    tamperer = logs.Tamperer(log, np.random.default_rng(seed))
    public_keys = log.keys.describe().public_keys
    for _ in range(cases):
        with suppress(_Undo), write(log.engine) as tx:
            deed = tamperer.tamper(tx)
            report = verify(tx, public_keys=public_keys, kept_heads=[log.kept])
            _undo()
        assert not report.is_sound, deed
        assert report.faults[0].text
    with read(log.engine) as tx:
        report = verify(tx, public_keys=public_keys, kept_heads=[log.kept])
    assert report.faults == ()
    assert (report.heads, report.kept_heads) == (4, 1)
    assert (report.waiting, report.unused_count > 0, report.erased > 0) == (
        4,
        True,
        True,
    )  # three, and the entry of the last head
    return tamperer.done


@pytest.mark.few_on_postgresql
def test_whatever_is_done_to_a_log_is_found_and_a_sound_log_is_not_blamed(
    engine: Engine, clock: FixedClock, actor: Actor
) -> None:
    done = _tamper_and_verify(logs.make_log(engine, clock, actor, 500), 120, 1)
    assert len(done) > 25  # of 33 deeds


@pytest.mark.parametrize("engine", ["sqlite", pytest.param("postgresql", marks=pytest.mark.long)], indirect=True)
def test_it_is_found_in_a_long_log_too(engine: Engine, clock: FixedClock, actor: Actor) -> None:
    _tamper_and_verify(logs.make_log(engine, clock, actor, 30_000), 2, 2)


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("size", [1_000, 1_250, 1_500, 1_750, 2_000])
def test_ten_thousand_tampered_logs_are_found(engine: Engine, clock: FixedClock, actor: Actor, size: int) -> None:
    started = time.perf_counter()
    done = _tamper_and_verify(logs.make_log(engine, clock, actor, size), 1_000, size)
    print(f"{engine.dialect.name}, {size} entries: 1,000 cases found in {time.perf_counter() - started:.0f} s")
    for deed, count in sorted(done.items()):
        print(f"  {count:4} times {deed}")
    assert len(done) > 30


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_a_hundred_tampered_logs_of_100_000_entries_are_found(engine: Engine, clock: FixedClock, actor: Actor) -> None:
    started = time.perf_counter()
    _tamper_and_verify(logs.make_log(engine, clock, actor, 100_000), 100, 3)
    print(f"{engine.dialect.name}, 100,000 entries: 100 cases found in {time.perf_counter() - started:.0f} s")
