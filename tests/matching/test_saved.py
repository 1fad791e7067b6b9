"""Saved indexes are written by one process at a time, and what killed ones left is removed."""

import signal
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from safelight.banks.change import Position
from safelight.errors import IndexFileRefused
from safelight.hashing.pdq import Flavour
from safelight.hashing.signal import SIGNAL_SIZE_BYTES, SignalType
from safelight.matching.index import new_index
from safelight.matching.saved import SavedIndexes, file_name
from safelight.matching.shelf import FrozenShelf

_SAVE_FOREVER = """
import sys
from pathlib import Path
import numpy as np
from safelight.banks.change import Position
from safelight.hashing.pdq import Flavour
from safelight.hashing.signal import SignalType
from safelight.matching.index import new_index
from safelight.matching.saved import SavedIndexes
from safelight.matching.shelf import FrozenShelf

kind, count = SignalType(sys.argv[2]), int(sys.argv[3])
index = new_index(kind, Flavour.AUTO)
size = {SignalType.PDQ: 32, SignalType.MD5: 16}[kind]
index.add_many(np.arange(1, count + 1, dtype=np.uint64), np.random.default_rng(1).bytes(size * count))
shelf = FrozenShelf(index=index.freeze(), note=b"of the other", position=Position(number=1, token=b""))
saved = SavedIndexes(Path(sys.argv[1]), Flavour.AUTO)
print("ready", flush=True)
while True:
    saved.save(kind, shelf)
"""


def _frozen(kind: SignalType, count: int = 3, note: bytes = b"note") -> FrozenShelf:
    index = new_index(kind, Flavour.AUTO)
    values = np.random.default_rng(count).bytes(SIGNAL_SIZE_BYTES[kind] * count)
    index.add_many(np.arange(1, count + 1, dtype=np.uint64), values)
    return FrozenShelf(index=index.freeze(), note=note, position=Position(number=1, token=b""))


@pytest.fixture
def saved(tmp_path: Path) -> SavedIndexes:
    return SavedIndexes(tmp_path / "index", Flavour.AUTO)


@pytest.mark.parametrize("kind", list(SignalType))
def test_what_is_saved_is_opened_and_its_mark_tells_it_from_the_next(saved: SavedIndexes, kind: SignalType) -> None:
    assert saved.mark(kind) is None
    with pytest.raises(IndexFileRefused, match="cannot be used"):
        saved.open(kind)
    assert saved.save(kind, _frozen(kind))
    first = saved.mark(kind)
    assert (saved.open(kind).note, len(saved.open(kind)), saved.mark(kind)) == (b"note", 3, first)
    assert saved.save(kind, _frozen(kind, 5, b"next"))
    assert saved.mark(kind) not in {None, first}
    assert (saved.open(kind).note, len(saved.open(kind))) == (b"next", 5)


def test_the_folder_and_its_files_are_their_owners_alone(saved: SavedIndexes, tmp_path: Path) -> None:
    for kind in SignalType:
        saved.save(kind, _frozen(kind))
    made = [tmp_path / "index", *(tmp_path / "index").iterdir()]
    assert [path.name for path in made if path.stat().st_mode & 0o077] == []
    assert {path.suffix for path in made[1:]} == {".index", ".lock"}


@pytest.mark.parametrize("kind", list(SignalType))
def test_what_killed_savers_left_is_removed_by_the_next_save_and_other_types_are_not_touched(
    saved: SavedIndexes, tmp_path: Path, kind: SignalType
) -> None:
    folder = tmp_path / "index"
    folder.mkdir()
    for other in SignalType:
        (folder / f"{file_name(other, Flavour.AUTO)}.x1.new").write_bytes(b"left behind")
    assert saved.save(kind, _frozen(kind))
    assert {path.name for path in folder.glob("*.new")} == {
        f"{file_name(other, Flavour.AUTO)}.x1.new" for other in SignalType if other is not kind
    }


def test_one_thread_at_a_time_saves_and_another_is_told(saved: SavedIndexes) -> None:
    begun, may_end, told = threading.Event(), threading.Event(), []

    class Slow:
        def save(self, path: Path, note: bytes) -> None:
            begun.set()
            assert may_end.wait(30)
            path.write_bytes(b"")

    slow = FrozenShelf(index=Slow(), note=b"", position=Position(number=1, token=b""))
    saving = threading.Thread(target=lambda: told.append(saved.save(SignalType.MD5, slow)))
    saving.start()
    assert begun.wait(30)
    assert not saved.save(SignalType.MD5, _frozen(SignalType.MD5))
    assert saved.mark(SignalType.MD5) is None
    assert saved.save(SignalType.SHA1, _frozen(SignalType.SHA1))  # each type has its own lock
    may_end.set()
    saving.join()
    assert told == [True]
    assert saved.save(SignalType.MD5, _frozen(SignalType.MD5))


def test_a_save_that_fails_lets_go_of_the_lock(saved: SavedIndexes) -> None:
    class Broken:
        def save(self, path: Path, note: bytes) -> None:
            raise OSError(28, "No space left on device")

    broken = FrozenShelf(index=Broken(), note=b"", position=Position(number=1, token=b""))
    with pytest.raises(OSError, match="No space"):
        saved.save(SignalType.MD5, broken)
    assert saved.save(SignalType.MD5, _frozen(SignalType.MD5))


@pytest.mark.parametrize("kind", [SignalType.MD5, SignalType.PDQ])
def test_a_process_that_is_killed_while_it_saves_leaves_a_whole_file_and_no_lock(
    saved: SavedIndexes, tmp_path: Path, kind: SignalType
) -> None:
    folder = tmp_path / "index"
    for number in range(2):
        arguments = [sys.executable, "-c", _SAVE_FOREVER, str(folder), kind.value, "20000"]
        with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            threading.Event().wait(0.05 + 0.013 * number)
            process.send_signal(signal.SIGKILL)
            process.wait()
        if saved.mark(kind) is not None:
            assert (saved.open(kind).note, len(saved.open(kind))) == (b"of the other", 20_000)
        assert saved.save(kind, _frozen(kind))
        assert list(folder.glob("*.new")) == []
        assert len(saved.open(kind)) == 3


def test_while_another_process_saves_this_one_does_not(saved: SavedIndexes, tmp_path: Path) -> None:
    holding = (
        "import fcntl, os, sys, time\n"
        "lock = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT, 0o600)\n"
        "fcntl.flock(lock, fcntl.LOCK_EX)\n"
        "print('held', flush=True)\n"
        "sys.stdin.read()\n"
    )
    (tmp_path / "index").mkdir()
    arguments = [sys.executable, "-c", holding, str(tmp_path / "index" / "md5.lock")]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        assert not saved.save(SignalType.MD5, _frozen(SignalType.MD5))
        process.communicate()
    assert saved.save(SignalType.MD5, _frozen(SignalType.MD5))


def test_a_folder_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for folder in (tmp_path / "file", tmp_path / "missing" / "index", Path("/proc/index")):
        saved = SavedIndexes(folder, Flavour.AUTO)
        assert saved.mark(SignalType.MD5) is None
        with pytest.raises((FileExistsError, NotADirectoryError, FileNotFoundError, PermissionError)):
            saved.save(SignalType.MD5, _frozen(SignalType.MD5))
