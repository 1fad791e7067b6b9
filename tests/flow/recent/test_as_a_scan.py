"""What a round finds of kept media is what a scan would find at that moment, whatever was done to the banks before."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from safelight.banks import queries as bank_queries
from safelight.banks.control import Opinion
from safelight.database.transaction import read
from safelight.flow.banks import controls, edits

_BANKS = ("alpha", "beta")
_LISTS = (*_BANKS, "harmless")
_VALUES = 12


class _Chance:
    """Does something at random to the banks; all is decided by the seed."""

    def __init__(self, town: Any, seed: int, value: Callable[..., bytes], flip: Callable[[bytes, int], bytes]) -> None:
        self.town, self.value, self.flip = town, value, flip
        self.dice = np.random.default_rng(seed)

    def pick(self, things: Any) -> Any:
        return things[int(self.dice.integers(len(things)))]

    def code(self) -> bytes:
        """A value near one of a few, so that matches are frequent and their distances matter."""
        return self.flip(self.value(5_000 + int(self.dice.integers(_VALUES))), int(self.dice.integers(0, 40)))

    def act(self) -> None:
        acts = (self.add, self.add, self.add, self.remove, self.switch, self.threshold, self.own_threshold)
        acts += (self.opinion, self.rollout, self.suppress, self.enable, self.wait)
        self.pick(acts)()

    def add(self) -> None:
        if self.dice.integers(3):
            self.town.add(self.pick(_LISTS), *(self.code() for _ in range(3)))
        else:
            self.town.add(self.pick(_LISTS), self.value(int(self.dice.integers(_VALUES)), "md5"), kind="md5")

    def entry(self) -> int | None:
        with read(self.town.engine) as tx:
            bank = bank_queries.find_bank(tx, self.pick(_LISTS))
            found = bank_queries.page_entries(tx, bank.id)
        return self.pick(found).id if found else None

    def remove(self) -> None:
        if (entry := self.entry()) is not None:
            edits.remove_entry(*self.town.who, entry_id=entry)

    def switch(self) -> None:
        entry, minutes = self.entry(), int(self.dice.integers(1, 9))
        until = self.town.clock.now() + timedelta(minutes=minutes, seconds=30)  # rounds come later than it by `lag`
        if entry is not None and self.dice.integers(2):
            edits.disable_entry(*self.town.who, entry_id=entry, until=self.pick((None, until)))
        elif entry is not None:
            edits.enable_entry(*self.town.who, entry_id=entry)

    def threshold(self) -> None:
        distance = self.pick((None, 0, 10, 40))
        edits.set_threshold(*self.town.who, bank=self.pick(_LISTS), signal_type="pdq", distance=distance)

    def own_threshold(self) -> None:
        with read(self.town.engine) as tx:
            bank = bank_queries.find_bank(tx, self.pick(_LISTS))
            codes = bank_queries.page_entries(tx, bank.id, signal_type="pdq")
        if codes:
            distance = self.pick((None, 5, 45))
            controls.set_entry_threshold(*self.town.who, entry_id=self.pick(codes).id, distance=distance)

    def opinion(self) -> None:
        if (entry := self.entry()) is not None:
            controls.set_opinion(*self.town.who, entry_id=entry, opinion=self.pick((None, Opinion.DECONFIRMED)))

    def rollout(self) -> None:
        controls.set_rollout(*self.town.who, bank=self.pick(_BANKS), share=self.pick((0, 5_000, 10_000)))

    def suppress(self) -> None:
        bank = self.pick(_BANKS)
        with read(self.town.engine) as tx:
            bank_id = bank_queries.find_bank(tx, bank).id
            suppresses = bank_queries.find_bank(tx, "harmless").suppresses
        act = controls.unsuppress_bank if bank_id in suppresses else controls.suppress_bank
        act(*self.town.who, allow_list="harmless", bank=bank)

    def enable(self) -> None:
        act = self.pick((edits.enable_bank, edits.disable_bank, edits.enable_bank))
        act(*self.town.who, bank=self.pick(_LISTS))

    def wait(self) -> None:
        self.town.clock.go_on(minutes=3)


def _require_equal(town: Any, waiting: dict[str, Any]) -> None:
    """Hold what the round left and what it opened against scans of all that was waiting."""
    items = {item.content_id: item for item in town.items()}
    kept = {seen.content_id for seen in town.kept()}
    for content_id, seen in list(waiting.items()):
        found = town.scan(seen).matches
        assert (content_id in kept, content_id in items) == (not found, bool(found)), content_id
        if found:
            told = [(match.entry_id, match.distance, match.kind) for match in items[content_id].matches]
            assert told == [(match.entry_id, match.distance, match.kind) for match in found]
            del waiting[content_id]


@pytest.mark.parametrize("seed", [0, *(pytest.param(n, marks=pytest.mark.long) for n in range(1, 200))])
def test_a_round_finds_what_a_scan_would(town, picture, value, flip, seed) -> None:
    town.bank("beta")
    town.bank("harmless", is_allow_list=True)
    chance = _Chance(town, seed, value, flip)
    waiting: dict[str, Any] = {}
    for turn in range(5):
        for number in range(8):
            seen = picture(turn * 10 + number, near=chance.code(), turned=int(chance.dice.integers(8)))
            if not town.scan(seen).matches:
                waiting[seen.content_id] = seen
                town.keep(seen)
        for _ in range(6):
            chance.act()
        town.work()
        _require_equal(town, waiting)
