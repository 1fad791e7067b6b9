"""New files are there wholly or not at all, and never in the place of another."""

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from safelight.cli.new_file import new_file
from safelight.errors import AlreadyExists, InvalidValue


def test_a_file_has_its_name_when_it_is_whole_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "list"
    with new_file(path) as file:
        file.write(b"whole")
        assert not path.exists()
    assert path.read_bytes() == b"whole"
    assert path.stat().st_mode & 0o777 == 0o600
    assert os.listdir(tmp_path) == ["list"]


@pytest.mark.parametrize("fault", [KeyboardInterrupt, OSError])
def test_an_exception_leaves_nothing(tmp_path: Path, fault: type[BaseException]) -> None:
    def fail() -> None:
        with new_file(tmp_path / "list") as file:
            file.write(b"half")
            raise fault

    with pytest.raises(fault):
        fail()
    assert os.listdir(tmp_path) == []


def test_a_name_that_is_taken_is_refused_even_if_that_happens_meanwhile(tmp_path: Path) -> None:
    path = tmp_path / "list"

    def write_beside(other: bytes) -> None:
        with new_file(path) as file:
            file.write(b"ours")
            path.write_bytes(other)

    with pytest.raises(AlreadyExists):
        write_beside(b"theirs")
    with pytest.raises(AlreadyExists), new_file(path):
        pass
    assert path.read_bytes() == b"theirs"
    assert os.listdir(tmp_path) == ["list"]


def test_a_link_that_leads_nowhere_is_in_the_way_too(tmp_path: Path) -> None:
    (tmp_path / "list").symlink_to("nowhere")
    with pytest.raises(AlreadyExists), new_file(tmp_path / "list"):
        pass


def test_a_disk_without_hard_links_serves_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", refuse)
    with new_file(tmp_path / "list") as file:
        file.write(b"whole")
    assert (tmp_path / "list").read_bytes() == b"whole"
    assert os.listdir(tmp_path) == ["list"]


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(InvalidValue, match="cannot be written"), new_file(tmp_path / "no" / "list"):
        pass


CHILD = """
import sys, time
from pathlib import Path
from safelight.cli.new_file import new_file

with new_file(Path(sys.argv[1])) as file:
    file.write(b"half")
    file.flush()
    print("written", flush=True)
    time.sleep(60)
"""


def test_a_kill_leaves_no_half_file_under_the_name(tmp_path: Path) -> None:
    path = tmp_path / "list"
    child = subprocess.Popen([sys.executable, "-c", CHILD, str(path)], stdout=subprocess.PIPE)
    assert child.stdout is not None
    with child.stdout:
        assert child.stdout.readline() == b"written\n"
        child.send_signal(signal.SIGKILL)
        child.wait()
    assert not path.exists()
    with new_file(path) as file:
        file.write(b"whole")
    assert path.read_bytes() == b"whole"
