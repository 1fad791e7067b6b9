"""A process that seals the same contents as others do at the same time: run by test_seal_races.py."""

import sys
import time
from pathlib import Path

from safelight.clock import SystemClock
from safelight.database.engine import open_engine
from safelight.flow.scans.preserving import preserve
from safelight.intake.spool import Spool
from safelight.keys.file import FileKeys
from safelight.roles import EVERY_PERMISSION, Actor, ActorKind
from safelight.testing.evidence import plain_manifest
from safelight.vault.blobs.disk import DiskBlobs
from safelight.vault.vault import Vault


def content(number: int) -> bytes:
    """Return the bytes that every process seals as this number."""
    return f"content {number} ".encode() * 20_000


def main(address: str, folder: Path, contents: int) -> None:
    """Wait for the start and seal each content once."""
    engine = open_engine(address)
    vault = Vault(blobs=DiskBlobs(folder / "blobs"), keys=FileKeys(folder / "keys.json"), clock=SystemClock())
    actor = Actor(kind=ActorKind.SERVICE, name="sealer", permissions=EVERY_PERMISSION)
    with Spool(folder / "spool", memory_bytes=1000) as spool:
        print("ready", flush=True)
        while not (folder / "start").exists():
            time.sleep(0.005)
        for number in range(contents):
            with spool.receive([content(number)], max_bytes=1 << 30) as spooled:
                preserve(engine, vault, actor, spooled, plain_manifest(spooled))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
