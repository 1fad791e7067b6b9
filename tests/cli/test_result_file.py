"""A result file never holds a half line, whenever its writer dies."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from safelight.cli.result_file import PAGE_BYTES, ResultFile, read_first, read_records, rewrite
from safelight.errors import AlreadyExists, InvalidValue, OutputFailed


def _record(number: int, size: int = 300) -> dict[str, object]:
    return {"path": f"{number}", "filler": "x" * size}


def _lines(path: Path) -> list[dict[str, object]]:
    content = path.read_bytes()
    assert content == b"" or content.endswith(b"\n")
    return [json.loads(line) for line in content.splitlines()]


@pytest.mark.parametrize("size", [1, 300, 1000, 4000, 4060, 4070, 5000, 20_000])
def test_records_come_back_as_they_were_written(tmp_path: Path, size: int) -> None:
    path = tmp_path / "out"
    with ResultFile(path, is_new=True) as out:
        for number in range(40):
            out.append(_record(number, size if number % 3 else 10))
        out.finish({"complete": True})
    lines = _lines(path)
    assert [line["path"] for line in lines[:-1]] == [str(number) for number in range(40)]
    assert lines[-1] == {"summary": True, "complete": True}
    assert len(list(read_records(path))) == 40


@pytest.mark.parametrize("size", [1, 500, 1365, 2047, 3000, 4050])
def test_no_line_crosses_a_page_unless_it_is_longer_than_one(tmp_path: Path, size: int) -> None:
    path = tmp_path / "out"
    with ResultFile(path, is_new=True) as out:
        for number in range(50):
            out.append(_record(number, (size * (number + 1)) % 4050))
    start = 0
    for line in path.read_bytes().splitlines(keepends=True):
        text = line.rstrip()
        assert start // PAGE_BYTES == (start + len(text) - 1) // PAGE_BYTES
        start += len(line)


_WRITER = """
import sys
from pathlib import Path
from safelight.cli.result_file import ResultFile
with ResultFile(Path(sys.argv[1]), is_new=True) as out:
    print("go", flush=True)
    number = 0
    while True:
        number += 1
        out.append({"path": str(number), "filler": "x" * (number * 37 % 4000 if number % 50 else 9000)})
"""


@pytest.mark.parametrize("delay", [0.0, 0.01, 0.05, 0.11])
def test_after_kill_9_every_line_is_whole(tmp_path: Path, delay: float) -> None:
    path = tmp_path / "out"
    with subprocess.Popen([sys.executable, "-c", _WRITER, str(path)], stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(delay)
        writer.send_signal(signal.SIGKILL)
    numbers = [int(str(line["path"])) for line in _lines(path)]
    assert numbers == list(range(1, len(numbers) + 1))


def test_what_is_cut_or_foreign_is_left_out_when_read(tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.write_bytes(b'{"path": "a"}\nnot json\n["list"]\n{"other": 1}\n{"summary": true}\n{"path": "cut')
    assert list(read_records(path)) == [{"path": "a"}]


def test_rewriting_keeps_just_the_given_records(tmp_path: Path) -> None:
    path = tmp_path / "out"
    with ResultFile(path, is_new=True) as out:
        for number in range(30):
            out.append(_record(number))
    rewrite(path, (record for record in read_records(path) if int(record["path"]) % 2))
    assert [line["path"] for line in _lines(path)] == [str(number) for number in range(1, 30, 2)]
    assert os.listdir(tmp_path) == ["out"]


def test_existing_files_are_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.symlink_to("nowhere")
    with pytest.raises(AlreadyExists, match="--resume"):
        ResultFile(path, is_new=True)


@pytest.mark.parametrize(
    "content",
    [b"\xff\xd8\xff not a result\n", b"precious", b'{"path": "a"}\n', b'{"path": "cut', b"[" * 100_000 + b"\n", b"\n"],
)
def test_a_foreign_file_is_not_resumed(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "foreign"
    path.write_bytes(content)
    with pytest.raises(InvalidValue, match="left as it is"):
        read_first(path)


def test_what_is_no_file_is_not_resumed(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/null"), tmp_path):
        with pytest.raises(InvalidValue, match="not a file"):
            read_first(path)


def test_an_empty_file_and_a_summary_alone_are_resumed(tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.touch()
    assert read_first(path) is None
    path.write_bytes(b'{"summary": true}\n')
    assert read_first(path) == {"summary": True}


def test_two_processes_do_not_write_one_file(tmp_path: Path) -> None:
    path = tmp_path / "out"
    with ResultFile(path, is_new=True) as out:
        out.append(_record(1, 9000))  # through a copy that replaces the file
        for start in (lambda: ResultFile(path, is_new=False), lambda: rewrite(path, [])):
            with pytest.raises(OutputFailed, match="Another process"):
                start()
    assert [line["path"] for line in _lines(path)] == ["1"]
    rewrite(path, [])
    assert _lines(path) == []


def test_nothing_beside_the_file_is_touched(tmp_path: Path) -> None:
    path = tmp_path / "out"
    neighbours = [tmp_path / name for name in ("out.new", "out.part", ".out")]
    for neighbour in neighbours:
        neighbour.write_bytes(b"theirs")
    with ResultFile(path, is_new=True) as out:
        out.append(_record(1, 9000))
    rewrite(path, read_records(path))
    assert [neighbour.read_bytes() for neighbour in neighbours] == [b"theirs"] * 3


def test_results_are_for_their_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "out"
    with ResultFile(path, is_new=True) as out:
        out.append(_record(1))
        out.append(_record(2, 9000))
    assert path.stat().st_mode & 0o777 == 0o600


_FULL_DISK = """
import resource, sys
from pathlib import Path
from safelight.cli.result_file import ResultFile
from safelight.errors import OutputFailed
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))
with ResultFile(Path(sys.argv[1]), is_new=True) as out:
    number = 0
    while True:
        number += 1
        try:
            out.append({"path": str(number), "filler": "x" * (number * 61 % int(sys.argv[3]))})
        except OutputFailed as error:
            sys.exit(f"{number} {error}")
"""


@pytest.mark.parametrize("limit", [4096 * 5, 4096 * 5 + 100, 4096 * 5 - 100, 50_001])
@pytest.mark.parametrize("longest", [900, 4000, 9000])
def test_a_full_disk_leaves_whole_lines_and_says_so(tmp_path: Path, limit: int, longest: int) -> None:
    path = tmp_path / "out"
    command = [sys.executable, "-c", _FULL_DISK, str(path), str(limit), str(longest)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "cannot be written" in done.stderr
    assert "--resume" in done.stderr
    numbers = [int(str(line["path"])) for line in _lines(path)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) == int(done.stderr.split()[0]) - 1
    assert os.listdir(tmp_path) == ["out"]


def test_a_place_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    with pytest.raises(OutputFailed, match="cannot be written"):
        ResultFile(tmp_path / "missing" / "out", is_new=True)
