"""A matcher asks the same banks while they change, and never takes "no banks" for "no match"."""

import pytest

from safelight.banks import steps
from safelight.errors import DatabaseUnusable, NotFound, UsageError
from safelight.hashing.signal import Signal, SignalType
from safelight.matching import matcher as matcher_module
from safelight.matching.matcher import Matcher
from safelight.matching.steps import find_matches


@pytest.fixture
def world(world):
    """Have two banks with an entry each, of the same value."""
    for name in ("one", "two"):
        world.add(world.create(name), world.new(1))
    return world


def _matcher(world, *names: str, **more) -> Matcher:
    return Matcher(world.follower(), world.find_entries, bank_names=names or None, **more)


def _matched(world, matcher: Matcher) -> list[str]:
    world.followers[-1].catch_up()
    signal = Signal(type=SignalType.PDQ, value=world.value(SignalType.PDQ, 1))
    return [match.bank_name for match in find_matches(matcher.snapshot(), [signal], b"").matches]


def _id(world, name: str) -> int:
    return next(bank.id for bank in world.followers[-1].holdings.banks.values() if bank.name == name)


def test_named_banks_are_asked_whatever_their_case_and_others_are_not(world) -> None:
    assert _matched(world, _matcher(world, "ONE")) == ["one"]
    assert _matched(world, _matcher(world, "two", "one", "one")) == ["one", "two"]
    assert _matched(world, _matcher(world)) == ["one", "two"]


@pytest.mark.parametrize(("step", "back"), [(steps.disable_bank, steps.enable_bank), (steps.delete_bank, None)])
def test_a_named_bank_that_is_switched_off_or_deleted_stops_matching_and_nothing_left_is_an_error(
    world, step, back
) -> None:
    matcher = _matcher(world, "one", "two")
    one, two = _id(world, "one"), _id(world, "two")
    world.do(step, bank_id=one)
    assert _matched(world, matcher) == ["two"]
    world.do(step, bank_id=two)
    with pytest.raises(UsageError, match="nothing to match against"):
        _matched(world, matcher)
    with pytest.raises(UsageError, match="nothing to match against"):  # and is so at every question
        matcher.snapshot()
    if back is not None:
        world.do(back, bank_id=one)
        assert _matched(world, matcher) == ["one"]


def test_a_named_bank_stays_the_one_that_was_named(world) -> None:
    matcher = _matcher(world, "one")
    world.do(steps.rename_bank, bank_id=_id(world, "one"), name="three")
    assert _matched(world, matcher) == ["three"]
    world.do(steps.delete_bank, bank_id=_id(world, "three"))
    world.add(world.create("one"), world.new(1))
    with pytest.raises(UsageError, match="nothing to match against"):
        _matched(world, matcher)


def test_a_matcher_of_all_banks_asks_new_ones_too(world) -> None:
    matcher = _matcher(world)
    world.add(world.create("three"), world.new(1))
    assert _matched(world, matcher) == ["one", "two", "three"]
    world.do(steps.disable_bank, bank_id=_id(world, "two"))
    assert _matched(world, matcher) == ["one", "three"]


def test_an_entry_of_an_allow_list_that_is_added_meanwhile_suppresses(world) -> None:
    matcher = _matcher(world)
    allow_list = world.create("harmless", is_allow_list=True)
    world.do(steps.suppress_bank, allow_list_id=allow_list, bank_id=_id(world, "one"))
    assert _matched(world, matcher) == ["one", "two"]
    world.add(allow_list, world.new(1))
    assert _matched(world, matcher) == ["two"]


def test_a_bank_that_is_emptied_leaves_nothing_to_match_against(world) -> None:
    matcher = _matcher(world, "one")
    (entry,) = world.ids(_id(world, "one"))
    world.do(steps.remove_entry, entry_id=entry)
    with pytest.raises(UsageError, match="nothing to match against"):
        _matched(world, matcher)


def test_names_that_cannot_be_asked_are_refused_at_once(world) -> None:
    follower = world.follower()
    world.create("harmless", is_allow_list=True)
    world.do(steps.disable_bank, bank_id=_id(world, "two"))
    follower.catch_up()
    for names, error, told in (
        (["nine"], NotFound, "no bank 'nine'"),
        (["one", "two"], UsageError, "Disabled, so nothing was matched: two"),
        (["one", "harmless"], UsageError, "Allow-lists suppress matches and make none: harmless"),
        ([], UsageError, "nothing to match against"),
    ):
        with pytest.raises(error, match=told):
            Matcher(follower, world.find_entries, bank_names=names)


def test_without_any_entry_there_is_nothing_to_match_against(world) -> None:
    for name in ("one", "two"):
        world.follower()
        world.do(steps.delete_bank, bank_id=_id(world, name))
    allow_list = world.create("harmless", is_allow_list=True)
    world.add(allow_list, world.new(1))
    with pytest.raises(UsageError, match="nothing to match against"):
        _matcher(world)


def test_a_snapshot_is_taken_once_for_each_state_of_the_banks(world, monkeypatch) -> None:
    taken, take = [], matcher_module.take_snapshot
    monkeypatch.setattr(
        matcher_module, "take_snapshot", lambda *given, **named: (taken.append(None), take(*given, **named))[1]
    )
    matcher = _matcher(world, threshold=3)
    first = matcher.snapshot()
    world.followers[-1].catch_up()
    assert matcher.snapshot() is first
    assert (len(taken), first.threshold) == (1, 3)
    world.create("three")
    world.followers[-1].catch_up()
    assert matcher.snapshot() is not first


def test_banks_that_cannot_be_followed_any_more_are_an_error(world, monkeypatch) -> None:
    matcher = _matcher(world)
    follower = world.followers[-1]
    follower.follow(every_s=10)
    follower._heard_at -= 31
    with pytest.raises(DatabaseUnusable, match="could not be followed"):
        matcher.snapshot()
