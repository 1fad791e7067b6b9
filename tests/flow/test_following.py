"""Following for the length of a task tells what is out of the ordinary, and ends."""

from pathlib import Path

import pytest

from safelight.flow.following import following
from safelight.hashing.pdq import Flavour
from safelight.hashing.signal import SignalType
from safelight.matching.follower import Follower
from safelight.matching.saved import SavedIndexes


def test_what_is_noted_before_and_meanwhile_is_told_once(engine, clock, tmp_path: Path) -> None:
    folder = tmp_path / "index"
    folder.mkdir()
    (folder / f"{SignalType.PDQ}.index").write_bytes(b"no index")
    follower = Follower(engine, clock, SavedIndexes(folder, Flavour.AUTO), flavour=Flavour.AUTO)
    told: list[str] = []
    with following(follower, every_s=60, tell=told.append):
        (refusal,) = told
        follower.notes.append("later")
    assert told == [refusal, "later"]


def test_a_block_that_fails_is_followed_no_more(engine, clock, tmp_path: Path) -> None:
    follower = Follower(engine, clock, SavedIndexes(tmp_path / "index", Flavour.AUTO), flavour=Flavour.AUTO)
    told: list[str] = []

    def work() -> None:
        with following(follower, every_s=0.01, tell=told.append):
            follower.notes.append("it failed")
            raise KeyError

    with pytest.raises(KeyError):
        work()
    assert told == ["it failed"]
