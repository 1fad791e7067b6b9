"""Bodies: streamed, counted as they come and as they unpack, and never taken for whole when they are not."""

import zlib
from collections.abc import Iterable, Iterator

from safelight.errors import OutboundFailed, OutboundTooLarge

_PIECE_BYTES = 1 << 20
_EITHER_HEAD = zlib.MAX_WBITS | 32
"""zlib looks by itself whether the head is of gzip or of zlib."""


def counted(pieces: Iterable[bytes], max_bytes: int) -> Iterator[bytes]:
    """Give pieces as they come. Raises `OutboundTooLarge` with the one that is too much."""
    left = max_bytes
    for piece in pieces:
        left -= len(piece)
        if left < 0:
            raise too_large(max_bytes)
        yield piece


def unpacked(pieces: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """Give a body without its packing, in pieces of at most 1 MiB, so that a bomb is noticed as it unfolds.

    Raises `OutboundFailed` for a packing that nobody asked for, and for one that is damaged, that ends early or that
    goes on after its end.
    """
    match encoding:
        case "" | "identity":
            yield from pieces
        case "gzip" | "x-gzip" | "deflate":
            yield from _inflated(pieces)
        case _:
            raise OutboundFailed("The answer is packed in a way that nobody asked for. Nothing of it is used.")


def _inflated(pieces: Iterable[bytes]) -> Iterator[bytes]:
    packing = zlib.decompressobj(_EITHER_HEAD)
    try:
        for piece in pieces:
            rest = piece
            while rest and not packing.eof:
                if made := packing.decompress(rest, _PIECE_BYTES):
                    yield made
                rest = packing.unconsumed_tail
            if packing.eof and (rest or packing.unused_data):
                raise OutboundFailed("The answer goes on after the end of what is packed. Nothing of it is used.")
    except zlib.error:
        raise OutboundFailed("The answer's packing is damaged. Nothing of it is used.") from None
    if not packing.eof:
        raise OutboundFailed("The answer's packing ends early. Nothing of it is used.")


def too_large(max_bytes: int) -> OutboundTooLarge:
    """Return the error for more than may come."""
    return OutboundTooLarge(f"The answer is longer than the {max_bytes} bytes that may come. Nothing of it was kept.")
