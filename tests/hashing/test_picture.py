import numpy as np
import pytest

from safelight.hashing.formats import ANIMATIONS, Format
from safelight.hashing.picture import Picture, Undecodable
from safelight.hashing.signal import Reason


def test_what_cannot_be_decoded_says_why_and_holds_what_was_saved():
    rgb = np.zeros((5, 5, 3), np.uint8)
    assert Undecodable(Reason.UNREADABLE, salvaged=rgb).salvaged is rgb
    assert Undecodable(Reason.TOO_LARGE).salvaged is None
    assert str(Undecodable(Reason.TOO_LARGE)) == "too_large"


@pytest.mark.parametrize("picture_format", list(Format))
def test_several_frames_are_pictures_of_their_own_unless_the_format_is_for_animations(picture_format):
    picture = Picture(format=picture_format, width=9, height=9, orientation=1, frames=iter(()))
    assert picture.has_pages is (picture_format not in ANIMATIONS)
    assert {Format.GIF, Format.WEBP, Format.PNG, Format.AVIF} == ANIMATIONS
