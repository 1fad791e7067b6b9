import json
import os
import subprocess
import sys
from pathlib import Path

import safelight
from safelight.sandbox import frames
from safelight.sandbox.frames import Kind
from safelight.sandbox.layer import LayerName

_START = """
import json, sys
sys.path.insert(0, sys.argv[2])
from safelight.sandbox.worker import main
main(json.loads(sys.argv[1]))
"""


def _start(tasks, *, parent=None):
    plan = {
        "tasks": tasks,
        "memory_bytes": 1 << 28,
        "cpu_seconds": 60,
        "is_locked_down": True,
        "parent": os.getpid() if parent is None else parent,
    }
    source = str(Path(safelight.__file__).parents[1])
    return subprocess.run(
        [sys.executable, "-I", "-c", _START, json.dumps(plan), source],
        input=b"",
        capture_output=True,
        env={},
        check=False,
        timeout=60,
    )


def _parse(output):
    kind, request, length = frames.parse_header(output[: frames.HEADER.size])
    assert len(output) == frames.HEADER.size + length
    return kind, request, output[frames.HEADER.size :]


def test_a_worker_tells_its_layers_and_ends_when_its_input_ends():
    done = _start({"anything": ["json:dumps", "", 100]})
    kind, _, payload = _parse(done.stdout)
    assert (kind, done.returncode, done.stderr) == (Kind.READY, 0, b"")
    assert [layer.name for layer in frames.parse_ready(payload)] == list(LayerName)


def test_a_worker_that_cannot_prepare_says_why_and_ends():
    done = _start({"anything": ["json:no_such_function", "", 100]})
    kind, _, payload = _parse(done.stdout)
    assert (kind, done.returncode) == (Kind.FAILED, 1)
    assert frames.parse_failed(payload)[1] == "AttributeError"


def test_a_worker_whose_parent_is_already_gone_ends_at_once():
    done = _start({}, parent=1)
    assert (done.stdout, done.returncode) == (b"", 1)
