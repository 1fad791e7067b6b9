import numpy as np

from safelight.hashing.picture import Undecodable
from safelight.hashing.signal import Reason


def test_what_cannot_be_decoded_says_why_and_holds_what_was_saved():
    rgb = np.zeros((5, 5, 3), np.uint8)
    assert Undecodable(Reason.UNREADABLE, salvaged=rgb).salvaged is rgb
    assert Undecodable(Reason.TOO_LARGE).salvaged is None
    assert str(Undecodable(Reason.TOO_LARGE)) == "too_large"
