"""Files and folder trees.

Nothing in a tree is passed over in silence: what is not a readable regular file arrives all the same and says, when
opened, why its bytes cannot be had. Links to files are followed; links to folders are not entered, so that a loop
cannot hold a scan.
"""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from safelight.intake.content import FileContent
from safelight.intake.media import Origin
from safelight.intake.sources.interface import Obstacle, Stamp, Unopenable

_REFUSING = {errno.EACCES, errno.EPERM}


@dataclass(frozen=True, slots=True, kw_only=True)
class FileArrival:
    """A path, as bytes. `fault` is set where the walk already knows that there is no file to open."""

    name: bytes
    fault: Unopenable | None = None

    @property
    def stamp(self) -> Stamp | None:
        """The file's size and time of last change; None where it cannot be looked at.

        The change time, which the system keeps, not the modification time, which anyone can set.
        """
        try:
            status = os.stat(self.name)
        except (OSError, ValueError):
            return None
        return Stamp(size_bytes=status.st_size, changed_ns=status.st_ctime_ns)

    @property
    def origin(self) -> Origin:
        """The file's own name is all that a folder tells."""
        return Origin(original_file_name=os.path.basename(self.name).decode("utf-8", "replace"))

    @contextmanager
    def open(self) -> Iterator[FileContent]:
        """Open the file for reading by range. Raises Unopenable with the reason."""
        if self.fault is not None:
            raise self.fault
        try:
            # O_NONBLOCK: a named pipe must not hold the scan until somebody writes to it.
            descriptor = os.open(self.name, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError as error:
            raise _unopenable(error) from error
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise Unopenable(Obstacle.UNSUPPORTED, f"this is {_kind(status.st_mode)}, not a file")
            if status.st_size == 0 and _holds_something(descriptor):
                raise Unopenable(Obstacle.UNSUPPORTED, "the system makes its content up as it is read")
            yield FileContent(descriptor=descriptor, size_bytes=status.st_size, changed_ns=status.st_ctime_ns)
        finally:
            os.close(descriptor)


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderSource:
    """Paths to files or folders; folders are walked to the bottom, one after the other."""

    paths: tuple[bytes, ...]

    def arrivals(self) -> Iterator[FileArrival]:
        """Yield every file below the paths once, though the paths overlap."""
        files: set[bytes] = set()
        folders: list[bytes] = []
        for path in self.paths:
            is_folder = os.path.isdir(path)
            for arrival in _walk(path) if is_folder else iter((FileArrival(name=path),)):
                if not (files or folders) or _is_new(_place(arrival.name), files, folders):
                    yield arrival
            if is_folder:
                folders.append(os.path.realpath(path).rstrip(b"/") + b"/")
            else:
                files.add(_place(path))


def _place(name: bytes) -> bytes:
    """Return where a name stands, its folder resolved but the name itself not: a link is a place of its own."""
    return os.path.join(os.path.realpath(os.path.dirname(name) or b"."), os.path.basename(name))


def _is_new(place: bytes, files: set[bytes], folders: list[bytes]) -> bool:
    return place not in files and not any(place.startswith(folder) for folder in folders)


def _walk(top: bytes) -> Iterator[FileArrival]:
    """Yield what is below a folder. One folder is open at a time and only folder names are held in memory."""
    waiting = [top]
    while waiting:
        folder = waiting.pop()
        below: list[bytes] = []
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        below.append(entry.path)
                    else:
                        yield FileArrival(name=entry.path, fault=_link_fault(entry))
        except OSError as error:
            yield FileArrival(name=folder, fault=_unopenable(error))
        waiting.extend(sorted(below, reverse=True))


def _link_fault(entry: os.DirEntry[bytes]) -> Unopenable | None:
    if entry.is_symlink() and os.path.isdir(entry.path):
        return Unopenable(Obstacle.REFUSED, "links to folders are not followed; name the folder itself")
    return None


def _holds_something(descriptor: int) -> bool:
    """Whether a file that says it is empty is not: /proc and some network file systems have such files."""
    try:
        return bool(os.pread(descriptor, 1, 0))
    except OSError:
        return True


def _unopenable(error: OSError) -> Unopenable:
    if error.errno in _REFUSING:
        return Unopenable(Obstacle.REFUSED, "the system does not let this user read it")
    if error.errno == errno.ENXIO:
        return Unopenable(Obstacle.UNSUPPORTED, "this is a socket or device, not a file")
    return Unopenable(Obstacle.UNREADABLE, f"opening failed: {error.strerror}")


def _kind(mode: int) -> str:
    for check, name in (
        (stat.S_ISDIR, "a folder"),
        (stat.S_ISFIFO, "a named pipe"),
        (stat.S_ISSOCK, "a socket"),
        (stat.S_ISCHR, "a device"),
        (stat.S_ISBLK, "a device"),
    ):
        if check(mode):
            return name
    return "something else"
