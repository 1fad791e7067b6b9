"""Choosing the source that media comes from."""

from collections.abc import Sequence
from typing import BinaryIO

from safelight.errors import InvalidValue
from safelight.intake.sources.folder import FileArrival, FolderSource
from safelight.intake.sources.interface import Source, Stamp
from safelight.intake.sources.stream import StreamSource
from safelight.settings import Settings


def open_source(settings: Settings, paths: Sequence[bytes], standard_input: BinaryIO | None) -> Source:
    """Return the source that paths name; `-` is standard input. Raises InvalidValue if it is not alone or closed."""
    if b"-" not in paths:
        return FolderSource(paths=tuple(paths))
    if len(paths) > 1:
        raise InvalidValue("Standard input (-) is scanned by itself: name it alone, or only files and folders.")
    if standard_input is None:
        raise InvalidValue("Standard input is closed: there is nothing to scan.")
    return StreamSource(stream=standard_input, max_bytes=settings.max_stdin_mib << 20)


def file_stamp(name: bytes) -> Stamp | None:
    """Return what tells this state of a file from a later one; None if there is no file to look at."""
    return FileArrival(name=name).stamp
