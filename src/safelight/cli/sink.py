"""Where records go that no file takes."""

import sys
from typing import Protocol

from safelight.cli.result_file import Record, to_line

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
