"""Odd things that a folder may hold beside ordinary files."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_LONGEST_NAME_BYTES = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class Oddity:
    """One odd thing in a folder: where it lies, what it is, and whether it is a file whose bytes can be read."""

    path: Path
    kind: str
    is_readable: bool


def write_oddities(folder: Path, data: bytes) -> Iterator[Oddity]:
    """Write one of each oddity; those that are files hold `data`, so that a scan of them can be checked.

    A name that is not UTF-8 comes back as Python gives it, with lone surrogates for the odd bytes. A file without
    permissions is readable all the same for an administrator; `is_readable` says what holds for this process.
    """
    folder.mkdir(parents=True, exist_ok=True)
    yield from _write_non_files(folder)
    yield from _write_odd_names(folder, data)
    yield from _write_links(folder, data)
    yield _write_forbidden(folder, data)


def _write_non_files(folder: Path) -> Iterator[Oddity]:
    directory = folder / "directory.jpg"
    directory.mkdir()
    yield Oddity(path=directory, kind="directory", is_readable=False)
    pipe = folder / "pipe.jpg"
    os.mkfifo(pipe)
    yield Oddity(path=pipe, kind="pipe", is_readable=False)


def _write_odd_names(folder: Path, data: bytes) -> Iterator[Oddity]:
    names = {
        "not-utf-8": b"caf\xe9\xff.jpg",
        "longest-name": b"n" * (_LONGEST_NAME_BYTES - 4) + b".jpg",
        "newline": b"two\nlines.jpg",
        "control-characters": b"\x1b[31mred\x07.jpg",
        "leading-dash": b"--json.jpg",
        "blank-ends": b" blank .jpg ",
        "right-to-left": "\u202egpj.exe".encode(),
        "hidden": b".hidden.jpg",
        "no-suffix": b"plain",
    }
    for kind, name in names.items():
        path = folder / os.fsdecode(name)
        path.write_bytes(data)
        yield Oddity(path=path, kind=kind, is_readable=True)


def _write_links(folder: Path, data: bytes) -> Iterator[Oddity]:
    links = {"broken-link": "nowhere.jpg", "link-loop": "link-loop.jpg", "link-to-parent": "."}
    for kind, target in links.items():
        path = folder / f"{kind}.jpg"
        path.symlink_to(target)
        yield Oddity(path=path, kind=kind, is_readable=False)
    target_file = folder / "target.png"
    target_file.write_bytes(data)
    link = folder / "link-to-file.jpg"
    link.symlink_to(target_file.name)
    yield Oddity(path=target_file, kind="plain", is_readable=True)
    yield Oddity(path=link, kind="link-to-file", is_readable=True)


def _write_forbidden(folder: Path, data: bytes) -> Oddity:
    path = folder / "forbidden.jpg"
    path.write_bytes(data)
    path.chmod(0)
    return Oddity(path=path, kind="forbidden", is_readable=os.access(path, os.R_OK))
