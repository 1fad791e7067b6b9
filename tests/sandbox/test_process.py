import json
import pickle
import select
import struct
import time
from pathlib import Path

import pytest

from safelight.errors import InvalidValue, SandboxUnavailable
from safelight.sandbox import frames, process
from safelight.sandbox.channel import Channel
from safelight.sandbox.failure import Failure, TaskFailed
from safelight.sandbox.frames import Kind
from safelight.sandbox.limits import Limits
from safelight.sandbox.process import Plan, WorkerProcess, start_process
from safelight.sandbox.task import Task

REFUSED, CRASHED, TIMED_OUT, TOO_LARGE = Failure.REFUSED, Failure.CRASHED, Failure.TIMED_OUT, Failure.TOO_LARGE
HOSTILE = {
    "wrong magic": REFUSED,
    "unknown kind": REFUSED,
    "kind of the parent": REFUSED,
    "ready again": REFUSED,
    "another request": REFUSED,
    "two answers": REFUSED,
    "gigabytes announced": REFUSED,
    "gigabytes streamed": REFUSED,
    "text": REFUSED,
    "range beyond the end": REFUSED,
    "range of nothing": REFUSED,
    "range of gigabytes": REFUSED,
    "short range": REFUSED,
    "failure without a reason": REFUSED,
    "failure with an unknown reason": REFUSED,
    "failure with markup": REFUSED,
    "half a header": CRASHED,
    "half an answer": CRASHED,
    "silence": TIMED_OUT,
    "questions without end": TIMED_OUT,
    "exit": CRASHED,
    "segmentation fault": CRASHED,
    "abort": CRASHED,
    "memory": TOO_LARGE,
    "memory in pieces": TOO_LARGE,
    "recursion": CRASHED,
    "exception": CRASHED,
    "system exit": CRASHED,
}


@pytest.fixture(scope="module")
def patient(open_pool):
    with open_pool() as pool:
        yield pool


@pytest.fixture(scope="module")
def impatient(open_pool):
    with open_pool(limits={"seconds_per_file": 1.0}) as pool:
        yield pool


def _resident_bytes():
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096


def _request(pool):
    """The number that the pool's one worker has for its next request, as a hostile worker would know it."""
    return struct.pack("<I", pool._idle.queue[0].result().files + 1)


@pytest.mark.parametrize("answer", HOSTILE)
def test_a_hostile_worker_costs_its_file_the_verdict_and_nothing_else(patient, impatient, held, answer):
    pool = impatient if HOSTILE[answer] is TIMED_OUT else patient
    before, replaced = _resident_bytes(), pool.counts.replaced
    with pytest.raises(TaskFailed) as caught:
        pool.run("misbehave", held(b"content"), parse=bytes, options=_request(pool) + answer.encode())
    assert caught.value.reason is HOSTILE[answer]
    assert pool.counts.replaced == replaced + 1
    assert pool.run("echo", held(b"next"), parse=bytes) == b"next"
    assert _resident_bytes() - before < 8 << 20


def test_a_pickle_is_an_answer_that_is_refused_and_never_opened(open_pool, held):
    def parse(answer):
        raise InvalidValue("not of the agreed form")

    with open_pool() as pool:
        with pytest.raises(TaskFailed, match="refused") as caught:
            pool.run("echo", held(pickle.dumps({"a": 1})), parse=parse)
        assert caught.value.reason is Failure.REFUSED
        assert pool.counts.replaced == 1


def test_a_time_out_comes_at_its_time(impatient, held):
    began = time.monotonic()
    with pytest.raises(TaskFailed):
        impatient.run("misbehave", held(b""), parse=bytes, options=_request(impatient) + b"silence")
    assert 0.9 < time.monotonic() - began < 5


