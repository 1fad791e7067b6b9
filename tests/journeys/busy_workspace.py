"""A process that imports lists, follows the banks, saves and folds without end, to be killed at any moment.

    python tests/journeys/busy_workspace.py WORKSPACE SEED

It says on standard output, a line each, what it begins and ends (`begin saving`, `end saving`), which list was imported
(`listed NUMBER`), and how many codes the saved index of its own has (`held COUNT`).
"""

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import numpy as np

from safelight.app import Workspace, open_workspace
from safelight.banks.exchanges.typed_lines import TypedLines
from safelight.flow.banks.hash_lists import import_list
from safelight.hashing.pdq import Flavour
from safelight.hashing.signal import SignalType
from safelight.matching.follower import Follower
from safelight.matching.hamming import HammingIndex
from safelight.matching.new_file import leftovers
from safelight.matching.saved import SavedIndexes
from safelight.matching.shelf import FrozenShelf

LIST_SIZE = 400
"""Entries of each list, half of them PDQ and half MD5."""

FIRST_LIST_SIZE = 40_000
"""Entries of the list that is there before: so many that a save takes its time and is met by kills."""

OWN = "own.index"

PHASES = ("importing", "saving", "folding")


class SayingSavedIndexes(SavedIndexes):
    """Saved indexes of which one hears when they are being saved."""

    def save(self, signal_type: SignalType, shelf: FrozenShelf) -> bool:
        """Save, and say so."""
        with phase("saving"):
            return super().save(signal_type, shelf)


def listed_values(number: int, size: int = LIST_SIZE) -> tuple[list[bytes], list[bytes]]:
    """Return the PDQ and MD5 values of one list."""
    generator = np.random.default_rng(number)
    return [generator.bytes(32) for _ in range(size // 2)], [generator.bytes(16) for _ in range(size // 2)]


def import_numbered(house: Workspace, number: int, size: int = LIST_SIZE) -> None:
    """Import one list into the bank `known`."""
    pdq, md5 = listed_values(number, size)
    lines = [f"pdq {value.hex()}" for value in pdq] + [f"md5 {value.hex()}" for value in md5]
    file = io.BytesIO("\n".join([*lines, ""]).encode())
    import_list(house.engine, house.clock, house.actor, bank="known", file=file, name="list", reader=TypedLines())


def say(text: str) -> None:
    """Say one line at once and whole, whichever thread says it."""
    os.write(1, f"{text}\n".encode())


@contextmanager
def phase(name: str) -> Iterator[None]:
    """Say that something begins, and that it has ended."""
    say(f"begin {name}")
    yield
    say(f"end {name}")


def work(workspace: Path, seed: int) -> None:
    """Never end."""
    house = open_workspace(workspace)
    saved = SayingSavedIndexes(workspace / "index", Flavour.AUTO)
    follower = Follower(house.engine, house.clock, saved, flavour=Flavour.AUTO, save_above=LIST_SIZE // 4)
    follower.follow(0.01)
    own = open_own(workspace)
    say("ready")
    for turn in count():
        number = seed * 1_000_000 + turn
        with phase("importing"):
            import_numbered(house, number)
        say(f"listed {number}")
        add_own(own, number)
        with phase("folding"):
            own.fold()
        with phase("saving"):
            save_own(own, workspace)
        say(f"held {len(own)}")


def open_own(workspace: Path) -> HammingIndex:
    """Open the index that this process alone keeps; it has a directory however small it is."""
    path = workspace / OWN
    for left in leftovers(path):
        left.unlink()
    if path.exists():
        return HammingIndex.open(path, flat_below=0, fold_above=100)
    return HammingIndex(flat_below=0, fold_above=100)


def add_own(own: HammingIndex, number: int, size: int = LIST_SIZE) -> None:
    """Add a list's PDQ values."""
    pdq, _ = listed_values(number, size)
    first = len(own)
    own.add_many(b"".join(pdq), np.arange(first, first + len(pdq), dtype=np.uint64))


def save_own(own: HammingIndex, workspace: Path) -> None:
    """Save the index where `open_own` finds it."""
    own.freeze().save(workspace / OWN, b"own")


if __name__ == "__main__":
    work(Path(sys.argv[1]), int(sys.argv[2]))
