"""Flood watch: what a scan matched is counted for the flood guard, apart from the scan and never in its way."""

from collections.abc import Mapping
from dataclasses import dataclass

from safelight.banks import queries as banks
from safelight.banks.flood import FloodRule
from safelight.clock import Clock
from safelight.database.engine import Engine
from safelight.database.transaction import read
from safelight.flow.banks.controls import count_matches
from safelight.flow.chain import ScanResult
from safelight.flow.counting import Counting, Tell
from safelight.matching.judgement import Control
from safelight.roles import Actor

_EVERY_S = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantined:
    """An entry that went into quarantine, and why."""

    entry_id: int
    bank_name: str
    why: str

    def __str__(self) -> str:
        return (
            f"Entry {self.entry_id} of bank {self.bank_name} went into quarantine: it {self.why}. From now on it makes "
            "no match; what it would match is counted. `safelight bank quarantined` shows it, `safelight bank release "
            f"{self.bank_name} --entry {self.entry_id} --reason WHY` lets it match again."
        )


class FloodWatch:
    """Counts the media that each entry matched, and hands the counts over every few seconds in a thread of its own.

    Media counts once for each entry that it matched or that the flood guard withheld; of one that matches more entries
    than a result tells, for those that it tells. `tell` is told at once, in a sentence, when an entry goes into
    quarantine and when counting fails; no failure reaches the scan, and what could not be handed over is tried again.
    """

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        actor: Actor,
        *,
        rule: FloodRule,
        tell: Tell,
        every_s: float | None = None,
    ) -> None:
        self._engine, self._clock, self._actor = engine, clock, actor
        self._rule = rule
        self._counting = Counting[int](
            self._count, tell=tell, tell_failure=_tell_failure, every_s=_EVERY_S if every_s is None else every_s
        )
        self.quarantined: list[Quarantined] = []

    def count(self, result: ScanResult) -> None:
        """Take note of one result. It returns at once."""
        entry_ids = {match.entry_id for match in result.matches}
        entry_ids |= {each.match.entry_id for each in result.withheld if each.control is Control.FLOOD_GUARD}
        if entry_ids:
            self._counting.add(entry_ids)

    def hand_over(self) -> bool:
        """Count what waits, now; return whether nothing waits any more."""
        return self._counting.hand_over()

    def close(self) -> None:
        """Count what is left and stop; say so if it cannot be counted."""
        left = self._counting.close()
        if left:
            self._counting.say(
                f"{sum(left.values())} matches of {len(left)} entries stay uncounted: the flood guard does not know of "
                "them. The findings themselves are complete."
            )

    def _count(self, batch: Mapping[int, int]) -> None:
        tripped = count_matches(self._engine, self._clock, self._actor, counts=batch, rule=self._rule)
        for entry_id in tripped:
            quarantined = self._look_up(entry_id)
            self.quarantined.append(quarantined)
            self._counting.say(str(quarantined))

    def _look_up(self, entry_id: int) -> Quarantined:
        """Return what to say of an entry. Its quarantine is committed: a fault here must not have it counted again."""
        try:
            with read(self._engine) as tx:
                _, bank = banks.entries_by_id(tx, [entry_id])[entry_id]
                why = banks.entry_controls(tx, [entry_id])[entry_id].quarantine_reason
        except Exception:  # noqa: BLE001 - a person may have removed it in the meantime, or whatever else
            return Quarantined(entry_id=entry_id, bank_name="(not known)", why="matched far more than it ever did")
        return Quarantined(entry_id=entry_id, bank_name=bank.name, why=why)


def _tell_failure(why: str) -> str:
    return f"Matches could not be counted for the flood guard: {why} No finding is lost by it; counting is tried again."