def test_what_reading_the_content_raises_reaches_the_caller(open_pool, held):
    class LostError(Exception):
        pass

    class Gone:
        size_bytes = 5_000_000

        def read(self, offset, length):
            if offset:
                raise LostError
            return bytes(length)

    with open_pool() as pool:
        with pytest.raises(LostError):
            pool.run("echo", Gone(), parse=bytes)
        assert pool.run("echo", held(b"next"), parse=bytes) == b"next"


def test_a_task_that_cannot_be_prepared_says_so_at_once(open_pool):
    tasks = {"bad": Task(target="sandbox_test_tasks:echo", prepare="sandbox_test_tasks:prepare_fails")}
    with pytest.raises(SandboxUnavailable, match="LookupError"):
        open_pool(tasks=tasks)


def test_a_task_that_does_not_exist_says_so_at_once(open_pool):
    with pytest.raises(SandboxUnavailable, match="ModuleNotFoundError"):
        open_pool(tasks={"bad": Task(target="no_such_module:echo")})


def test_the_plan_names_only_absolute_import_paths(task_table):
    plan = Plan(tasks=task_table, limits=Limits(), is_locked_down=True, extra_import_paths=(Path("relative"),))
    assert all(Path(path).is_absolute() for path in json.loads(plan.as_argument())["import_paths"])


def test_a_worker_that_was_ready_in_time_may_wait_for_its_first_file_as_long_as_it_likes(
    task_table, tasks_folder, held
):
    limits = Limits(start_seconds=5.0)
    plan = Plan(tasks=task_table, limits=limits, is_locked_down=True, extra_import_paths=(tasks_folder,))
    worker = start_process(plan)
    try:
        select.select([worker.channel.source], [], [], 60)  # until it has said that it is ready
        worker.started_at -= 3600
        worker.wait_ready()
        assert worker.run("echo", held(b"first"), b"", bytes) == b"first"
    finally:
        worker.end()


def test_a_worker_that_asks_when_the_time_is_up_is_not_answered(monkeypatch, task_table, tasks_folder, held):
    limits = Limits(seconds_per_file=-1.0)
    plan = Plan(tasks=task_table, limits=limits, is_locked_down=True, extra_import_paths=(tasks_folder,))
    worker = start_process(plan)
    try:
        worker.wait_ready()
        asking = (Kind.RANGE_WANTED, 1, frames.pack_range(0, 1))
        monkeypatch.setattr(Channel, "receive", lambda *_: asking)
        with pytest.raises(TaskFailed) as caught:
            worker.run("echo", held(b"content"), b"", bytes)
        assert caught.value.reason is Failure.TIMED_OUT
    finally:
        worker.end()


FOREIGN_FINDER = """
import importlib.util, sys
class Foreign:
    def find_spec(self, name, path=None, target=None):
        if name == "safelight":
            where = FOLDER + "/__init__.py"
            return importlib.util.spec_from_file_location(name, where, submodule_search_locations=[FOLDER])
sys.meta_path.insert(0, Foreign())
"""


def test_the_worker_runs_its_parents_code_though_another_copy_is_installed(tmp_path, monkeypatch, open_pool, held):
    (tmp_path / "__init__.py").write_text("")
    prelude = f"FOLDER = {str(tmp_path)!r}" + FOREIGN_FINDER
    monkeypatch.setattr(process, "_BOOTSTRAP", prelude + process._BOOTSTRAP)
    with open_pool() as pool:
        assert pool.run("package_folder", held(b""), parse=bytes) == str(Path(process.__file__).parents[1]).encode()


def test_ending_a_worker_twice_does_nothing(task_table, tasks_folder):
    plan = Plan(tasks=task_table, limits=Limits(), is_locked_down=True, extra_import_paths=(tasks_folder,))
    worker: WorkerProcess = start_process(plan)
    worker.wait_ready()
    assert worker.peak_memory_bytes() > 1 << 20
    worker.end()
    worker.end()
    assert worker.process.returncode == -9
    assert worker.peak_memory_bytes() == 0
