"""What matched nothing is gathered and kept apart from the scan, where that is switched on."""

import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from safelight.errors import DatabaseUnusable, KeysNotExported
from safelight.flow.recent import keeping
from safelight.flow.recent.keeping import RecentKeeper
from safelight.hashing.signal import Reason, SignalType
from safelight.matching.match import Verdict

LISTED, OTHER = b"listed, and benign", b"nobody lists this"


@pytest.fixture
def keeper(town) -> Iterator[RecentKeeper]:
    """A keeper whose thread does not come in between."""
    keeper = RecentKeeper(town.engine, town.secrets.cipher, tell=town.said.append, every_s=3600)
    yield keeper
    keeper.close()


@pytest.fixture
def keeping_desk(desk, keeper, town):
    """Where media arrives, with what keeps it switched on."""
    desk.place = replace(desk.place, keys=town.keys)
    desk.keep = keeper.keep
    return desk


def test_media_that_matched_nothing_is_kept_with_its_signals_and_ids(keeping_desk, keeper, town, actor) -> None:
    answer = keeping_desk.take_in(replace(actor, key_id=3), OTHER)
    assert answer.verdict is Verdict.NO_KNOWN_MATCH
    assert town.kept() == []
    assert keeper.keep_now()
    (seen,) = town.kept()
    assert (seen.subject_id, seen.content_id, seen.key_id, seen.bank_ids) == ("account 7", "post 9", 3, None)
    assert {signal.type for signal in seen.signals} == {SignalType.MD5, SignalType.SHA1, SignalType.SHA256}
    assert seen.media_digest == next(each.value for each in seen.signals if each.type is SignalType.SHA256)


def test_what_matched_or_could_not_be_scanned_is_not_kept(keeping_desk, keeper, town, actor) -> None:
    keeping_desk.take_in(actor, LISTED)
    keeping_desk.fault = Reason.TIMED_OUT
    keeping_desk.take_in(actor, OTHER)
    assert keeper.keep_now()
    assert town.kept() == []


def test_media_that_waited_is_kept_when_its_scan_has_ended(keeping_desk, keeper, town, actor) -> None:
    keeping_desk.queue(actor, OTHER)
    assert keeping_desk.work() >= 1
    keeper.close()
    assert [seen.content_id for seen in town.kept()] == ["post 9"]


def test_a_repeat_of_a_request_is_not_kept_twice(keeping_desk, keeper, town, actor) -> None:
    for _ in range(2):
        keeping_desk.take_in(actor, OTHER, key="k")
    keeper.close()
    assert len(town.kept()) == 1


def test_a_thread_keeps_what_was_gathered(desk, town, actor) -> None:
    keeper = RecentKeeper(town.engine, town.secrets.cipher, tell=town.said.append, every_s=0.01)
    desk.keep = keeper.keep
    desk.take_in(actor, OTHER)
    until = time.monotonic() + 20
    while not town.kept() and time.monotonic() < until:
        time.sleep(0.01)
    assert len(town.kept()) == 1
    keeper.close()
    assert "keep" not in {thread.name for thread in threading.enumerate()}


def test_what_cannot_be_kept_is_told_once_and_tried_again(keeping_desk, keeper, town, actor, monkeypatch) -> None:
    opened = town.secrets.cipher

    def fail():
        raise DatabaseUnusable("The disk is full.")

    keeper._open_cipher = fail
    keeping_desk.take_in(actor, OTHER)
    assert not keeper.keep_now()
    assert not keeper.keep_now()
    assert len(town.said) == 1
    assert "disk is full" in town.said[0]
    keeper._open_cipher = opened
    assert keeper.keep_now()
    assert len(town.kept()) == 1


def test_of_more_than_memory_shall_hold_the_oldest_is_lost(keeping_desk, town, actor, monkeypatch) -> None:
    monkeypatch.setattr(keeping, "MOST_WAITING", 2)
    keeper = RecentKeeper(town.engine, town.secrets.cipher, tell=town.said.append, every_s=3600)
    keeping_desk.keep = keeper.keep
    for account in ("1", "2", "3"):
        keeping_desk.take_in(actor, OTHER, subject=account)
    keeper.close()
    assert [seen.subject_id for seen in town.kept()] == ["2", "3"]


def test_what_could_not_be_kept_makes_room_for_what_came_since(keeping_desk, town, actor, monkeypatch) -> None:
    monkeypatch.setattr(keeping, "MOST_WAITING", 2)
    keeper = RecentKeeper(town.engine, town.secrets.cipher, tell=town.said.append, every_s=3600)
    keeping_desk.keep = keeper.keep

    def fail():
        keeping_desk.take_in(actor, OTHER, subject="3")
        raise DatabaseUnusable("The disk is full.")

    for account in ("1", "2"):
        keeping_desk.take_in(actor, OTHER, subject=account)
    keeper._open_cipher = fail
    assert not keeper.keep_now()
    keeper._open_cipher = town.secrets.cipher
    keeper.close()
    assert [seen.subject_id for seen in town.kept()] == ["2", "3"]


def test_without_a_recovery_copy_of_the_keys_nothing_is_kept(keeping_desk, keeper, town, actor) -> None:
    def refuse():
        raise KeysNotExported("There is no recovery copy.")

    keeper._open_cipher = refuse
    keeping_desk.take_in(actor, OTHER)
    keeper.close()
    assert town.kept() == []
    assert "recovery copy" in town.said[0]
