"""Whatever lies near what came since is found: new entries, old ones that count only now, in blocks of any size."""

from datetime import timedelta

import pytest

from safelight.flow.banks import controls, edits
from safelight.flow.recent import searching
from safelight.matching.match import MatchKind


@pytest.mark.parametrize("few", [True, False])
def test_an_entry_that_comes_later_matches_nearly_in_any_orientation(town, picture, value, flip, few) -> None:
    listed = value(900)
    town.keep(picture(1, near=flip(listed, 31), turned=5), picture(2, near=flip(listed, 32)), picture(3))
    town.add("alpha", listed, *(value(1000 + n) for n in range(0 if few else 300)))
    town.work()
    (item,) = town.items()
    (match,) = item.matches
    assert (item.content_id, match.distance, match.threshold, match.kind) == ("post 1", 31, 31, MatchKind.NEAR)
    assert match.orientation == town.scan(picture(1, near=flip(listed, 31), turned=5)).matches[0].orientation
    assert [seen.content_id for seen in town.kept()] == ["post 2", "post 3"]


def _policy_changes() -> dict[str, object]:
    return {
        "a bank that is enabled again": (
            lambda town: edits.disable_bank(*town.who, bank="alpha"),
            lambda town: edits.enable_bank(*town.who, bank="alpha"),
        ),
        "a bank that is rolled out": (
            lambda town: controls.set_rollout(*town.who, bank="alpha", share=0),
            lambda town: controls.set_rollout(*town.who, bank="alpha", share=10_000),
        ),
        "an entry that is enabled again": (
            lambda town: edits.disable_entry(*town.who, entry_id=town.entry("alpha")),
            lambda town: edits.enable_entry(*town.who, entry_id=town.entry("alpha")),
        ),
        "an entry whose time of being switched off ends": (
            lambda town: edits.disable_entry(
                *town.who, entry_id=town.entry("alpha"), until=town.clock.now() + timedelta(minutes=3)
            ),
            lambda town: town.clock.go_on(minutes=4),
        ),
        "a threshold of the bank": (
            lambda town: edits.set_threshold(*town.who, bank="alpha", signal_type="pdq", distance=5),
            lambda town: edits.set_threshold(*town.who, bank="alpha", signal_type="pdq", distance=None),
        ),
        "a threshold of the entry": (
            lambda town: controls.set_entry_threshold(*town.who, entry_id=town.entry("alpha"), distance=5),
            lambda town: controls.set_entry_threshold(*town.who, entry_id=town.entry("alpha"), distance=None),
        ),
        "an allow-list that suppresses no more": (
            lambda town: controls.suppress_bank(*town.who, allow_list="harmless", bank="alpha"),
            lambda town: controls.unsuppress_bank(*town.who, allow_list="harmless", bank="alpha"),
        ),
        "an allow-list that is deleted": (
            lambda town: controls.suppress_bank(*town.who, allow_list="harmless", bank="alpha"),
            lambda town: edits.delete_bank(*town.who, bank="harmless"),
        ),
        "an entry that an allow-list loses": (
            lambda town: controls.suppress_bank(*town.who, allow_list="harmless", bank="alpha"),
            lambda town: edits.remove_entry(*town.who, entry_id=town.entry("harmless")),
        ),
    }


@pytest.mark.few_on_postgresql("a bank that is enabled again", "an entry that an allow-list loses")
@pytest.mark.parametrize("name", list(_policy_changes()))
def test_an_old_entry_that_counts_only_now_matches_too(town, picture, value, flip, name) -> None:
    withhold, release = _policy_changes()[name]
    listed = value(900)
    town.bank("harmless", is_allow_list=True)
    town.add("harmless", flip(listed, 10))
    town.add("alpha", listed)
    withhold(town)
    seen = picture(1, near=flip(listed, 10))
    assert town.scan(seen).matches == ()
    town.keep(seen)
    town.work()
    assert (town.cases(), town.kept()) == ([], [seen])
    release(town)
    town.work()
    assert [item.content_id for item in town.items()] == ["post 1"]


def test_blocks_and_pages_of_any_size_find_the_same(town, picture, value, monkeypatch) -> None:
    monkeypatch.setattr(searching, "BLOCK_BYTES", 1_000)
    monkeypatch.setattr(searching, "_PAGE", 2)
    town.keep(*(picture(number) for number in range(8)))
    town.add("alpha", *(value(number, "md5") for number in (0, 3, 7)), kind="md5")
    town.work()
    assert [item.content_id for item in town.items()] == ["post 0", "post 3", "post 7"]
