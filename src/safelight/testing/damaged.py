"""A seeded corpus of damaged files: what uploads look like when they are broken, cut off, mislabelled or hostile.

Nothing here is a picture of anything: the originals are small synthetic paintings. The same seed and count give the
same files with the same versions of numpy and Pillow.
"""

import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

import numpy as np

from safelight.testing.alterations import ALTERATIONS, Altered
from safelight.testing.bombs import bombs, png, png_chunk, save
from safelight.testing.synthetic import paint

_HEAD_BYTES = 200
"""How far into a file the damage to its header reaches."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Damaged:
    """One damaged file and what was done to it."""

    path: Path
    kind: str


_Damage: TypeAlias = Callable[[np.random.Generator, list[Altered]], Altered]


def write_damaged(folder: Path, *, count: int, seed: int) -> Iterator[Damaged]:
    """Write `count` damaged files, one at a time: first every bomb once, then the other kinds of damage in turn."""
    folder.mkdir(parents=True, exist_ok=True)
    generator = np.random.default_rng(seed)
    originals = _originals(seed)
    made = [*bombs()][:count]
    for name, data in made:
        yield _write(folder / name, data, kind=name)
    kinds = list(DAMAGES)
    for number in range(count - len(made)):
        kind = kinds[number % len(kinds)]
        altered = DAMAGES[kind](generator, originals)
        yield _write(folder / f"{kind}-{number:05}{altered.suffix}", altered.data, kind=kind)


def _write(path: Path, data: bytes, *, kind: str) -> Damaged:
    path.write_bytes(data)
    return Damaged(path=path, kind=kind)


def _originals(seed: int) -> list[Altered]:
    """Save a few small paintings in every format that the alterations know, plus an animation."""
    sizes = ((97, 61), (160, 120), (64, 200))
    pictures = [paint(seed + number, width=wide, height=high) for number, (wide, high) in enumerate(sizes)]
    stills = [alter(picture) for alter in ALTERATIONS.values() for picture in pictures]
    buffer = BytesIO()
    frames = [picture.resize((80, 60)) for picture in pictures]
    frames[0].save(buffer, format="GIF", save_all=True, append_images=frames[1:] * 4)
    return [*stills, Altered(data=buffer.getvalue(), suffix=".gif")]


def _pick(generator: np.random.Generator, originals: list[Altered]) -> Altered:
    return originals[int(generator.integers(len(originals)))]


def _truncate(generator: np.random.Generator, originals: list[Altered]) -> Altered:
    """Cut the file off anywhere."""
    picked = _pick(generator, originals)
    return Altered(data=picked.data[: int(generator.integers(1, len(picked.data)))], suffix=picked.suffix)


def _flip_bits(generator: np.random.Generator, originals: list[Altered]) -> Altered:
    """Flip up to forty bits anywhere."""
    return _flip(generator, _pick(generator, originals), within=None)


def _flip_header_bits(generator: np.random.Generator, originals: list[Altered]) -> Altered:
    """Flip up to forty bits in the header, where they do most harm."""
    return _flip(generator, _pick(generator, originals), within=_HEAD_BYTES)


def _flip(generator: np.random.Generator, picked: Altered, *, within: int | None) -> Altered:
    data = bytearray(picked.data)
    reach = min(len(data), within or len(data))
    for place in generator.integers(0, reach, int(generator.integers(1, 41))):
        data[place] ^= 1 << int(generator.integers(8))
    return Altered(data=bytes(data), suffix=picked.suffix)


def _splice(generator: np.random.Generator, originals: list[Altered]) -> Altered:
    """Put the header of one file on the body of another."""
    head, body = _pick(generator, originals), _pick(generator, originals)
    seam = int(generator.integers(8, _HEAD_BYTES))
    return Altered(data=head.data[:seam] + body.data[seam:], suffix=head.suffix)


def _repeat_middle(generator: np.random.Generator, originals: list[Altered]) -> Altered:
    """Say a piece of the middle twice, as a broken upload does."""
    picked = _pick(generator, originals)
    start, end = sorted(int(place) for place in generator.integers(0, len(picked.data), 2))
    return Altered(data=picked.data[:end] + picked.data[start:], suffix=picked.suffix)


def _blank(generator: np.random.Generator, originals: list[Altered]) -> Altered:
    """Turn a stretch into zeros, as a lost disk block does."""
    picked = _pick(generator, originals)
    start, end = sorted(int(place) for place in generator.integers(0, len(picked.data), 2))
    return Altered(data=picked.data[:start] + bytes(end - start) + picked.data[end:], suffix=picked.suffix)


def _empty(generator: np.random.Generator, originals: list[Altered]) -> Altered:
    """Hold nothing at all."""
    return Altered(data=b"", suffix=_pick(generator, originals).suffix)


def _noise(generator: np.random.Generator, originals: list[Altered]) -> Altered:
    """Hold random bytes under a picture's name."""
    data = generator.bytes(int(generator.integers(1, 5_000)))
    return Altered(data=data, suffix=_pick(generator, originals).suffix)


