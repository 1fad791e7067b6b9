"""The ordinary things that happen to a picture on its way: resized, saved again, framed, mirrored, converted.

They measure how robust matching is against everyday handling. They are not a means of evasion: each has one fixed,
ordinary strength, none looks at a hash, and nothing here searches for a change that defeats matching (DESIGN 9).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from types import MappingProxyType
from typing import TypeAlias

from PIL import Image, ImageEnhance, ImageOps

_ORIENTATION_TAG = 0x0112
_TURN_CLOCKWISE = 6
"""The EXIF orientation that tells a viewer to turn the stored picture a quarter clockwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Altered:
    """An altered picture as a file: its bytes and the suffix of its name."""

    data: bytes
    suffix: str


Alteration: TypeAlias = Callable[[Image.Image], Altered]
"""Takes an RGB picture and gives the altered file."""


def resize(picture: Image.Image) -> Altered:
    """Scale to 60 % of each side, as a preview does."""
    width, height = picture.size
    return _as_jpeg(picture.resize((round(width * 0.6), round(height * 0.6)), Image.Resampling.LANCZOS))


def recompress(picture: Image.Image) -> Altered:
    """Save again as a strongly compressed JPEG, as a messenger does."""
    return _as_jpeg(picture, quality=40)


def brighten(picture: Image.Image) -> Altered:
    """Make it a quarter brighter."""
    return _as_jpeg(ImageEnhance.Brightness(picture).enhance(1.25))


def frame(picture: Image.Image) -> Altered:
    """Put a hairline black border around it: about 2 pixels on a picture 600 pixels wide.

    That is what PDQ bears: 2 pixels moved up to 18 of its 256 bits on the demo's originals, 3 pixels up to 34,
    and 13 pixels (2 %) up to 94, which no threshold in use would find.
    """
    return _as_jpeg(ImageOps.expand(picture, border=max(1, round(max(picture.size) * 0.0035)), fill=0))


def mirror(picture: Image.Image) -> Altered:
    """Flip left and right."""
    return _as_jpeg(ImageOps.mirror(picture))


def flip(picture: Image.Image) -> Altered:
    """Flip top and bottom."""
    return _as_jpeg(ImageOps.flip(picture))


def turn(picture: Image.Image) -> Altered:
    """Turn the pixels a quarter, with nothing that says so."""
    return _as_jpeg(picture.transpose(Image.Transpose.ROTATE_90))


def turn_by_exif(picture: Image.Image) -> Altered:
    """Store it turned a quarter, with the EXIF orientation by which viewers turn it back, as phones do."""
    exif = Image.Exif()
    exif[_ORIENTATION_TAG] = _TURN_CLOCKWISE
    turned = picture.transpose(Image.Transpose.ROTATE_90)
    return Altered(data=_encode(turned, "JPEG", quality=90, exif=exif), suffix=".jpg")


def convert_to_png(picture: Image.Image) -> Altered:
    """Save it as PNG."""
    return Altered(data=_encode(picture, "PNG"), suffix=".png")


def convert_to_webp(picture: Image.Image) -> Altered:
    """Save it as WebP of ordinary quality."""
    return Altered(data=_encode(picture, "WEBP", quality=80), suffix=".webp")


def convert_to_gif(picture: Image.Image) -> Altered:
    """Save it as GIF, with the 256 colours that GIF has."""
    return Altered(data=_encode(picture.quantize(256), "GIF"), suffix=".gif")


def convert_to_tiff(picture: Image.Image) -> Altered:
    """Save it as TIFF with lossless compression."""
    return Altered(data=_encode(picture, "TIFF", compression="tiff_lzw"), suffix=".tiff")


def convert_to_bmp(picture: Image.Image) -> Altered:
    """Save it as BMP."""
    return Altered(data=_encode(picture, "BMP"), suffix=".bmp")


def convert_to_avif(picture: Image.Image) -> Altered:
    """Save it as AVIF of ordinary quality."""
    return Altered(data=_encode(picture, "AVIF", quality=70, speed=9), suffix=".avif")


ALTERATIONS: Mapping[str, Alteration] = MappingProxyType(
    {
        "resized": resize,
        "recompressed": recompress,
        "brightened": brighten,
        "framed": frame,
        "mirrored": mirror,
        "flipped": flip,
        "turned": turn,
        "turned-by-exif": turn_by_exif,
        "as-png": convert_to_png,
        "as-webp": convert_to_webp,
        "as-gif": convert_to_gif,
        "as-tiff": convert_to_tiff,
        "as-bmp": convert_to_bmp,
        "as-avif": convert_to_avif,
    }
)
"""Every alteration by the name that the demo prints."""


def _as_jpeg(picture: Image.Image, *, quality: int = 90) -> Altered:
    return Altered(data=_encode(picture, "JPEG", quality=quality), suffix=".jpg")


def _encode(picture: Image.Image, form: str, **options: object) -> bytes:
    buffer = BytesIO()
    picture.save(buffer, format=form, **options)
    return buffer.getvalue()
