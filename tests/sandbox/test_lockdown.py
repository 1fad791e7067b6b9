import os
import platform
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from safelight.sandbox.failure import Failure, TaskFailed
from safelight.sandbox.kernel_calls import landlock_version
from safelight.sandbox.layer import LayerName
from safelight.sandbox.lockdown import _raise_wall, stay_open

REFUSED_ACTS = [
    "open",
    "create",
    "list",
    "stat",
    "remove",
    "socket",
    "unix socket pair",
    "fork",
    "spawn",
    "exec",
    "kill",
    "kill parent",
    "ptrace",
    "map executable",
    "make executable",
    "duplicate",
    "pipe",
    "read the answer pipe",
    "write the task pipe",
    "write standard error",
    "raise limits",
    "become another",
    "undo no-new-privileges",
]
RAW_CALLS = ["io_uring_setup", "clone3", "memfd_create", "bpf", "userfaultfd", "keyctl"]
NOBODY = 65534


@pytest.fixture(scope="module")
def locked(open_pool):
    with open_pool() as pool:
        yield pool


@pytest.mark.parametrize("act", REFUSED_ACTS)
def test_a_locked_worker_is_refused(locked, held, act):
    assert locked.run("attempt", held(b""), parse=bytes, options=act.encode()) == b"EPERM"


@pytest.mark.skipif(platform.machine() != "x86_64", reason="the numbers are those of x86-64")
@pytest.mark.parametrize("call", RAW_CALLS)
def test_a_locked_worker_is_refused_the_raw_call(locked, held, call):
    assert locked.run("attempt", held(b""), parse=bytes, options=call.encode()) == b"EPERM"


def test_a_locked_worker_cannot_start_a_thread(locked, held):
    assert locked.run("attempt", held(b""), parse=bytes, options=b"thread") == b"can't start new thread"


@pytest.mark.skipif(platform.machine() != "x86_64", reason="only x86-64 has a second table of calls")
def test_a_call_by_another_table_ends_the_worker(locked, held):
    with pytest.raises(TaskFailed, match="forbidden system call") as caught:
        locked.run("foreign_call", held(b""), parse=bytes)
    assert caught.value.reason is Failure.REFUSED


def test_the_same_acts_work_without_lockdown(open_pool, held):
    with open_pool(unsafe_without_lockdown=True) as pool:
        for act in ("open", "list", "stat", "socket", "thread", "duplicate", "make executable"):
            assert pool.run("attempt", held(b""), parse=bytes, options=act.encode()) == b"it worked"


def test_a_locked_worker_holds_two_pipes_and_nothing_else(locked, held):
    number = locked.run("process_number", held(b""), parse=lambda answer: struct.unpack("<I", answer)[0])
    if os.geteuid() != 0:
        pytest.skip("only root can look into a process that is not dumpable; the layer pipes_only looks from inside")
    descriptors = Path(f"/proc/{number}/fd")
    assert sorted(entry.name for entry in descriptors.iterdir()) == ["0", "1"]
    assert all(str(entry.readlink()).startswith("pipe:") for entry in descriptors.iterdir())


def test_the_kernel_says_that_a_locked_worker_is_filtered(locked, held):
    number = locked.run("process_number", held(b""), parse=lambda answer: struct.unpack("<I", answer)[0])
    status = Path(f"/proc/{number}/status").read_text(encoding="utf-8")
    facts = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    assert (facts["NoNewPrivs"], facts["Seccomp"], facts["Threads"]) == ("1", "2", "1")


def test_the_kernel_says_what_a_locked_worker_may_use(locked, held):
    number = locked.run("process_number", held(b""), parse=lambda answer: struct.unpack("<I", answer)[0])
    lines = Path(f"/proc/{number}/limits").read_text(encoding="utf-8").splitlines()
    hard = {line[:25].strip(): line[47:67].strip() for line in lines}
    for name in ("Max open files", "Max file size", "Max core file size", "Max processes", "Max locked memory"):
        assert hard[name] == "0", name
    assert hard["Max cpu time"] == "900"
    assert int(hard["Max address space"]) < 2 << 30


def test_a_worker_is_not_in_the_terminals_session(locked, held):
    number = locked.run("process_number", held(b""), parse=lambda answer: struct.unpack("<I", answer)[0])
    assert os.getsid(number) == number


def test_a_worker_starts_with_an_empty_environment(locked, held):
    # Python itself sets LC_CTYPE where it finds no locale.
    assert locked.run("environment", held(b""), parse=bytes) in {b"[]", b"['LC_CTYPE']"}


def test_every_layer_that_this_kernel_has_holds(locked):
    assert [layer.name for layer in locked.layers] == list(LayerName)
    assert all(layer.detail for layer in locked.layers)
    missing = {layer.name for layer in locked.layers if not layer.is_on}
    assert missing == (set() if _has_landlock() else {LayerName.LANDLOCK})


def _has_landlock():
    try:
        return landlock_version() > 0
    except OSError:
        return False


def test_a_wall_that_the_kernel_lacks_is_reported_with_its_reason():
    def missing():
        raise OSError(38, "Function not implemented")

    layer = _raise_wall(LayerName.LANDLOCK, missing)
    assert not layer.is_on
    assert "Function not implemented" in layer.detail


def test_lockdown_that_is_switched_off_is_reported_wall_by_wall():
    assert [layer.name for layer in stay_open()] == list(LayerName)[2:]
    assert not any(layer.is_on for layer in stay_open())


_AS_NOBODY = """
import sys
from safelight.sandbox.pool import Pool
from safelight.sandbox.task import Task
from pathlib import Path
class Empty:
    size_bytes = 0
    def read(self, offset, length): return b""
tasks = {"attempt": Task(target="sandbox_test_tasks:attempt")}
with Pool(tasks, extra_import_paths=(Path(sys.argv[1]),)) as pool:
    acts = [b"open", b"socket", b"fork", b"exec", b"kill", b"ptrace", b"thread", b"make executable"]
    print(*[pool.run("attempt", Empty(), parse=bytes, options=act).decode() for act in acts], sep=",")
"""


def _interpreter_for_nobody():
    """This interpreter, or the system's, if an ordinary user may run it and read this tree."""
    for candidate in (sys.executable, "/usr/bin/python3"):
        trial = [candidate, "-B", "-c", "import sys, safelight.sandbox.pool; assert sys.version_info >= (3, 11)"]
        try:
            done = subprocess.run(trial, user=NOBODY, group=NOBODY, extra_groups=[], env=_environment(), check=False)
        except OSError:
            continue
        if done.returncode == 0:
            return candidate
    return None


def _environment():
    import safelight

    return {"PYTHONPATH": str(Path(safelight.__file__).parents[1])}


@pytest.mark.skipif(os.geteuid() != 0, reason="every other test here already runs as an ordinary user")
def test_an_ordinary_user_has_every_layer_too(tasks_folder):
    interpreter = _interpreter_for_nobody()
    if interpreter is None:
        pytest.skip("no interpreter here can be run by an ordinary user")
    command = [interpreter, "-B", "-c", _AS_NOBODY, str(tasks_folder)]
    done = subprocess.run(
        command,
        user=NOBODY,
        group=NOBODY,
        extra_groups=[],
        env=_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == ",".join(["EPERM"] * 6 + ["can't start new thread", "EPERM"]), done.stderr
