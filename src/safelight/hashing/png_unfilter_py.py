"""PNG's five line filters undone: the specification of `cpp/png_unfilter.hpp`.

Each line of an inflated PNG begins with a byte that names its filter; the bytes that follow are the differences between
the pixels and what the filter foretold of them from their neighbours. Source: the PNG specification (third edition),
clause 9. It is plain and slow: where the kernel is missing, Pillow reads all PNGs.
"""

import numpy as np
import numpy.typing as npt

MOST_PIXEL_BYTES = 4


def unfilter_png(lines: bytes, pixels: npt.NDArray[np.uint8]) -> bool:
    """Undo the filters of all lines into `pixels`, height x width x 1 to 4 bytes. False over an unknown filter.

    Raises ValueError if the lines do not have the size of the pixels, or a line has no pixels.
    """
    height, width, pixel_bytes = pixels.shape
    if not (width and 1 <= pixel_bytes <= MOST_PIXEL_BYTES and len(lines) == height * (width * pixel_bytes + 1)):
        raise ValueError("The lines of a PNG do not have the size of its pixels.")
    above = np.zeros((width, pixel_bytes), np.uint8)
    for row, line in zip(pixels, np.frombuffer(lines, np.uint8).reshape(height, width * pixel_bytes + 1), strict=True):
        if not _undo(int(line[0]), line[1:].reshape(width, pixel_bytes), above, row):
            return False
        above = row
    return True


def _undo(kind: int, line: npt.NDArray[np.uint8], above: npt.NDArray[np.uint8], row: npt.NDArray[np.uint8]) -> bool:
    if kind == 0:
        row[:] = line
    elif kind == 1:
        row[:] = np.cumsum(line, axis=0, dtype=np.uint8)
    elif kind == 2:
        row[:] = line + above
    elif kind in {3, 4}:
        _undo_by_pixels(kind, line, above, row)
    return kind <= 4


def _undo_by_pixels(
    kind: int, line: npt.NDArray[np.uint8], above: npt.NDArray[np.uint8], row: npt.NDArray[np.uint8]
) -> None:
    for channel in range(line.shape[1]):
        left, corner = 0, 0
        undone = bytearray()
        for difference, up in zip(line[:, channel].tolist(), above[:, channel].tolist(), strict=True):
            foretold = (left + up) // 2 if kind == 3 else _nearest(left, up, corner)
            left, corner = (difference + foretold) & 0xFF, up
            undone.append(left)
        row[:, channel] = undone


def _nearest(left: int, up: int, corner: int) -> int:
    """Return what is nearest to left + up - corner; the corner comes last among those as near."""
    guess = left + up - corner
    distances = (abs(guess - left), abs(guess - up), abs(guess - corner))
    return (left, up, corner)[distances.index(min(distances))]
