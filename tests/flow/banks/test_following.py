"""Following for the length of a task ends with it."""

from pathlib import Path

import pytest

from safelight.flow.banks.following import following
from safelight.hashing.pdq import Flavour
from safelight.hashing.signal import SignalType
from safelight.matching.follower import Follower
from safelight.matching.saved import SavedIndexes, file_name


def test_what_is_out_of_the_ordinary_is_told_when_it_happens(engine, clock, tmp_path: Path, new_threads) -> None:
    folder = tmp_path / "index"
    folder.mkdir()
    (folder / file_name(SignalType.PDQ, Flavour.AUTO)).write_bytes(b"no index")
    told: list[str] = []
    saved = SavedIndexes(folder, Flavour.AUTO)
    follower = Follower(engine, clock, saved, flavour=Flavour.AUTO, tell=told.append)
    (refusal,) = told
    assert "cannot be used" in refusal
    with following(follower, every_s=60):
        assert "follow" in new_threads()
    assert told == [refusal]


def test_a_block_that_fails_is_followed_no_more(engine, clock, tmp_path: Path, new_threads) -> None:
    follower = Follower(engine, clock, SavedIndexes(tmp_path / "index", Flavour.AUTO), flavour=Flavour.AUTO)

    def work() -> None:
        with following(follower, every_s=0.01):
            raise KeyError

    with pytest.raises(KeyError):
        work()
    assert "follow" not in new_threads()
