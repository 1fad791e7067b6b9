"""Damage: what Pillow raises over damaged files, told apart from what is no damage."""

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image

from safelight.hashing.picture import Undecodable
from safelight.hashing.signal import Reason

DAMAGE = (
    OSError,
    EOFError,
    SyntaxError,
    ValueError,
    TypeError,
    ArithmeticError,
    LookupError,
    AttributeError,
    RuntimeError,
    struct.error,
    zlib.error,
)
"""What Pillow raises over damaged files. Anything else is a crash, and a worker does not outlive it."""


@contextmanager
def judging(expected: type[Exception] = PermissionError) -> Iterator[None]:
    """Turn what Pillow raises over a file into Undecodable, but for the exception that is expected.

    A PermissionError is the sandbox refusing something, which is not the file's damage.
    """
    try:
        yield
    except (PermissionError, expected):
        raise
    except Image.DecompressionBombError as error:
        raise Undecodable(Reason.TOO_LARGE) from error
    except DAMAGE as error:
        raise Undecodable(Reason.UNREADABLE) from error
