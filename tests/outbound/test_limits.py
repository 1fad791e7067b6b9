"""An exchange ends with its deadline, and takes the types that it was told to."""

import pytest

from safelight.errors import OutboundTimedOut
from safelight.outbound.limits import Deadline, Limits


def test_one_wait_is_never_longer_than_silence_may_last_nor_than_the_whole() -> None:
    assert 0 < Deadline(Limits(seconds=60, silence_seconds=2)).left_s() <= 2
    assert 0 < Deadline(Limits(seconds=1, silence_seconds=20)).left_s() <= 1


def test_after_the_deadline_there_is_no_more_waiting() -> None:
    with pytest.raises(OutboundTimedOut, match="longer than it may"):
        Deadline(Limits(seconds=0)).left_s()


def test_types_are_taken_by_name_and_by_kind() -> None:
    limits = Limits(content_types=("image/*", "application/octet-stream"))
    taken = {"image/png", "image/x-anything", "application/octet-stream"}
    others = {"", "image", "imagery/png", "application/json", "text/html"}
    assert {each for each in taken | others if limits.takes(each)} == taken
    assert Limits().takes("")
