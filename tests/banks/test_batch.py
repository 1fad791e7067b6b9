import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from safelight.banks.batch import HEARTBEAT_LIMIT, Batch, BatchState, Counts, Origin, is_dead, runner_of

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
HERE = runner_of(os.getpid())
ALIVE = Batch(
    id=1,
    bank_id=1,
    state=BatchState.STAGING,
    origin=Origin(name="x", format="csv"),
    heartbeat_at=NOW,
    runner=HERE,
)


def test_an_import_of_a_running_process_is_alive() -> None:
    assert not is_dead(ALIVE, now=NOW + HEARTBEAT_LIMIT, here=HERE)


LATE = NOW + HEARTBEAT_LIMIT + timedelta(seconds=1)


def test_an_import_elsewhere_without_a_sign_of_life_is_dead() -> None:
    assert is_dead(replace(ALIVE, runner=replace(HERE, place="elsewhere")), now=LATE, here=HERE)
    assert is_dead(replace(ALIVE, runner=None), now=LATE, here=HERE)


def test_an_import_whose_process_runs_here_is_alive_however_long_it_was_silent() -> None:
    assert not is_dead(ALIVE, now=LATE, here=HERE)


def test_where_processes_cannot_be_told_apart_only_the_silence_counts() -> None:
    nowhere = replace(HERE, place="", started="")
    assert not is_dead(replace(ALIVE, runner=nowhere), now=NOW, here=nowhere)
    assert is_dead(replace(ALIVE, runner=nowhere), now=LATE, here=nowhere)


def test_an_import_whose_process_is_gone_is_dead_at_once() -> None:
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    gone = replace(ALIVE, runner=runner_of(process.pid))
    assert not is_dead(gone, now=NOW, here=HERE)
    process.communicate(b"\n")
    assert is_dead(gone, now=NOW, here=HERE)


def test_a_process_that_got_the_same_number_later_is_another() -> None:
    assert is_dead(replace(ALIVE, runner=replace(HERE, started="1")), now=NOW, here=HERE)


def test_a_process_elsewhere_is_not_judged_by_its_number() -> None:
    elsewhere = replace(HERE, place="elsewhere", started="1")
    assert not is_dead(replace(ALIVE, runner=elsewhere), now=NOW, here=HERE)


def test_counts_add_up_and_say_whether_anything_changed() -> None:
    total = Counts(added=1, duplicates=2) + Counts(replaced=3, already_there=4, withdrawn_here=5)
    assert total.as_details() == {
        "added": 1,
        "replaced": 3,
        "already_there": 4,
        "duplicates": 2,
        "withdrawn_here": 5,
    }
    assert total.alters_bank
    assert not Counts(already_there=4, duplicates=2, withdrawn_here=5).alters_bank
