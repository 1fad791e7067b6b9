"""While media is spooled, scanned, kept, sealed and opened, nothing of it or its manifest is in the clear anywhere."""

import base64
import io
import logging
import os
import secrets
import stat
import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

import pytest
from PIL import PngImagePlugin

from safelight.app.parts import open_hashers, open_pool
from safelight.database.transaction import write
from safelight.flow.chain import scan
from safelight.flow.installation import Installation
from safelight.flow.scans.preserving import SpooledArrival, manifest_of, preserve
from safelight.hashing.interface import Hasher
from safelight.hashing.signal import Signal
from safelight.intake.content import Content
from safelight.intake.media import Media, Origin, Subject
from safelight.intake.spool import Spool
from safelight.roles import Actor
from safelight.settings import Settings
from safelight.testing.evidence import remove_rest
from safelight.testing.synthetic import paint
from safelight.vault.keeping import Keeping
from safelight.vault.manifest import Manifest, Neighbour
from safelight.vault.purpose import Purpose
from safelight.vault.vault import Vault

BYTE_TAG = secrets.token_bytes(24)
TEXT_TAG = secrets.token_hex(12)
"""Every marker begins with one of these two, so that few needles find them all."""


def byte_marker() -> bytes:
    return BYTE_TAG + secrets.token_bytes(40)


def text_marker() -> str:
    return TEXT_TAG + secrets.token_hex(20)


def needles_of(tag: bytes) -> list[bytes]:
    """Return a tag raw, in hexadecimal, and in base64 at each of the three places at which it may begin."""
    shifted = [base64.b64encode(tag[skipped : skipped + (len(tag) - skipped) // 3 * 3]) for skipped in range(3)]
    return [tag, tag.hex().encode(), tag.hex().upper().encode(), *shifted]


NEEDLES = [*needles_of(BYTE_TAG), *needles_of(TEXT_TAG.encode())]


def is_marked(data: bytes) -> bool:
    return any(needle in data for needle in NEEDLES)


def marked_files(folders: Iterable[Path]) -> list[Path]:
    """Return the files in the folders, and those that this process has open, that hold a marker or have one as name."""
    found = [path for folder in folders for path in folder.rglob("*")]
    return [path for path in [*found, *_open_files()] if is_marked(os.fsencode(path.name)) or is_marked(_read(path))]


def _open_files() -> Iterator[Path]:
    """Give the files on a disk that this process has open, also those whose name is gone."""
    for path in Path("/proc/self/fd").iterdir():
        with suppress(OSError):
            if stat.S_ISREG(path.stat().st_mode) and not os.readlink(path).startswith(("/memfd:", "/proc/")):
                yield path


def _read(path: Path) -> bytes:
    with suppress(OSError):  # it went meanwhile, or is no file
        if path.is_file():
            return path.read_bytes()
    return b""


class Searching:
    """Searches the folders again and again in a thread of its own, for as long as the block lasts."""

    def __init__(self, folders: list[Path]) -> None:
        self._folders = folders
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._search)
        self.found: list[str] = []
        self.turns = 0

    def _search(self) -> None:
        while not self._stop.is_set():
            self.found += [path.name for path in marked_files(self._folders)]
            self.turns += 1

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()


def marked_picture(seed: int) -> bytes:
    """Return a picture with markers within it and behind it, large enough for the spool to lie on the disk."""
    info = PngImagePlugin.PngInfo()
    info.add_text("note", text_marker())
    buffer = io.BytesIO()
    paint(seed, width=320, height=240).save(buffer, "PNG", pnginfo=info)
    return buffer.getvalue() + b"".join(byte_marker() + secrets.token_bytes(20_000) for _ in range(60))


def marked_origin() -> Origin:
    return Origin(
        platform_content_id=text_marker(),
        original_file_name=text_marker(),
        ip_address=text_marker(),
        location_url=f"https://{text_marker()}.example/",
    )


def marked_manifest(media: Media, actor: Actor) -> Manifest:
    plain = manifest_of(media, sealed_by=actor, subject=Subject(id=text_marker()))
    neighbour = Neighbour(relation="before", content_id=text_marker(), address=text_marker(), note=text_marker())
    return replace(plain, neighbours=(neighbour,), notes=(text_marker(),))


def scanned(content: Content, origin: Origin, place: Installation, hashers: tuple[Hasher, ...]) -> Media:
    """Scan content, see that it was decoded, and return its facts."""
    arrival = SpooledArrival(content=content, name=b"-", origin=origin)
    result = scan(arrival, clock=place.clock, hashers=hashers, take_snapshot=lambda: None)
    assert all(isinstance(answer, Signal) for answer in result.answers)
    assert result.media is not None
    return result.media


@pytest.fixture(scope="module")
def hashers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Hasher, ...]]:
    settings = Settings(workspace=tmp_path_factory.mktemp("workspace"), scan_workers=1)
    with open_pool(settings) as pool:
        yield open_hashers(settings, pool)


