"""Reading an age file as a stream: nothing of it is on the disk in the clear, and its end is seen before it counts."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread
from typing import BinaryIO

import pyrage

from safelight.errors import BackupRefused
from safelight.keys.recovery import Identity

_BUFFER_BYTES = 1 << 20


@dataclass(slots=True)
class Decrypted:
    """What an age file holds, as a stream. It is as it was written only once `finish` has returned."""

    stream: BinaryIO
    _thread: Thread
    _faults: list[Exception] = field(default_factory=list)

    def finish(self) -> None:
        """Read to the end and wait for the last part to be found right. Raises `BackupRefused`."""
        while self.stream.read(_BUFFER_BYTES):
            pass
        self._thread.join()
        self.require_sound()

    def require_sound(self) -> None:
        """Raise `BackupRefused` if decryption has failed: then what the stream gave last is cut short."""
        for fault in self._faults:
            raise _told(fault) from None


@contextmanager
def decrypting(file: BinaryIO, identities: list[Identity]) -> Iterator[Decrypted]:
    """Give what an age file holds while it is read, in bounded memory."""
    read_end, write_end = os.pipe()
    faults: list[Exception] = []
    thread = Thread(target=_decrypt, args=(file, write_end, identities, faults), name="decrypting", daemon=True)
    with open(read_end, "rb", buffering=_BUFFER_BYTES) as stream:
        thread.start()
        try:
            yield Decrypted(stream, thread, faults)
        finally:
            stream.close()  # a thread that still writes ends by this
            thread.join()


def _decrypt(file: BinaryIO, write_end: int, identities: list[Identity], faults: list[Exception]) -> None:
    with open(write_end, "wb", buffering=0) as clear:
        try:
            pyrage.decrypt_io(file, _Whole(clear), identities)
        except Exception as error:  # noqa: BLE001 - handed to the thread that reads
            faults.append(error)


class _Whole:
    """A pipe that takes all that it is given: a bare pipe may take less."""

    def __init__(self, pipe: BinaryIO) -> None:
        self._pipe = pipe

    def write(self, data: bytes) -> int:
        """Write all of the bytes."""
        rest = memoryview(data)
        while rest:
            rest = rest[self._pipe.write(rest) :]
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""


def _told(fault: Exception) -> BackupRefused:
    if isinstance(fault, pyrage.DecryptError) and "No matching keys" in str(fault):
        return BackupRefused(
            "The identity does not open this backup: it was encrypted to other recipients. Nothing was restored. Name "
            "the identity of one of those that `--to` named when the backup was made."
        )
    if isinstance(fault, pyrage.DecryptError):
        return BackupRefused(
            "This file is no backup: it is not an age file, or its beginning is damaged or cannot be read. Nothing was "
            "restored. Name another file."
        )
    return BackupRefused(
        "The backup is damaged, cut short, or cannot be read to its end. Nothing was restored. Use another copy of it, "
        "or another backup."
    )
