"""Progress on standard error: a live bar on a terminal, a plain line every few seconds elsewhere."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

_LINE_EVERY_SECONDS = 5.0


class Meter:
    """Takes what is done so far and shows it."""

    def __init__(self, unit: str, bar: Progress | None = None, task: TaskID | None = None) -> None:
        self._unit = unit
        self._bar = bar
        self._task = task
        self._started = self._told = time.monotonic()

    def update(self, done: int, note: str) -> None:
        """Show that `done` are done; `note` holds the counts."""
        now = time.monotonic()
        rate = f"{done / max(now - self._started, 1e-9):.0f} {self._unit} a second"
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=done, note=f"{rate}; {note}")
        elif now - self._told >= _LINE_EVERY_SECONDS:
            self._told = now
            print(f"{done} {self._unit}, {rate}; {note}", file=sys.stderr)  # noqa: T201 - the plain voice


@contextmanager
def show_progress(unit: str, total: int | None) -> Iterator[Meter]:
    """Give a meter. With a total, the bar tells the time that remains."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield Meter(unit)
        return
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[note]}; remaining"), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        yield Meter(unit, progress, progress.add_task("", total=total, note="starting"))


def is_live() -> bool:
    """Whether a bar is shown, so that counting beforehand what is to come is worth while."""
    return Console(stderr=True).is_terminal