@pytest.fixture
def watched(request: pytest.FixtureRequest, tmp_path: Path, place: Installation) -> list[Path]:
    """Name the folders in which anything could be written: the workspace, temporary files, PostgreSQL's data."""
    if place.engine.dialect.name == "sqlite":
        return [tmp_path]
    return [tmp_path, Path(request.getfixturevalue("postgresql_server").pgdata)]


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    monkeypatch.setattr(tempfile, "tempdir", None)


def test_a_search_finds_what_lies_in_the_clear(tmp_path: Path) -> None:
    for number, data in enumerate(
        [
            byte_marker(),
            text_marker().encode(),
            byte_marker().hex().encode(),
            base64.b64encode(b"x" + byte_marker()),
            base64.b64encode(b"xy" + text_marker().encode()),
        ]
    ):
        path = tmp_path / str(number)
        path.write_bytes(b"before" + data + b"after")
        assert marked_files([tmp_path]) == [path]
        with path.open("rb"):
            path.unlink()
            assert len(marked_files([tmp_path])) == 1
    (tmp_path / text_marker()).touch()
    assert len(marked_files([tmp_path])) == 1


@pytest.mark.usefixtures("temporary")
@pytest.mark.few_on_postgresql
def test_nothing_is_in_the_clear_during_or_after(
    place: Installation,
    actor: Actor,
    hashers: tuple[Hasher, ...],
    watched: list[Path],
    *,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(place.engine, "echo", "debug")  # every statement and every row, into the log
    vault = Vault(blobs=place.blobs, keys=place.keys, clock=place.clock)
    keeping = Keeping(blobs=place.blobs, keys=place.keys, clock=place.clock)
    sealed = []
    with Searching([tmp_path]) as searching, Spool(tmp_path / "spool", memory_bytes=200_000) as spool:
        for seed in range(4):
            data, origin = marked_picture(seed), marked_origin()
            with spool.receive([data], max_bytes=1 << 30) as spooled:
                media = scanned(spooled, origin, place, hashers)
                manifest = marked_manifest(media, actor)
                sealed.append(preserve(place.engine, vault, actor, spooled, manifest).id)
                preserve(place.engine, vault, actor, spooled, marked_manifest(media, actor))
            with spool.receive([marked_picture(seed + 10)], max_bytes=1 << 30) as spooled:
                prepared = keeping.prepare(spooled, marked_manifest(scanned(spooled, origin, place, hashers), actor))
                with write(place.engine) as tx:
                    spool_id = keeping.keep_spool(tx, actor, prepared)
            with keeping.open_kept(place.engine, spool_id) as kept:
                scanned(kept, origin, place, hashers)
            with write(place.engine) as tx:
                keeping.drop_kept(tx, actor, spool_id)
            assert read_again(place, vault, actor, sealed[-1]) == (data, manifest)
        remove_rest(place, actor)
    assert searching.turns >= 3
    assert searching.found == []
    assert marked_files(watched) == []
    assert "INSERT INTO vault_occurrences" in caplog.text
    assert not is_marked(caplog.text.encode("utf-8", "surrogateescape"))


def read_again(place: Installation, vault: Vault, actor: Actor, evidence_id: str) -> tuple[bytes, Any]:
    with write(place.engine) as tx:
        grant = vault.open(tx, actor, evidence_id, Purpose.REVIEW, "a look")
    with vault.read(place.engine, grant) as reader:
        return reader.read(0, reader.size_bytes), vault.manifest(place.engine, grant)
