"""Videos, told by their first bytes: those of a container of films, not of pictures."""

HEAD_BYTES = 189
"""So many are looked at: a transport stream is told by the beginning of its second packet."""

_STARTS = (
    b"\x1aE\xdf\xa3",  # Matroska, WebM
    b"OggS",
    b"FLV\x01",
    b"\x00\x00\x01\xba",  # MPEG program stream
    b"\x30\x26\xb2\x75\x8e\x66\xcf\x11",  # ASF, WMV
)
_PICTURE_BRANDS = frozenset({b"avif", b"avis", b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"miaf"})
"""Brands of the ISO container (ISO/IEC 23008-12) that are pictures; the others are films."""

_SYNC, _PACKET_BYTES = b"\x47", 188
"""How each packet of a transport stream begins, and how long it is (ISO/IEC 13818-1)."""


def looks_like_video(head: bytes) -> bool:
    """Whether the first bytes are those of a container of films."""
    if head[:4] == b"RIFF":
        return head[8:12] == b"AVI "
    if head[4:8] in {b"ftyp", b"moov"}:
        return head[8:12] not in _PICTURE_BRANDS
    return head.startswith(_STARTS) or head[:1] == head[_PACKET_BYTES : _PACKET_BYTES + 1] == _SYNC
