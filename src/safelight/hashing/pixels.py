"""Pixels: a decoded picture as the RGB that a viewer sees.

What is done to each kind of picture (Pillow's mode in brackets):

- palettes are resolved; transparency of any kind (RGBA, LA, PA, a transparent colour) is laid over white
- 16 bits of grey (I;16): the high byte counts. 32-bit integers (I): cut to 0..65535, then the high byte counts
- floating point (F): cut to 0..1 if nothing exceeds 1, else to 0..255; what is no number counts as 0
- CMYK, YCbCr, greys and single bits: Pillow's own conversion. LAB: littleCMS, to sRGB
- embedded colour profiles are not applied: two copies of a picture differ less without them
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

Rgb = NDArray[np.uint8]
"""Height x width x 3, contiguous."""

_WHITE = (255, 255, 255)
_WITH_ALPHA = frozenset({"RGBA", "RGBa", "LA", "La", "PA"})


def to_rgb(image: Image.Image) -> Rgb:
    """Return what a viewer sees of a loaded picture. Raises ValueError for a mode that no format here gives."""
    return np.ascontiguousarray(np.asarray(_as_rgb_image(image), dtype=np.uint8))


def _as_rgb_image(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I;16") or image.mode in {"I", "F"}:
        return _from_deep_grey(image)
    if image.mode in _WITH_ALPHA or "transparency" in image.info:
        return _over_white(image)
    if image.mode == "LAB":
        return _from_lab(image)
    return image if image.mode == "RGB" else image.convert("RGB")


def _over_white(image: Image.Image) -> Image.Image:
    layer = image.convert("RGBA")
    alpha = layer.getchannel("A")
    if alpha.getextrema() == (255, 255):
        return layer.convert("RGB")
    paper = Image.new("RGB", layer.size, _WHITE)
    paper.paste(layer, mask=alpha)
    return paper


def _from_deep_grey(image: Image.Image) -> Image.Image:
    values = np.asarray(image)
    grey = Image.fromarray(_to_bytes(values))
    transparent = image.info.get("transparency")
    if isinstance(transparent, int):
        grey.paste(255, mask=Image.fromarray(values == transparent))
    return grey.convert("RGB")


def _to_bytes(values: NDArray[Any]) -> Rgb:
    if values.dtype.kind == "f":
        known = np.nan_to_num(values, nan=0.0, posinf=255.0, neginf=0.0)
        scale = 255.0 if known.size and known.max() <= 1.0 else 1.0
        return np.asarray(np.clip(known * scale, 0, 255) + 0.5, dtype=np.uint8)
    return np.asarray(np.clip(values, 0, 65535) >> 8, dtype=np.uint8)


def _from_lab(image: Image.Image) -> Image.Image:
    lab, srgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
    converted = ImageCms.profileToProfile(image, lab, srgb, outputMode="RGB")
    if converted is None:
        raise ValueError("the conversion from LAB gave no picture")
    return converted
