"""Stand: how an installation stands at a moment, and the figures that say so. Its database is asked elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from safelight.jobs.job import Standing
from safelight.recent.seen import SeenTotals
from safelight.reporting.deadline import Level
from safelight.reporting.report import ReportState
from safelight.vault.listing import KeptTotals
from safelight.web.figures import Reading

_WAITING, _HELD = "waiting", "held"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """How an installation stands, the same for each of its processes.

    `jobs` are by kind; `kept` is the sealed spool by the reason why media is held, and under "" what waits. `head_at`
    is when the last head of the audit log was signed, `unnumbered` how many entries have no place in it yet;
    `last_change` the number of the last change of the banks. `seen` is what is kept of media that matched nothing.
    `loud` counts what must be reported, by how loud that is.
    `reports` are counted by their states, `open_reports` those that are open at an authority and not finished;
    `destinations` are counted by whether they are switched off.
    """

    at: datetime
    jobs: Mapping[str, Standing]
    kept: Mapping[str, KeptTotals]
    head_at: datetime | None
    unnumbered: int
    last_change: int
    seen: SeenTotals
    loud: Mapping[Level, int]
    reports: Mapping[ReportState, int] = field(default_factory=dict)
    open_reports: int = 0
    destinations: Mapping[bool, int] = field(default_factory=dict)

    def job_counts(self) -> Reading:
        """Return how many jobs wait, run and are dead, by kind and state."""
        found: dict[tuple[str, ...], float] = {}
        for kind, each in self.jobs.items():
            found |= {(kind, "waiting"): each.waiting, (kind, "running"): each.running, (kind, "dead"): each.dead}
        return found

    def job_ages(self) -> Reading:
        """Return for how many seconds the first waiting job of each kind has been due."""
        return {(kind,): self._age(each.due_at) for kind, each in self.jobs.items() if each.due_at is not None}

    def spool_media(self) -> Reading:
        """Return how many media wait and are held."""
        return self._by_state({why: totals.media for why, totals in self.kept.items()})

    def spool_bytes(self) -> Reading:
        """Return how many bytes those are."""
        return self._by_state({why: totals.size_bytes for why, totals in self.kept.items()})

    def spool_ages(self) -> Reading:
        """Return how many seconds ago the oldest of either came."""
        found: dict[tuple[str, ...], float] = {}
        for held_for, totals in self.kept.items():
            state = (_state(held_for),)
            found[state] = max(found.get(state, 0.0), self._age(totals.oldest_at))
        return found

    def spool_room(self, *, most_media: int, most_bytes: int) -> Reading:
        """Return how much more may wait or be held."""
        media, size = sum(self.spool_media().values()), sum(self.spool_bytes().values())
        return {("media",): max(0.0, most_media - media), ("bytes",): max(0.0, most_bytes - size)}

    def held_media(self) -> Reading:
        """Return how many media are held, by the reason."""
        return {(held_for,): totals.media for held_for, totals in self.kept.items() if held_for}

    def head_age(self) -> Reading:
        """Return how many seconds ago the last head was signed; nothing where none was."""
        return {} if self.head_at is None else {(): self._age(self.head_at)}

    def seen_age(self) -> Reading:
        """Return how many seconds ago the oldest was seen that is kept; nothing where none is."""
        return {} if self.seen.oldest_at is None else {(): self._age(self.seen.oldest_at)}

    def retroactive_matches(self) -> Reading:
        """Return how many of them matched an entry that came later, by how they matched."""
        return {("exact",): self.seen.exact_matches, ("near",): self.seen.near_matches}

    def reports_due(self) -> Reading:
        """Return how much must be reported or seen to, by how loud it is; what there is nothing of, too."""
        return {(each.name.lower(),): self.loud.get(each, 0) for each in Level if each is not Level.NONE}

    def reports_by_state(self) -> Reading:
        """Return how many reports are in each state, those that none is in too."""
        return {(state.value,): self.reports.get(state, 0) for state in ReportState}

    def destinations_by_state(self) -> Reading:
        """Return how many destinations are set up, and on or off."""
        return {("on",): self.destinations.get(False, 0), ("off",): self.destinations.get(True, 0)}

    def _age(self, since: datetime) -> float:
        return max(0.0, (self.at - since).total_seconds())

    def _by_state(self, values: Mapping[str, float]) -> Reading:
        found: dict[tuple[str, ...], float] = {(_WAITING,): 0.0, (_HELD,): 0.0}
        for held_for, value in values.items():
            found[_state(held_for),] += value
        return found


def _state(held_for: str) -> str:
    return _HELD if held_for else _WAITING