def _magic_and_noise(generator: np.random.Generator, originals: list[Altered]) -> Altered:
    """Begin as the format does and go on with random bytes."""
    picked = _pick(generator, originals)
    return Altered(data=picked.data[: int(generator.integers(2, 33))] + generator.bytes(2_000), suffix=picked.suffix)


def _prose(generator: np.random.Generator, originals: list[Altered]) -> Altered:
    """Hold text under a picture's name."""
    words = " ".join(["not", "a", "picture"] * int(generator.integers(1, 400)))
    return Altered(data=words.encode(), suffix=_pick(generator, originals).suffix)


def _mislabel(generator: np.random.Generator, originals: list[Altered]) -> Altered:
    """Be a sound picture under another format's name."""
    picked = _pick(generator, originals)
    others = sorted({each.suffix for each in originals} - {picked.suffix})
    return Altered(data=picked.data, suffix=str(generator.choice(others)))


def _break_checksum(generator: np.random.Generator, _: list[Altered]) -> Altered:
    """Give a PNG's pixel chunk a wrong checksum."""
    pixels = bytearray(png_chunk(b"IDAT", zlib.compress(generator.bytes(16 * 49))))
    pixels[-1] ^= 0xFF
    return Altered(data=png(bytes(pixels)), suffix=".png")


def _nest_exif(generator: np.random.Generator, _: list[Altered]) -> Altered:
    """Give a JPEG an EXIF block whose directories point at themselves and claim absurd counts."""
    count = int(generator.integers(1, 1 << 31))
    tags = [(0x0112, 3, count, 0xFFFF), (0x8769, 4, 1, 8), (0x8825, 4, 1, 8), (0xA005, 4, 1, 8), (0x927C, 7, count, 8)]
    entries = b"".join(struct.pack("<HHII", *tag) for tag in tags)
    block = b"Exif\0\0II*\0" + struct.pack("<IH", 8, len(tags)) + entries + struct.pack("<I", 8)
    return Altered(data=_with_segment(0xE1, block), suffix=".jpg")


def _absurd_profile(generator: np.random.Generator, _: list[Altered]) -> Altered:
    """Give a JPEG a colour profile that is noise and claims to be part 3 of 2."""
    return Altered(data=_with_segment(0xE2, b"ICC_PROFILE\0\x03\x02" + generator.bytes(3_000)), suffix=".jpg")


def _with_segment(marker: int, body: bytes) -> bytes:
    plain = save("JPEG")
    return plain[:2] + struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body + plain[2:]


DAMAGES: Mapping[str, _Damage] = MappingProxyType(
    {
        "truncated": _truncate,
        "bits-flipped": _flip_bits,
        "header-bits-flipped": _flip_header_bits,
        "spliced": _splice,
        "repeated": _repeat_middle,
        "blanked": _blank,
        "empty": _empty,
        "noise": _noise,
        "magic-and-noise": _magic_and_noise,
        "prose": _prose,
        "mislabelled": _mislabel,
        "bad-checksum": _break_checksum,
        "nested-exif": _nest_exif,
        "absurd-profile": _absurd_profile,
    }
)
"""Every seeded kind of damage by name. `mislabelled` files are sound: only their names lie."""
