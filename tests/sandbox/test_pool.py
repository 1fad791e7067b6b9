import os
import platform
import signal
import struct
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import safelight
from safelight.errors import SandboxUnavailable
from safelight.sandbox.failure import Failure, TaskFailed
from safelight.sandbox.layer import Rule


def _number(answer):
    return struct.unpack("<I", answer)[0]


def _is_alive(number):
    try:
        state = Path(f"/proc/{number}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


def _wait_until(condition, seconds=10):
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.02)
    return condition()


def test_a_task_answers_for_content_of_any_size(open_pool, held):
    with open_pool() as pool:
        for size in (0, 1, 4, 5000, (1 << 20) - 4200, 1 << 20, 3_000_001):
            data = bytes(range(251)) * (size // 251 + 1)
            start = data[: min(size, 60000)]
            assert pool.run("echo", held(start), parse=bytes, options=b"!") == b"!" + start
            if size >= 4:
                whole, middle = data[:size], size // 2
                expected = whole[-4:] + whole[middle : middle + 4] + whole[:4]
                assert pool.run("describe", held(whole), parse=bytes) == expected


def test_large_content_is_read_by_range_and_not_wholly(open_pool):
    class Counted:
        size_bytes = 1 << 34

        def __init__(self):
            self.given = 0

        def read(self, offset, length):
            self.given += length
            assert offset + length <= self.size_bytes
            return bytes(length)

    with open_pool() as pool:
        content = Counted()
        assert pool.run("describe", content, parse=bytes) == bytes(12)
        assert content.given < 4 << 20


def test_an_answer_over_the_limit_is_refused(open_pool, held):
    with open_pool() as pool:
        with pytest.raises(TaskFailed, match="AnswerTooLong") as caught:
            pool.run("answer_too_long", held(b""), parse=bytes)
        assert caught.value.reason is Failure.REFUSED


def test_a_worker_is_replaced_after_so_many_files(open_pool, held):
    with open_pool(limits={"files_per_worker": 3}) as pool:
        numbers = [pool.run("process_number", held(b""), parse=_number) for _ in range(7)]
        assert [numbers.index(number) for number in numbers] == [0, 0, 0, 3, 3, 3, 6]
        assert pool.counts.replaced == 2
        assert pool.counts.files == 7
        assert pool.counts.failures == 0
        assert pool.counts.peak_memory_bytes > 1 << 20


def test_many_threads_share_few_workers(open_pool, held):
    with open_pool(workers=2) as pool, ThreadPoolExecutor(6) as threads:
        payloads = [b"%d" % number * number for number in range(200)]
        answers = list(threads.map(lambda data: pool.run("echo", held(data), parse=bytes), payloads))
    assert answers == payloads
    assert pool.counts.replaced == 0


def test_a_closed_pool_has_no_processes_and_takes_no_files(open_pool, held):
    pool = open_pool(workers=2)
    number = pool.run("process_number", held(b""), parse=_number)
    pool.close()
    pool.close()
    assert not _is_alive(number)
    with pytest.raises(SandboxUnavailable, match="closed"):
        pool.run("echo", held(b""), parse=bytes)


def test_a_worker_that_was_killed_costs_one_file(open_pool, held):
    with open_pool() as pool:
        os.kill(pool.run("process_number", held(b""), parse=_number), signal.SIGKILL)
        with pytest.raises(TaskFailed) as caught:
            pool.run("echo", held(b"x"), parse=bytes)
        assert caught.value.reason is Failure.CRASHED
        assert pool.run("echo", held(b"x"), parse=bytes) == b"x"


def test_the_rule_of_all_layers_refuses_where_one_is_missing(open_pool):
    with pytest.raises(SandboxUnavailable, match="seccomp"):
        open_pool(rule=Rule.ALL, unsafe_without_lockdown=True)


_ON_A_LESSER_KERNEL = """
import struct, sys
from pathlib import Path
from safelight.errors import SandboxUnavailable
from safelight.sandbox import kernel_calls
from safelight.sandbox.layer import Rule
from safelight.sandbox.pool import Pool
from safelight.sandbox.task import Task
# A filter under which one system call does not exist, as on an older kernel; workers inherit it.
number, argument = int(sys.argv[2]), int(sys.argv[3])
program = [(0x20, 0, 0, 0), (0x15, 0, 3, number), (0x20, 0, 0, 16), (0x15, 0, 1, argument), (0x06, 0, 0, 0x50000 | 38),
           (0x06, 0, 0, 0x7FFF0000)]
kernel_calls.give_up_new_privileges()
kernel_calls.load_filter(b"".join(struct.pack("<HBBI", *line) for line in program))
tasks = {"attempt": Task(target="sandbox_test_tasks:attempt")}
class Empty:
    size_bytes = 0
    def read(self, offset, length): return b""
with Pool(tasks, extra_import_paths=(Path(sys.argv[1]),)) as pool:
    print(*(layer.name for layer in pool.layers if not layer.is_on))
    print(pool.run("attempt", Empty(), parse=bytes, options=b"create").decode())
try:
    Pool(tasks, rule=Rule.ALL, extra_import_paths=(Path(sys.argv[1]),))
except SandboxUnavailable as error:
    print("Function not implemented" in str(error))
"""


@pytest.mark.skipif(platform.machine() != "x86_64", reason="the numbers are those of x86-64")
@pytest.mark.parametrize(("layer", "number", "argument"), [("landlock", 444, 0), ("seccomp", 157, 22)])
def test_a_kernel_that_lacks_a_layer_is_used_or_refused_by_the_rule(tasks_folder, layer, number, argument):
    done = subprocess.run(
        [sys.executable, "-c", _ON_A_LESSER_KERNEL, str(tasks_folder), str(number), str(argument)],
        env={"PYTHONPATH": str(Path(safelight.__file__).parents[1])},
        capture_output=True,
        text=True,
        check=False,
    )
    missing, attempt, is_refused = done.stdout.splitlines() or [done.stderr] * 3
    assert (missing, is_refused) == (layer, "True"), done.stderr
    # The layer that is left holds by itself: Landlock answers EACCES, the file limit EMFILE, the filter EPERM.
    assert attempt in {"EPERM", "EACCES", "EMFILE"}


_PARENT = """
import sys, time
from pathlib import Path
from safelight.sandbox.pool import Pool
from safelight.sandbox.task import Task
tasks = {"misbehave": Task(target="sandbox_test_tasks:misbehave"),
         "process_number": Task(target="sandbox_test_tasks:process_number")}
class Content:
    size_bytes = 0
    def read(self, offset, length): return b""
pool = Pool(tasks, workers=2, extra_import_paths=(Path(sys.argv[1]),))
numbers = [slot.result().process.pid for slot in pool._idle.queue]
print(*numbers, flush=True)
pool.run("misbehave", Content(), parse=bytes, options=bytes(4) + b"silence")
"""


def test_a_killed_parent_takes_idle_and_busy_workers_along(tasks_folder):
    parent = subprocess.Popen(
        [sys.executable, "-c", _PARENT, str(tasks_folder)],
        stdout=subprocess.PIPE,
        env={"PYTHONPATH": str(Path(safelight.__file__).parents[1])},
    )
    try:
        numbers = [int(word) for word in parent.stdout.readline().split()]
        assert len(numbers) == 2
        assert all(_is_alive(number) for number in numbers)
    finally:
        parent.kill()
        parent.wait()
        parent.stdout.close()
    assert _wait_until(lambda: not any(_is_alive(number) for number in numbers))


def test_workers_outlive_the_thread_that_used_them_first(open_pool, held):
    with ThreadPoolExecutor(1) as thread:
        pool = thread.submit(open_pool).result()
        first = thread.submit(pool.run, "process_number", held(b""), parse=_number).result()
    with pool:
        time.sleep(0.1)
        assert pool.run("process_number", held(b""), parse=_number) == first
