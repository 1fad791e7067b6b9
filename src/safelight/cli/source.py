"""What the paths on a command line name."""

import os
import sys
from collections.abc import Sequence

from safelight.app import Workspace, open_source
from safelight.intake.sources.interface import Source

STANDARD_INPUT = "-"


def source_of(house: Workspace, paths: Sequence[str]) -> Source:
    """Return the files, folders or the standard input (`-`) that paths name. Raises InvalidValue."""
    standard_input = None if sys.stdin is None else sys.stdin.buffer
    return open_source(house.settings, [os.fsencode(path) for path in paths], standard_input)
