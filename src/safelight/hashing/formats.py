"""Formats: which picture format bytes are in, told by their first bytes and never by a name."""

from enum import StrEnum

HEAD_BYTES = 64


class Format(StrEnum):
    """The picture formats that are decoded here, all by code that ships with simplejpeg and Pillow."""

    JPEG = "jpeg"
    PNG = "png"
    GIF = "gif"
    WEBP = "webp"
    AVIF = "avif"
    TIFF = "tiff"
    BMP = "bmp"
    JPEG2000 = "jpeg2000"
    ICO = "ico"
    PPM = "ppm"


ANIMATIONS = frozenset({Format.PNG, Format.GIF, Format.WEBP, Format.AVIF})
"""The formats whose frames follow one another in time. In the others, several frames are pictures of their own."""

_STARTS = (
    (b"\xff\xd8\xff", Format.JPEG),
    (b"\x89PNG", Format.PNG),
    (b"GIF8", Format.GIF),
    (b"II*\x00", Format.TIFF),
    (b"MM\x00*", Format.TIFF),
    (b"II+\x00", Format.TIFF),
    (b"MM\x00+", Format.TIFF),
    (b"\x00\x00\x00\x0cjP  ", Format.JPEG2000),
    (b"\xff\x4f\xff\x51", Format.JPEG2000),
)


def identify(head: bytes) -> Format | None:
    """Return the format that the first bytes announce, however damaged the rest; None for what is not decoded.

    Two of the marks are short enough to begin other files too, so they are looked at a little further: a BMP has
    two reserved zero words, an icon counts its pictures.
    """
    for start, picture_format in _STARTS:
        if head.startswith(start):
            return picture_format
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return Format.WEBP
    if head[:2] == b"BM" and head[6:10] == bytes(4):
        return Format.BMP
    if head[:4] == b"\x00\x00\x01\x00" and 0 < int.from_bytes(head[4:6], "little") <= 256:
        return Format.ICO
    if head[:1] == b"P" and head[1:2] in b"123456" and head[2:3] in b" \t\r\n#" and len(head) > 2:
        return Format.PPM
    return Format.AVIF if _is_avif(head) else None


def _is_avif(head: bytes) -> bool:
    """HEIC shares the container, so the brand decides: AVIF's own, or a general one with AVIF among the compatible."""
    if head[4:8] != b"ftyp":
        return False
    length = int.from_bytes(head[:4], "big")
    return head[8:12] in {b"avif", b"avis"} or (
        head[8:12] in {b"mif1", b"msf1", b"miaf"} and b"avif" in head[16 : min(length, HEAD_BYTES)]
    )
