"""PDQ, the perceptual hash of pictures: one record, and the choice between the compiled kernel and its plain twin."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from safelight.errors import InvalidValue
from safelight.hashing import pdq_py

try:
    from safelight import _kernel
except ImportError:  # no compiler when this was installed: the twins run, and which_flavour() and doctor say so
    HAS_KERNEL = False
else:
    HAS_KERNEL = True

ORIENTATIONS: tuple[str, ...] = tuple(name for name, *_ in pdq_py.ORIENTATIONS)
"""The eight orientations in `pdqhash`'s order. Each names what was done to the picture to come to that orientation:

`rotate90` a quarter turn anticlockwise (numpy.rot90), `rotate180`, `rotate270`; `flip_x` upside down (numpy.flipud);
`flip_y` left to right (numpy.fliplr); `transpose` mirrored in the diagonal from top left; `transverse` in the other.
"""

MOST_UNSETTLED_BITS = 15
"""Half of the default threshold of 31: beyond it, rounding alone could use up more than half of a near match."""


class Flavour(StrEnum):
    """Which of two equal implementations runs."""

    AUTO = "auto"
    KERNEL = "kernel"
    TWIN = "twin"


@dataclass(frozen=True, slots=True, kw_only=True)
class PdqHash:
    """The PDQ hash of one picture.

    `quality` is 0 to 100. `orientations` holds 32 bytes for each of `ORIENTATIONS`: the bytes of the usual 64-digit
    hexadecimal text. `unsettled_bits` counts, in the orientation that has most of them, the coefficients other than
    the median itself that lie so near the median that rounding decides their bit (`pdq_py.rounding_band`).
    """

    quality: int
    orientations: tuple[bytes, ...]
    unsettled_bits: int

    @property
    def value(self) -> bytes:
        """The hash of the picture as it is."""
        return self.orientations[0]

    @property
    def is_degenerate(self) -> bool:
        """Whether so many bits are noise that the hash must not be searched: flat, striped, mirrored pictures."""
        return is_degenerate(self.unsettled_bits)


def is_degenerate(unsettled_bits: int) -> bool:
    """Whether a hash with so many unsettled bits must not be searched."""
    return unsettled_bits > MOST_UNSETTLED_BITS


def which_flavour(flavour: str = Flavour.AUTO) -> Flavour:
    """Return what runs when `flavour` is asked for, by its name too: the kernel wherever it is installed.

    Raises InvalidValue when the kernel is asked for by name and is not installed, ValueError for another name.
    """
    flavour = Flavour(flavour)  # a plain word would else be neither of those below, and quietly mean the twin
    if flavour is Flavour.KERNEL and not HAS_KERNEL:
        raise InvalidValue(
            "The compiled kernel was asked for by name and is not installed here, so nothing was hashed. Install "
            "Safelight with a C++ compiler at hand, or choose `auto` or `twin`."
        )
    if flavour is Flavour.AUTO:
        return Flavour.KERNEL if HAS_KERNEL else Flavour.TWIN
    return flavour


def simd_level() -> str:
    """Return the instruction set that the kernel uses here; `none` without the kernel.

    `plain`, `sse2`, `avx2` or `avx512` on x86-64, `plain` or `neon` on Arm.
    """
    return _kernel.cpp_level() if HAS_KERNEL else "none"


def hash_rgb(rgb: npt.NDArray[np.uint8], flavour: Flavour = Flavour.AUTO) -> PdqHash:
    """Hash a picture: height x width x 3 bytes of red, green and blue.

    Raises ValueError when the array has another form, or a side is under 5 px (such a picture has no hash), and
    InvalidValue as `which_flavour` does.
    """
    if rgb.dtype != np.uint8 or rgb.ndim != 3 or rgb.shape[2] != 3:
        raise ValueError(f"A picture is height x width x 3 of uint8, not {rgb.shape} of {rgb.dtype}.")
    if min(rgb.shape[:2]) < pdq_py.MINIMUM_SIDE:
        raise ValueError(f"A picture of {rgb.shape[1]} x {rgb.shape[0]} px has no PDQ hash: a side needs 5 px.")
    is_kernel = which_flavour(flavour) is Flavour.KERNEL
    run = _kernel.hash_rgb if is_kernel else pdq_py.hash_rgb
    quality, orientations, unsettled_bits = run(np.ascontiguousarray(rgb))
    return PdqHash(quality=quality, orientations=orientations, unsettled_bits=unsettled_bits)
