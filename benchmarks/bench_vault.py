"""Measure spooling, sealing and opening one large file: `make bench-vault`, or with SIZE=512M, FOLDER=/somewhere.

Bytes that cannot be compressed are spooled, sealed and read back whole in a folder on disk and in one in memory. Beside
each, in the same run and folder: AES-256-GCM alone on chunks of the same size, the three digests alone, a plain write
with fsync and a plain read of as many bytes. The peak of resident memory is that of a process of its own, which does
only the work that is measured.
"""

import argparse
import hashlib
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from safelight.clock import SystemClock
from safelight.database.engine import open_engine
from safelight.database.revision import upgrade
from safelight.database.transaction import write
from safelight.flow.installation import Installation
from safelight.flow.scans.preserving import preserve
from safelight.intake.spool import Spool
from safelight.roles import EVERY_PERMISSION, Actor, ActorKind
from safelight.testing.evidence import plain_manifest
from safelight.testing.keys import MemoryKeys
from safelight.vault.blobs.disk import DiskBlobs
from safelight.vault.chunks import CHUNK_BYTES, SealedWriter
from safelight.vault.purpose import Purpose
from safelight.vault.vault import Vault

MEMORY_FOLDER = Path("/dev/shm")  # noqa: S108 - what is measured there is made under a random name
UNITS = {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30}
BLOCK = os.urandom(CHUNK_BYTES)
"""One piece of the file, which is this again and again: making it must cost nothing of what is measured."""


def pieces(size_bytes: int) -> Iterator[memoryview]:
    """Give so many bytes in pieces."""
    block = memoryview(BLOCK)
    for start in range(0, size_bytes, CHUNK_BYTES):
        yield block[: min(CHUNK_BYTES, size_bytes - start)]


def seconds(run: Callable[[], object]) -> float:
    """Return how long a run takes."""
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def encrypt_alone(size_bytes: int) -> None:
    """Encrypt as many chunks, in memory that is used again and again."""
    cipher, sealed = AESGCM(bytes(32)), bytearray(CHUNK_BYTES + 16)
    for number, piece in enumerate(pieces(size_bytes)):
        cipher.encrypt_into(number.to_bytes(12), piece, b"", memoryview(sealed)[: len(piece) + 16])


def encrypt_each_anew(size_bytes: int) -> None:
    """Encrypt as many chunks by the plain call, which takes new memory for each."""
    cipher = AESGCM(bytes(32))
    for number, piece in enumerate(pieces(size_bytes)):
        cipher.encrypt(number.to_bytes(12), piece, b"")


def digest_alone(size_bytes: int) -> None:
    """Take MD5, SHA-1 and SHA-256, one after the other."""
    states = [hashlib.new(name, usedforsecurity=False) for name in ("md5", "sha1", "sha256")]
    for piece in pieces(size_bytes):
        for state in states:
            state.update(piece)


def write_plainly(path: Path, size_bytes: int) -> None:
    """Write as many bytes to a file and sync it."""
    with open(path, "wb", buffering=0) as file:
        file.writelines(pieces(size_bytes))
        os.fsync(file.fileno())


def seal_plainly(path: Path, size_bytes: int) -> None:
    """Write as many bytes to a sealed file and sync it, taking no digest."""
    with open(path, "wb", buffering=0) as file:
        writer = SealedWriter(file, bytes(32), "00" * 16)
        for piece in pieces(size_bytes):
            writer.write(piece)
        writer.finish()
        os.fsync(file.fileno())


def read_plainly(path: Path) -> None:
    """Read a file into memory that is used again and again."""
    buffer = bytearray(CHUNK_BYTES)
    with open(path, "rb", buffering=0) as file:
        while file.readinto(buffer):
            pass


