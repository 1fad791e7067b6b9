import pytest

from safelight.review.derivatives.derivative import NoPicture, tell_no_picture


@pytest.mark.parametrize("reason", list(NoPicture))
def test_every_reason_is_told_in_a_sentence(reason) -> None:
    assert tell_no_picture(reason).endswith("Nothing of it was shown.")
