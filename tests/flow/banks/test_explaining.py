"""One entry is explained, however far it is and whatever became of it or its bank."""

from datetime import timedelta

import pytest

from safelight.errors import NotFound
from safelight.flow.banks import controls
from safelight.flow.banks import edits as banks
from safelight.hashing.pdq import ORIENTATIONS
from safelight.hashing.signal import NoSignal, Reason, Signal, SignalType
from safelight.matching.judgement import Control
from safelight.matching.judging import judge_near

VALUE = bytes(31) + b"\x0f"
FAR = b"\xff" * 32
PDQ = Signal(type=SignalType.PDQ, value=VALUE)


def _explain(house, entry_id: int, *signals: Signal | NoSignal, names: list[str] | None = None):
    with house.standing(names) as snapshot:
        return house.explain_entry(snapshot, entry_id, signals or (PDQ,), VALUE)


def _who(house):
    return house.engine, house.clock, house.actor


def test_an_entry_that_matches_says_how_near_it_is(house, add) -> None:
    add(bytes(32))
    told = _explain(house, 1)
    assert (told.distance, told.threshold, told.orientation, told.is_match) == (4, 31, "original", True)


def test_an_entry_that_is_far_is_compared_all_the_same(house, add) -> None:
    add(FAR)
    told = _explain(house, 1)
    assert (told.distance, told.control, told.is_match) == (252, Control.THRESHOLD, False)


def test_of_orientations_and_frames_the_nearest_counts(house, add) -> None:
    add(FAR)
    frames = (
        Signal(type=SignalType.PDQ, value=VALUE, frame=0, orientations=(VALUE,) * 8),
        Signal(type=SignalType.PDQ, value=VALUE, frame=7, orientations=(VALUE, VALUE, FAR, *(VALUE,) * 5)),
    )
    told = _explain(house, 1, *frames)
    assert (told.distance, told.frame, told.orientation) == (0, 7, ORIENTATIONS[2])


def test_two_digests_are_the_same_or_they_are_not(house, add) -> None:
    add(b"\1" * 16, "md5")
    same, other = (Signal(type=SignalType.MD5, value=value * 16) for value in (b"\1", b"\2"))
    assert (_explain(house, 1, same).distance, _explain(house, 1, same).is_match) == (0, True)
    told = _explain(house, 1, other)
    assert (told.is_comparable, told.distance, told.is_match) == (True, None, False)


def test_without_a_signal_of_its_type_nothing_is_compared(house, add) -> None:
    add(b"\1" * 16, "md5")
    told = _explain(house, 1, NoSignal(type=SignalType.MD5, reason=Reason.UNREADABLE, detail="gone"), PDQ)
    assert (told.is_comparable, told.distance, told.is_match) == (False, None, False)


def test_an_entry_that_is_switched_off_does_not_match(house, add) -> None:
    add(VALUE)
    banks.disable_entry(*_who(house), entry_id=1, until=house.clock.now() + timedelta(days=1))
    told = _explain(house, 1)
    assert (told.distance, told.control, told.is_switched_off, told.is_match) == (0, None, True, False)


def test_an_entry_that_was_taken_out_or_replaced_does_not_match(house, add) -> None:
    add(VALUE, label="old")
    add(VALUE, label="new")
    banks.remove_entry(*_who(house), entry_id=2)
    assert (_explain(house, 1).fate.replaced_by, _explain(house, 1).is_match) == (2, False)
    assert (_explain(house, 2).fate.withdrawn_at is None, _explain(house, 2).is_match) == (False, False)


def test_an_entry_of_a_bank_that_is_gone_is_still_compared(house, add) -> None:
    add(VALUE)
    banks.delete_bank(*_who(house), bank="alpha")
    told = _explain(house, 1)
    assert (told.distance, told.threshold, told.control, told.is_match) == (0, None, None, False)
    assert told.fate.bank_deleted_at is not None


def test_banks_that_are_disabled_or_not_named_say_so(house, add) -> None:
    add(VALUE)
    banks.create_bank(*_who(house), name="beta")
    assert _explain(house, 1, names=["BETA"]).control is Control.NOT_ASKED
    banks.disable_bank(*_who(house), bank="alpha")
    assert _explain(house, 1).control is Control.DISABLED
    with pytest.raises(NotFound, match="gamma"):
        _explain(house, 1, names=["alpha", "gamma"])


def test_an_allow_list_that_suppresses_it_is_named(house, add) -> None:
    add(bytes(32))
    banks.create_bank(*_who(house), name="harmless")
    controls.mark_allow_list(*_who(house), bank="harmless", is_allow_list=True)
    add(VALUE, bank="harmless")
    controls.suppress_bank(*_who(house), allow_list="harmless", bank="alpha")
    told = _explain(house, 1)
    assert (told.control, told.suppressed_by, told.is_match) == (Control.ALLOW_LIST, 2, False)
    assert _explain(house, 2).control is Control.IS_ALLOWED


def test_of_several_that_suppress_it_the_one_is_named_that_a_scan_names(house, add) -> None:
    add(bytes(32))
    banks.create_bank(*_who(house), name="harmless")
    controls.mark_allow_list(*_who(house), bank="harmless", is_allow_list=True)
    add(bytes(31) + b"\x01", bank="harmless")
    add(VALUE, bank="harmless")
    controls.suppress_bank(*_who(house), allow_list="harmless", bank="alpha")
    assert _explain(house, 1).suppressed_by == _named_by_a_scan(house, PDQ) == 3
    add(b"\1" * 16, "md5", bank="harmless")
    both = (PDQ, Signal(type=SignalType.MD5, value=b"\1" * 16))
    assert _explain(house, 1, *both).suppressed_by == _named_by_a_scan(house, *both) == 4


def _named_by_a_scan(house, *signals: Signal) -> int | None:
    with house.standing() as snapshot:
        (judged,) = judge_near(snapshot, signals, snapshot.asked, VALUE, limit=None)[0]
    return judged.suppressed_by.entry_id if judged.suppressed_by else None


def test_what_was_set_for_an_entry_is_told(house, add) -> None:
    add(bytes(32))
    controls.set_entry_threshold(*_who(house), entry_id=1, distance=3)
    told = _explain(house, 1)
    assert (told.threshold, told.threshold_source, told.control) == (3, "entry", Control.THRESHOLD)
    assert told.exception is not None
    assert told.exception.threshold == 3


def test_an_entry_that_never_was_is_not_found(house) -> None:
    with pytest.raises(NotFound):
        _explain(house, 1)
