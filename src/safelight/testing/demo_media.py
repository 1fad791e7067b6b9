"""The pictures of `safelight demo`: originals for a bank, and an inbox of altered copies and unrelated pictures.

Everything is benign: photographs that installed packages ship, and synthetic pictures. What is written depends only
on which of those packages are installed. Beside each inbox file stands what a scan should say of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from safelight.testing.alterations import ALTERATIONS, Altered
from safelight.testing.photographs import find_photographs
from safelight.testing.synthetic import paint

_BANK_PHOTOGRAPHS = ("astronaut", "camera", "chelsea", "china", "coffee", "grace_hopper", "motorcycle_left", "rocket")
_ORIGINALS = 12
_UNRELATED = 20
_COPIES_EACH = 5
"""Altered copies of each original, taken in turn from the list: every alteration comes up at least four times."""

_BANK_SEED = 1_000
_UNRELATED_SEED = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class BankPicture:
    """One original that the demo puts into its bank."""

    name: str
    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxPicture:
    """One file of the demo's inbox and what a scan should find: the original's name, or None for no match."""

    path: Path
    expected: str | None
    alteration: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Picture:
    """A picture in hand; `path` is the shipped file, None for a synthetic one."""

    name: str
    path: Path | None
    image: Image.Image

    def file(self) -> Altered:
        """Give the picture as the file that it is: the shipped bytes, or a PNG of the synthetic one."""
        if self.path is None:
            return ALTERATIONS["as-png"](self.image)
        return Altered(data=self.path.read_bytes(), suffix=self.path.suffix)


def write_bank_pictures(folder: Path) -> list[BankPicture]:
    """Write the dozen originals into a folder, which is made if need be, and list them."""
    folder.mkdir(parents=True, exist_ok=True)
    return [BankPicture(name=each.name, path=_write(folder, each.name, each.file())) for each in _originals()]


def write_inbox(folder: Path) -> list[InboxPicture]:
    """Write altered copies of the originals, two exact copies and unrelated pictures, and say what each is."""
    folder.mkdir(parents=True, exist_ok=True)
    written = [*_write_copies(folder), *_write_unrelated(folder)]
    return sorted(written, key=lambda each: each.path.name)


def _write_copies(folder: Path) -> Iterator[InboxPicture]:
    names = list(ALTERATIONS)
    for number, original in enumerate(_originals()):
        chosen = [names[(number * _COPIES_EACH + step) % len(names)] for step in range(_COPIES_EACH)]
        files = {name: ALTERATIONS[name](original.image) for name in chosen}
        if number < 2:
            files["unaltered"] = original.file()
        for name, altered in files.items():
            path = _write(folder, f"{original.name}-{name}", altered)
            yield InboxPicture(path=path, expected=original.name, alteration=name)


def _write_unrelated(folder: Path) -> Iterator[InboxPicture]:
    shipped = [each for each in _photographs() if each.name not in _BANK_PHOTOGRAPHS]
    painted = _paintings("unrelated", _UNRELATED_SEED, _UNRELATED - len(shipped))
    for picture in [*shipped, *painted]:
        path = _write(folder, picture.name, picture.file())
        yield InboxPicture(path=path, expected=None, alteration="unrelated")


def _originals() -> list[_Picture]:
    shipped = [each for each in _photographs() if each.name in _BANK_PHOTOGRAPHS]
    return [*shipped, *_paintings("painting", _BANK_SEED, _ORIGINALS - len(shipped))]


def _photographs() -> Iterator[_Picture]:
    for photograph in find_photographs():
        with Image.open(photograph.path) as image:
            yield _Picture(name=photograph.name, path=photograph.path, image=image.convert("RGB"))


def _paintings(stem: str, seed: int, count: int) -> list[_Picture]:
    return [
        _Picture(name=f"{stem}-{number:02}", path=None, image=paint(seed + number)) for number in range(1, count + 1)
    ]


def _write(folder: Path, stem: str, altered: Altered) -> Path:
    path = folder / f"{stem}{altered.suffix}"
    path.write_bytes(altered.data)
    return path
