"""From a list on disk to a match in another process: import, opening, and how soon a change of the banks shows.

    python benchmarks/bench_follow.py [--size 1M] [--changes 50] [--database URL]

A list of random PDQ values is written as CSV and imported by `safelight bank import`. A fresh process opens the
workspace and matches a listed value, which first builds and saves the index; further ones open what was saved. Then one
process keeps asking while another adds entries to a bank and removes them, one at a time.
docs/how-to/measure-matching.md says how to read what it prints.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Self

import numpy as np

from bench_match import parse_size
from match_codes import draw_balanced
from match_memory import most_memory
from match_targets import HEAD, MILLION, target_line
from safelight.app import Workspace, open_workspace
from safelight.banks.entry import NewEntry
from safelight.flow.banks import edits as banks
from safelight.hashing.signal import Signal, SignalType

_LISTED, _CHANGED = "listed", "changed"
_OPENINGS = 3
_PIECE = 100_000
_POLL_S = 0.0005
_GIVE_UP_S = 60.0


class Watcher:
    """The parent's end of a fresh process that has the workspace open and asks it."""

    def __init__(self, workspace: Path, value: bytes) -> None:
        began = time.perf_counter()
        command = [sys.executable, str(Path(__file__)), "--watch", str(workspace), "--value", value.hex()]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.opened = self.hear()
        self.opened["process"] = time.perf_counter() - began

    def watch(self, value: bytes, *, wanted: bool) -> None:
        """Have it ask for a value until it matches (or no longer does); return when it has begun to ask."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"value": value.hex(), "wanted": wanted}) + "\n")
        self._process.stdin.flush()
        self.hear()

    def hear(self) -> dict[str, Any]:
        """Wait for what it says. Raises RuntimeError if it has died."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"The watching process died (exit status {self._process.wait()}).")
        said: dict[str, Any] = json.loads(line)
        return said

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()  # it closes the workspace, and so finishes the file that it saves


@contextmanager
def open_matching(workspace: Path) -> Iterator[Any]:
    """Open what follows the banks and answers `match(signal)`: the call that a program makes."""
    with open_workspace(workspace).lookup() as lookup:
        yield lookup


def be_watcher(workspace: Path, value: bytes) -> None:
    """Open the workspace and match; then answer each line of standard input."""
    began = time.perf_counter()
    with open_matching(workspace) as matching:
        is_found = _entry_of(matching, value) is not None
        _say({"seconds": time.perf_counter() - began, "is_found": is_found, "peak": most_memory()})
        for line in sys.stdin:
            order = json.loads(line)
            _say({"is_watching": True})
            _say(_wait(matching, bytes.fromhex(order["value"]), wanted=order["wanted"]))


def _wait(matching: Any, value: bytes, *, wanted: bool) -> dict[str, Any]:
    """Ask again and again; return the moment of the first answer that is as wanted, on the clock of all processes."""
    give_up_at = time.monotonic() + _GIVE_UP_S
    while time.monotonic() < give_up_at:
        entry_id = _entry_of(matching, value)
        if (entry_id is not None) == wanted:
            return {"at": time.monotonic(), "entry_id": entry_id}
        time.sleep(_POLL_S)
    raise SystemExit(f"The change did not show within {_GIVE_UP_S:.0f} seconds.")


def _entry_of(matching: Any, value: bytes) -> int | None:
    """Return the id of the entry that has just this value, None if none matches."""
    found = matching.match(Signal(type=SignalType.PDQ, value=value, quality=100))
    return next((match.entry_id for match in found.matches if match.distance == 0), None)


def _say(words: dict[str, Any]) -> None:
    print(json.dumps(words), flush=True)


def write_list(file: Path, size: int) -> bytes:
    """Write a list of random PDQ values as CSV; return the last value."""
    with file.open("w", encoding="ascii") as opened:
        opened.write("signal_type,value\n")
        for first in range(0, size, _PIECE):
            codes = draw_balanced(min(_PIECE, size - first), np.random.default_rng([11, first]))
            opened.writelines(f"pdq,{code.tobytes().hex()}\n" for code in codes)
    return codes[-1].tobytes()


