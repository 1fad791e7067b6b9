"""A process that imports lists, follows the banks, saves and folds without end, to be killed at any moment.

    python tests/journeys/busy_workspace.py WORKSPACE SEED

It says on standard output what it has finished, a line each: the list that was imported (`listed NUMBER`), or how many
codes the saved index of its own has (`held COUNT`).
"""

import io
import sys
from itertools import count
from pathlib import Path

import numpy as np

from safelight.app import open_workspace
from safelight.banks.exchanges.typed_lines import TypedLines
from safelight.flow.hash_lists import import_list
from safelight.hashing.pdq import Flavour
from safelight.matching.follower import Follower
from safelight.matching.hamming import HammingIndex
from safelight.matching.saved import SavedIndexes

LIST_SIZE = 400
"""Entries of each list, half of them PDQ and half MD5."""

OWN = "own.index"


def listed_values(number: int) -> tuple[list[bytes], list[bytes]]:
    """Return the PDQ and MD5 values of one list."""
    generator = np.random.default_rng(number)
    return (
        [generator.bytes(32) for _ in range(LIST_SIZE // 2)],
        [generator.bytes(16) for _ in range(LIST_SIZE // 2)],
    )


def write_list(number: int) -> bytes:
    """Return one list as a file."""
    pdq, md5 = listed_values(number)
    lines = [f"pdq {value.hex()}" for value in pdq] + [f"md5 {value.hex()}" for value in md5]
    return "\n".join([*lines, ""]).encode()


def say(text: str) -> None:
    """Say what is finished; a reader that is gone does not matter."""
    print(text, flush=True)


def work(workspace: Path, seed: int) -> None:
    """Never end."""
    house = open_workspace(workspace)
    saved = SavedIndexes(workspace / "index", Flavour.AUTO)
    follower = Follower(house.engine, house.clock, saved, flavour=Flavour.AUTO, save_above=LIST_SIZE // 4)
    follower.follow(0.01)
    own = open_own(workspace)
    say("ready")
    for turn in count():
        number = seed * 1_000_000 + turn
        file = io.BytesIO(write_list(number))
        import_list(house.engine, house.clock, house.actor, bank="known", file=file, name="list", reader=TypedLines())
        say(f"listed {number}")
        grow_own(own, workspace, number)
        say(f"held {len(own)}")


def open_own(workspace: Path) -> HammingIndex:
    """Open the index that this process alone keeps; it has a directory however small it is."""
    if (workspace / OWN).exists():
        return HammingIndex.open(workspace / OWN, flat_below=0, fold_above=100)
    return HammingIndex(flat_below=0, fold_above=100)


def grow_own(own: HammingIndex, workspace: Path, number: int) -> None:
    """Add a list's PDQ values, fold them in and save."""
    pdq, _ = listed_values(number)
    first = len(own)
    own.add_many(b"".join(pdq), np.arange(first, first + len(pdq), dtype=np.uint64))
    own.fold()
    own.freeze().save(workspace / OWN, b"own")


if __name__ == "__main__":
    work(Path(sys.argv[1]), int(sys.argv[2]))
