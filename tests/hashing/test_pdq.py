"""The PDQ record, its orientations, and which pictures have no hash that is worth searching."""

import numpy as np
import numpy.typing as npt
import pytest

from safelight.errors import InvalidValue
from safelight.hashing import pdq
from safelight.hashing.pdq import (
    HAS_KERNEL,
    MOST_UNSETTLED_BITS,
    ORIENTATIONS,
    Flavour,
    PdqHash,
    hash_rgb,
    is_degenerate,
    simd_level,
    which_flavour,
)
from safelight.testing.synthetic import paint_pixels

FLAVOURS = [Flavour.TWIN, Flavour.KERNEL] if HAS_KERNEL else [Flavour.TWIN]
TURNS = {
    "original": lambda pixels: pixels,
    "rotate90": lambda pixels: np.rot90(pixels, 1),
    "rotate180": lambda pixels: np.rot90(pixels, 2),
    "rotate270": lambda pixels: np.rot90(pixels, 3),
    "flip_x": np.flipud,
    "flip_y": np.fliplr,
    "transpose": lambda pixels: np.transpose(pixels, (1, 0, 2)),
    "transverse": lambda pixels: np.transpose(np.rot90(pixels, 2), (1, 0, 2)),
}


def distance(a: bytes, b: bytes) -> int:
    return (int.from_bytes(a) ^ int.from_bytes(b)).bit_count()


def grey(values: npt.NDArray[np.float64]) -> npt.NDArray[np.uint8]:
    return np.stack([values.astype(np.uint8)] * 3, axis=2)


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_each_orientation_is_the_hash_of_the_picture_turned_that_way(flavour: Flavour) -> None:
    pixels = paint_pixels(5, width=64, height=64)  # 64 samples without a blur: turning them is exact
    orientations = hash_rgb(pixels, flavour).orientations
    assert tuple(TURNS) == ORIENTATIONS
    for name, value in zip(ORIENTATIONS, orientations, strict=True):
        assert hash_rgb(TURNS[name](pixels), flavour).value == value, name


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_large_turned_picture_is_near_the_orientation_of_the_upright_one(flavour: Flavour) -> None:
    pixels = paint_pixels(6, width=900, height=700)
    orientations = hash_rgb(pixels, flavour).orientations
    for name, value in zip(ORIENTATIONS, orientations, strict=True):
        assert distance(hash_rgb(TURNS[name](pixels), flavour).value, value) <= 16, name


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_the_eight_orientations_of_a_picture_are_far_apart(flavour: Flavour) -> None:
    result = hash_rgb(paint_pixels(7), flavour)
    assert result.value == result.orientations[0]
    assert len(result.orientations) == 8
    assert all(len(value) == 32 for value in result.orientations)
    apart = [distance(a, b) for n, a in enumerate(result.orientations) for b in result.orientations[:n]]
    assert min(apart) > 31


FLAT = np.full((480, 640), 90.0)
ACROSS, DOWN = np.meshgrid(np.arange(640), np.arange(480))
NOISE = np.random.default_rng(1).integers(0, 256, (480, 640)).astype(float)
DEGENERATE = {
    "flat": FLAT,
    "black": FLAT * 0,
    "upright stripes": (ACROSS // 40 % 2) * 255.0,
    "lying stripes": (DOWN // 30 % 2) * 255.0,
    "checkerboard": ((ACROSS // 80 + DOWN // 60) % 2) * 255.0,
    "gradient across": ACROSS / 640 * 255.0,
    "gradient down": DOWN / 480 * 255.0,
    "the same in every row": np.broadcast_to(NOISE[0], (480, 640)),
    "left half mirrored": np.concatenate([NOISE[:320, :160], NOISE[:320, 159::-1]], axis=1),
    "upper half mirrored": np.concatenate([NOISE[:160, :320], NOISE[159::-1, :320]], axis=0),
    "8 px wide": NOISE[:, :8],
}


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("name", DEGENERATE)
def test_pictures_whose_bits_would_be_noise_are_degenerate(name: str, flavour: Flavour) -> None:
    result = hash_rgb(grey(DEGENERATE[name]), flavour)
    assert result.is_degenerate, f"{result.unsettled_bits} unsettled bits"


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("seed", range(20))
def test_pictures_with_detail_are_not_degenerate(seed: int, flavour: Flavour) -> None:
    size = np.random.default_rng(seed).integers(17, 900, 2)
    result = hash_rgb(paint_pixels(seed, width=int(size[0]), height=int(size[1])), flavour)
    assert result.unsettled_bits <= 2
    assert not result.is_degenerate


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_dim_copy_settles_as_many_bits_as_its_original(flavour: Flavour) -> None:
    pixels = paint_pixels(11)
    assert hash_rgb(pixels // 8, flavour).unsettled_bits == hash_rgb(pixels, flavour).unsettled_bits == 0


def test_half_of_the_default_threshold_may_be_unsettled() -> None:
    assert MOST_UNSETTLED_BITS == 31 // 2
    assert not is_degenerate(MOST_UNSETTLED_BITS)
    assert is_degenerate(MOST_UNSETTLED_BITS + 1)
    values = tuple(bytes([n]) * 32 for n in range(8))
    assert PdqHash(quality=100, orientations=values, unsettled_bits=16).is_degenerate


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("shape", [(4, 100, 3), (100, 4, 3), (1, 1, 3), (0, 9, 3)])
def test_a_side_under_5_px_has_no_hash(shape: tuple[int, ...], flavour: Flavour) -> None:
    with pytest.raises(ValueError, match="needs 5 px"):
        hash_rgb(np.zeros(shape, np.uint8), flavour)


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize(("shape", "dtype"), [((9, 9), np.uint8), ((9, 9, 4), np.uint8), ((9, 9, 3), np.uint16)])
def test_another_form_than_rgb_bytes_is_refused(shape: tuple[int, ...], dtype: type, flavour: Flavour) -> None:
    with pytest.raises(ValueError, match="height x width x 3 of uint8"):
        hash_rgb(np.zeros(shape, dtype), flavour)


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_view_with_gaps_or_in_reverse_hashes_like_its_copy(flavour: Flavour) -> None:
    pixels = paint_pixels(8)[::2, ::-3]
    assert hash_rgb(pixels, flavour) == hash_rgb(pixels.copy(), flavour)


def test_auto_is_the_kernel_where_there_is_one() -> None:
    assert which_flavour() is (Flavour.KERNEL if HAS_KERNEL else Flavour.TWIN)
    assert which_flavour(Flavour.TWIN) is Flavour.TWIN
    assert simd_level() in ({"plain", "sse2", "avx2", "avx512", "neon"} if HAS_KERNEL else {"none"})


def test_without_the_kernel_auto_is_the_twin_and_the_kernel_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdq, "HAS_KERNEL", False)
    pixels = paint_pixels(9)
    assert which_flavour() is Flavour.TWIN
    assert simd_level() == "none"
    assert hash_rgb(pixels) == hash_rgb(pixels, Flavour.TWIN)
    with pytest.raises(InvalidValue, match=r"not installed here.*choose `auto` or `twin`"):
        hash_rgb(pixels, Flavour.KERNEL)