def run_safelight(*arguments: str) -> float:
    """Run a command of Safelight; return how many seconds it took."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-m", "safelight", *arguments], check=True, capture_output=True)
    return time.perf_counter() - began


def make_workspace(folder: Path, database: str) -> Path:
    """Make a workspace with two empty banks: the one is imported into, the other changed by hand."""
    workspace = folder / "workspace"
    workspace.mkdir()
    if database:
        (workspace / "safelight.toml").write_text(f"database_url = {json.dumps(database)}\n", encoding="utf-8")
    run_safelight("init", str(workspace))
    for name in (_LISTED, _CHANGED):
        run_safelight("bank", "create", name, "-w", str(workspace))
    return workspace


def measure_import(folder: Path, workspace: Path, size: int) -> tuple[bytes, float, float]:
    """Import, open for the first time, open again; print what each took.

    Return a listed value, the seconds from the list to its first match, and those from opening to the first answer.
    """
    file = folder / "list.csv"
    value = write_list(file, size)
    imported = run_safelight("bank", "import", _LISTED, str(file), "-w", str(workspace))
    file.unlink()
    print(f"import of {size:,} entries, CSV to database    {imported:10.2f} s")
    with Watcher(workspace, value) as watcher:
        first = watcher.opened
    assert first["is_found"], "a listed value does not match"
    print(f"a fresh process, to its first match            {first['process']:10.2f} s   (peak {_gigabytes(first)})")
    print(f"CSV to database to matchable                   {imported + first['process']:10.2f} s")
    openings = []
    for _ in range(_OPENINGS):
        with Watcher(workspace, value) as watcher:
            openings.append(watcher.opened)
    assert all(opened["is_found"] for opened in openings)
    seconds, process = (statistics.median(opened[name] for opened in openings) for name in ("seconds", "process"))
    print(f"opening what was saved, to its first answer    {seconds:10.3f} s   (peak {_gigabytes(openings[0])})")
    print(f"the same with the start of the process         {process:10.3f} s")
    return value, imported + first["process"], seconds


def _gigabytes(opened: dict[str, Any]) -> str:
    return f"{opened['peak'] / 1e9:.2f} GB"


def measure_following(workspace: Path, value: bytes, changes: int) -> float:
    """Add and remove entries here while another process keeps asking; print how soon it saw each.

    Return the most seconds that any took, from the beginning of the call.
    """
    house = open_workspace(workspace)
    took: dict[str, list[tuple[float, float]]] = {"add": [], "remove": []}
    with Watcher(workspace, value) as watcher:
        for code in draw_balanced(changes, np.random.default_rng(12)):
            entry_id = _change(watcher, house, code.tobytes(), None, took["add"])
            _change(watcher, house, code.tobytes(), entry_id, took["remove"])
    for name, times in took.items():
        from_call, from_commit = ([pair[place] for pair in times] for place in (0, 1))
        print(
            f"{name} in one process, seen by another           {_spread(from_call)} after the call began, "
            f"{_spread(from_commit)} after it returned"
        )
    return max(from_call for times in took.values() for from_call, _ in times)


def _change(
    watcher: Watcher, house: Workspace, value: bytes, entry_id: int | None, took: list[tuple[float, float]]
) -> int | None:
    """Add the value, or remove its entry; return the id of the entry as the other process gave it."""
    watcher.watch(value, wanted=entry_id is None)
    began = time.monotonic()
    if entry_id is None:
        entries = [NewEntry(signal_type="pdq", value=value)]
        banks.add_entries(house.engine, house.clock, house.actor, bank=_CHANGED, entries=entries)
    else:
        banks.remove_entry(house.engine, house.clock, house.actor, entry_id=entry_id)
    returned = time.monotonic()
    seen = watcher.hear()
    took.append((seen["at"] - began, seen["at"] - returned))
    return None if seen["entry_id"] is None else int(seen["entry_id"])


def _spread(seconds: list[float]) -> str:
    return f"p50 {statistics.median(seconds) * 1000:.0f} ms, at most {max(seconds) * 1000:.0f} ms"


def main() -> None:
    """Measure and print, or be the process that watches."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=parse_size, default=MILLION, help="entries in the list: 1M, 10M")
    parser.add_argument("--changes", type=int, default=50, help="how many entries are added and removed")
    parser.add_argument("--database", default="", help="URL of an empty PostgreSQL database; else SQLite")
    parser.add_argument("--folder", type=Path, help="where the workspace and the list are made; else a temporary one")
    parser.add_argument("--watch", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--value", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.watch:
        be_watcher(given.watch, bytes.fromhex(given.value))
        return
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=given.folder)))
        workspace = make_workspace(folder, given.database)
        value, matchable, opened = measure_import(folder, workspace, given.size)
        seen = measure_following(workspace, value, given.changes)
    if given.size == 10 * MILLION:
        print("\n" + HEAD)
        print(target_line("a change on another process, at 10 M (the slowest)", 1, 0.3, seen, "s"))
        print(target_line("opening a workspace of 10 M until the first answer", 1, 0.2, opened, "s"))
        print(target_line("import of 10 M entries, CSV to database to matchable", 300, 120, matchable, "s"))


if __name__ == "__main__":
    main()
