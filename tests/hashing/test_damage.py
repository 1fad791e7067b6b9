import struct

import pytest
from PIL import Image

from safelight.hashing.damage import judging
from safelight.hashing.picture import Undecodable
from safelight.hashing.signal import Reason


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (OSError("image file is truncated"), Reason.UNREADABLE),
        (struct.error("unpack requires a buffer"), Reason.UNREADABLE),
        (Image.DecompressionBombError("too many pixels"), Reason.TOO_LARGE),
    ],
)
def test_what_pillow_raises_over_a_file_becomes_a_reason(error, reason):
    with pytest.raises(Undecodable) as caught, judging():
        raise error
    assert caught.value.reason is reason


@pytest.mark.parametrize("error", [PermissionError("refused"), MemoryError("no more")])
def test_what_is_not_the_files_damage_stays_what_it_is(error):
    with pytest.raises(type(error)), judging():
        raise error


def test_what_is_expected_comes_through():
    with pytest.raises(EOFError), judging(EOFError):
        raise EOFError
