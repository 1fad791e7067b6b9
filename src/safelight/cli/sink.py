"""Where records go that no file takes."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from safelight.cli.result_file import Record, ResultFile, to_line

STANDARD_OUTPUT = "-"


class Sink(Protocol):
    """Takes records."""

    def append(self, record: Record) -> None:
        """Take one record."""
        ...

    def finish(self, summary: Record) -> None:
        """Take the summary, which is the last."""
        ...


class LineSink:
    """JSON Lines on standard output."""

    def append(self, record: Record) -> None:
        """Write one line."""
        sys.stdout.buffer.write(to_line(record))

    def finish(self, summary: Record) -> None:
        """Write the summary and make sure that it left."""
        self.append({"summary": True} | summary)
        sys.stdout.buffer.flush()


class Nowhere:
    """Takes records and forgets them: the results are shown instead."""

    def append(self, record: Record) -> None:
        """Forget a record."""

    def finish(self, summary: Record) -> None:
        """Forget the summary."""


@contextmanager
def open_sink(json: str | None) -> Iterator[Sink]:
    """Give what `--json` names: a new file, or standard output (`-`). Raises AlreadyExists or OutputFailed."""
    if json is None:
        yield Nowhere()
        return
    if json == STANDARD_OUTPUT:
        yield LineSink()
        sys.stdout.buffer.flush()
        return
    with ResultFile(Path(json), is_new=True) as file:
        yield file
        file.sync()
