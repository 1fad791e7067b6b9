"""A process that is killed while it imports, saves and folds leaves every published entry behind, and no other."""

import importlib.util
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from safelight.app import open_workspace
from safelight.banks import queries
from safelight.database.transaction import read
from safelight.hashing.pdq import Flavour
from safelight.hashing.signal import Signal, SignalType
from safelight.matching.follower import Follower
from safelight.matching.hamming import HammingIndex
from safelight.matching.new_file import leftovers
from safelight.matching.payload import radii_of
from safelight.matching.saved import SavedIndexes

_BUSY = Path(__file__).parent / "busy_workspace.py"
_SPEC = importlib.util.spec_from_file_location("busy_workspace", _BUSY)
assert _SPEC is not None
assert _SPEC.loader is not None
busy = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(busy)

_OF_EACH_TYPE = busy.LIST_SIZE // 2
_OLDER_LISTS = 10  # looked up after each kill beside the new ones; that none is lost shows in the counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a process said until it was killed: the lists it had imported, the codes it had saved, what it was doing."""

    listed: list[int]
    held: int
    doing: list[str]


def _run_and_kill(workspace: Path, seed: int, after_s: float) -> Said:
    """Let the busy process work for a while after it is ready, then kill it."""
    command = [sys.executable, str(_BUSY), str(workspace), str(seed)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = iter(process.stdout.readline, "")
        before = list(iter(lambda: next(lines, "ready\n"), "ready\n"))
        time.sleep(after_s)
        assert process.poll() is None  # it works until it is killed
        process.kill()
        said = [tuple(line.split()) for line in [*before, *lines]]
    figures = {word: [int(figure) for key, figure in said if key == word] for word in ("listed", "held")}
    begun, ended = (Counter(name for key, name in said if key == word) for word in ("begin", "end"))
    return Said(listed=figures["listed"], held=max(figures["held"], default=0), doing=sorted(begun - ended))


def _check_banks(workspace: Path, listed: list[int]) -> bool:
    """Open the workspace as the next process does, and hold it against the database and what was said.

    Return whether a saved file was taken up.
    """
    house = open_workspace(workspace)
    saved = SavedIndexes(workspace / "index", Flavour.AUTO)
    follower = Follower(house.engine, house.clock, saved, flavour=Flavour.AUTO)
    try:
        with read(house.engine) as tx:
            bank = queries.find_bank(tx, "known")
            counts = queries.count_entries(tx, bank.id)
            position = queries.last_position(tx)
        shelves = follower.holdings.shelves
        assert follower.holdings.position == position
        for signal_type in (SignalType.PDQ, SignalType.MD5):
            index = shelves[signal_type].index
            assert len(index) == counts.get(signal_type, 0)
            assert len(index) % _OF_EACH_TYPE == 1  # of each list everything or nothing, and one picture
        for number in listed:
            _check_list(number, shelves, radii_of({bank.id: 0}))
        assert not follower.notes  # no file was refused
        saved_at = shelves[SignalType.PDQ].saved_at
        return saved_at is not None and saved_at.number > 0
    finally:
        follower.close()
        house.engine.dispose()


def _check_list(number: int, shelves, radii: bytes) -> None:
    for signal_type, values in zip((SignalType.PDQ, SignalType.MD5), busy.listed_values(number), strict=True):
        for value in values[::20]:
            signal = Signal(type=signal_type, value=value)
            assert len(shelves[signal_type].index.search(signal, radii, None).found) == 1


def _check_own(workspace: Path, held: int) -> None:
    own = HammingIndex.open(workspace / busy.OWN, flat_below=0)
    assert len(own) >= held
    assert len(own) % _OF_EACH_TYPE == 0


def _count_leftovers(workspace: Path) -> int:
    """Count what was begun and left; of each file at most one, because who saves clears away what others left."""
    files = [*(workspace / "index").glob("*.index"), workspace / busy.OWN]
    left = [len(list(leftovers(file))) for file in files]
    assert max(left) <= 1
    return sum(left)


@pytest.mark.parametrize("kills", [2, pytest.param(200, marks=pytest.mark.long)])
def test_a_process_killed_at_any_moment_leaves_every_published_entry_and_no_other(workspace: Path, kills: int) -> None:
    house = open_workspace(workspace)
    busy.import_numbered(house, 0, busy.FIRST_LIST_SIZE)
    house.engine.dispose()
    own = busy.open_own(workspace)
    busy.add_own(own, 0, busy.FIRST_LIST_SIZE)
    busy.save_own(own, workspace)
    held, listed = busy.FIRST_LIST_SIZE // 2, []
    generator = np.random.default_rng(kills)
    doing: Counter[str] = Counter()
    used_files = left = 0
    for seed in range(1, kills + 1):
        said = _run_and_kill(workspace, seed, float(generator.uniform(0, 0.8)))
        older = generator.permutation(listed)[:_OLDER_LISTS].tolist()
        listed += said.listed
        held = max(held, said.held)
        doing.update(said.doing or ["nothing of these"])
        left += _count_leftovers(workspace)
        used_files += _check_banks(workspace, [*said.listed, *older])
        _check_own(workspace, held)
    print(
        f"{kills} kills while {dict(doing)}; {len(listed)} lists said to be imported, {used_files} starts from a saved "
        f"file, {left} files begun and left"
    )
    assert listed
    assert used_files
    if kills >= 200:  # of few kills none need fall into each
        assert set(busy.PHASES) <= set(doing)
        assert left