class Trial:
    """One installation in a folder, and what is measured in it."""

    def __init__(self, folder: Path) -> None:
        (folder / "safelight.db").touch()
        blobs = DiskBlobs(folder / "blobs")
        blobs.create()
        self.place = Installation(
            engine=open_engine(folder / "safelight.db"), blobs=blobs, keys=MemoryKeys(), clock=SystemClock()
        )
        upgrade(self.place.engine)
        self.vault = Vault(blobs=blobs, keys=self.place.keys, clock=self.place.clock)
        self.actor = Actor(kind=ActorKind.SERVICE, name="bench", permissions=EVERY_PERMISSION)
        self.folder = folder

    def run(self, size_bytes: int) -> Iterator[tuple[str, float]]:
        """Spool, seal and open; give a name and seconds for each."""
        with Spool(self.folder / "spool", memory_bytes=8 << 20) as spool:
            start = time.perf_counter()
            spooled = spool.receive(pieces(size_bytes), max_bytes=size_bytes)
            yield "spool (encrypt, three digests, write)", time.perf_counter() - start
            start = time.perf_counter()
            manifest = replace(plain_manifest(spooled), media_type="application/octet-stream")
            evidence = preserve(self.place.engine, self.vault, self.actor, spooled, manifest)
            yield "seal (sync, rename, wrap, commit)", time.perf_counter() - start
            spooled.drop()
        with write(self.place.engine) as tx:
            grant = self.vault.open(tx, self.actor, evidence.id, Purpose.CHECK, "a measurement")
        start = time.perf_counter()
        with self.vault.read(self.place.engine, grant) as reader:
            got = sum(len(piece) for piece in reader.pieces())
        yield "open (read, decrypt all of it)", time.perf_counter() - start
        assert got == size_bytes


def measure_vault(folder: Path, size_bytes: int) -> None:
    """Do the work once, in this process, and print its times and its peak."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for name, took in Trial(folder).run(size_bytes):
        print(f"{name}\t{took}")
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"peak\t{after / 1024} {(after - before) / 1024}")


def tell(name: str, size_bytes: int, took: float, raw: float) -> None:
    """Print one line: GB/s, and how that is to AES-GCM alone."""
    print(f"  {name:46} {size_bytes / took / 1e9:7.2f} GB/s {took:8.2f} s {raw / took:7.2f} of AES-GCM")


def measure(where: Path, size_bytes: int, rounds: int) -> None:
    """Measure in one folder, and print the best of the rounds for each line."""
    took: dict[str, float] = {}
    peak = "?"

    def note(name: str, run_seconds: float) -> None:
        took[name] = min(run_seconds, took.get(name, run_seconds))

    for _ in range(rounds):
        folder = Path(tempfile.mkdtemp(prefix="bench-vault-", dir=where))
        try:
            note("AES-256-GCM alone, memory used again", seconds(lambda: encrypt_alone(size_bytes)))
            note("AES-256-GCM alone, new memory for each chunk", seconds(lambda: encrypt_each_anew(size_bytes)))
            note("MD5, SHA-1 and SHA-256 alone, one thread", seconds(lambda: digest_alone(size_bytes)))
            plain = folder / "plain"
            note("plain write and fsync", seconds(lambda path=plain: write_plainly(path, size_bytes)))
            note("plain read", seconds(lambda path=plain: read_plainly(path)))
            plain.unlink()
            note("sealed write and fsync, no digest", seconds(lambda path=plain: seal_plainly(path, size_bytes)))
            plain.unlink()
            command = [sys.executable, __file__, "--only", str(folder), "--size", str(size_bytes)]
            for line in subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines():
                name, _, value = line.partition("\t")
                if name == "peak":
                    peak = value
                else:
                    note(name, float(value))
        finally:
            shutil.rmtree(folder)
    print(f"{where}: {size_bytes / 1e9:.2f} GB, best of {rounds}")
    for name, best in took.items():
        tell(name, size_bytes, best, took["AES-256-GCM alone, memory used again"])
    whole, growth = peak.split()
    print(f"  peak resident memory {float(whole):.0f} MiB, {float(growth):.0f} MiB of it beyond the imported program")


def bytes_of(text: str) -> int:
    """Read a size such as 2G, 512M or a number of bytes."""
    return int(float(text[:-1]) * UNITS[text[-1]]) if text[-1] in UNITS else int(text)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=bytes_of, default="2G", help="how large the file is: 2G")
    parser.add_argument(
        "--folder", type=Path, default=Path(tempfile.gettempdir()), help="a folder on the disk to measure"
    )
    parser.add_argument("--rounds", type=int, default=3, help="how often each is measured; the best counts")
    parser.add_argument("--only", type=Path, help=argparse.SUPPRESS)
    told = parser.parse_args()
    if told.only is not None:
        measure_vault(told.only, told.size)
        return
    measure(told.folder, told.size, told.rounds)
    if MEMORY_FOLDER.is_dir():
        measure(MEMORY_FOLDER, told.size, told.rounds)


if __name__ == "__main__":
    main()
