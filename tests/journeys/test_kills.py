"""A process that is killed while it imports, saves and folds leaves every published entry behind, and no other."""

import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from safelight.app import open_workspace
from safelight.banks import queries
from safelight.banks.change import Position
from safelight.database.transaction import read
from safelight.hashing.pdq import Flavour
from safelight.hashing.signal import Signal, SignalType
from safelight.matching.follower import Follower
from safelight.matching.hamming import HammingIndex
from safelight.matching.payload import radii_of
from safelight.matching.saved import SavedIndexes

BUSY = Path(__file__).parent / "busy_workspace.py"
LIST_SIZE = 400
OWN = "own.index"


def _run_and_kill(workspace: Path, seed: int, after_s: float) -> tuple[list[int], int]:
    """Let the busy process work for a while after it is ready; return the lists and codes that it said are there."""
    command = [sys.executable, str(BUSY), str(workspace), str(seed)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(after_s)
        process.kill()
        said = [line.split() for line in process.stdout.read().splitlines() if len(line.split()) == 2]
    held = [int(figure) for word, figure in said if word == "held"]
    return [int(figure) for word, figure in said if word == "listed"], held[-1] if held else 0


def _values(number: int) -> tuple[list[bytes], list[bytes]]:
    generator = np.random.default_rng(number)
    return [generator.bytes(32) for _ in range(LIST_SIZE // 2)], [generator.bytes(16) for _ in range(LIST_SIZE // 2)]


def _check_banks(workspace: Path, listed: list[int]) -> int:
    """Open the workspace as the next process does, and hold it against the database and what was said."""
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
            assert len(index) % (LIST_SIZE // 2) == 1  # of each list everything or nothing, and one picture
        for number in listed:
            _check_list(number, shelves, radii_of({bank.id: 0}))
        assert not follower.notes  # no file was refused
        return _saved_position(shelves[SignalType.PDQ].saved_at)
    finally:
        follower.close()
        house.engine.dispose()


def _check_list(number: int, shelves, radii: bytes) -> None:
    for signal_type, values in zip((SignalType.PDQ, SignalType.MD5), _values(number), strict=True):
        for value in values[::20]:
            signal = Signal(type=signal_type, value=value)
            assert len(shelves[signal_type].index.search(signal, radii, None).found) == 1


def _saved_position(position: Position | None) -> int:
    return 0 if position is None else position.number


@pytest.mark.parametrize("kills", [4, pytest.param(200, marks=pytest.mark.long)])
def test_a_process_killed_at_any_moment_leaves_every_published_entry_and_no_other(workspace: Path, kills: int) -> None:
    generator = np.random.default_rng(kills)
    listed: list[int] = []
    used_files = 0
    for seed in range(1, kills + 1):
        finished, held = _run_and_kill(workspace, seed, float(generator.uniform(0, 0.8)))
        listed += finished
        used_files += _check_banks(workspace, listed) > 0
        own = workspace / OWN
        if held:
            assert len(HammingIndex.open(own, flat_below=0)) >= held
        elif own.exists():
            assert len(HammingIndex.open(own, flat_below=0)) % (LIST_SIZE // 2) == 0
    print(f"{kills} kills, {len(listed)} lists said to be imported, {used_files} starts from a saved file")
    assert listed
    assert used_files
    leftovers = [name for name in os.listdir(workspace / "index") if name.endswith(".new")]
    assert len(leftovers) < 20  # each saver clears away what its predecessors left
