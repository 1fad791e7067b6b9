"""Re-wrapping: what older keys wrap is wrapped by the active key. The sealed bytes stay as they are.

Small transactions, each of one page. It may be stopped or die at any moment and begins again where wraps by older keys
are left; what is sealed, read or destroyed meanwhile goes on.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from safelight.access.rewrapping import WRAPS as ACCESS_WRAPS
from safelight.audit import log
from safelight.boundary import Reach, unwatched
from safelight.clock import Clock
from safelight.database.engine import Engine
from safelight.database.transaction import Tx, read, write
from safelight.errors import KeysUnusable
from safelight.keys.boundary import RotateBoundary
from safelight.keys.held_wrap import HeldWrap
from safelight.keys.interface import KeyService, Wrapped
from safelight.notices.rewrapping import WRAPS as NOTICE_WRAPS
from safelight.outcomes.rewrapping import WRAPS as OUTCOME_WRAPS
from safelight.reporting.rewrapping import WRAPS as REPORT_WRAPS
from safelight.review.rewrapping import WRAPS as REVIEW_WRAPS
from safelight.roles import Actor
from safelight.vault.rewrapping import WRAPS as VAULT_WRAPS

PAGE = 500
MOST_FAULTS_IN_A_ROW = 20
"""So many that do not open one after the other are no damaged rows: the key service itself fails."""


class Wraps(Protocol):
    """The wraps of one kind that a room holds."""

    @property
    def name(self) -> str:
        """What a person calls them."""
        ...

    def page(self, tx: Tx, *, other_than: str, after: str, limit: int) -> list[HeldWrap]:
        """Return wraps by any key but one, from after a row on."""
        ...

    def exchange(self, tx: Tx, exchanges: Sequence[tuple[HeldWrap, Wrapped]]) -> int:
        """Put new wraps in the place of held ones that are still there, and return how many were."""
        ...

    def counts(self, tx: Tx) -> dict[str, int]:
        """Return how many wraps each key has."""
        ...

    def keep_still(self, tx: Tx) -> None:
        """Let nobody add or change wraps of this kind until the transaction ends."""
        ...


WRAPS: tuple[Wraps, ...] = (*VAULT_WRAPS, *NOTICE_WRAPS, *ACCESS_WRAPS, *REVIEW_WRAPS, *REPORT_WRAPS, *OUTCOME_WRAPS)
"""Everything in the database that keys wrap. A room that stores a wrapped secret adds its own here."""


def counts_by_key(tx: Tx) -> dict[str, int]:
    """Return how many wraps in the database need each key."""
    total: Counter[str] = Counter()
    for wraps in WRAPS:
        total.update(wraps.counts(tx))
    return dict(total)


@dataclass(slots=True, kw_only=True)
class Rotation:
    """One run through all wraps. `rewrapped` counts; `faults` are the wraps that do not open, as `kind row`."""

    engine: Engine
    keys: KeyService
    clock: Clock
    actor: Actor
    reach: Reach = unwatched
    rewrapped: int = 0
    faults: list[str] = field(default_factory=list)
    _in_a_row: int = 0
    _first_fault: KeysUnusable | None = None

    def run(self) -> int:
        """Re-wrap all that an older key wraps, and return how many were. Raises `KeysUnusable` if some do not open.

        Those stay as they are, with the key that they need, and all others are done.
        """
        for wraps in WRAPS:
            for page in self._pages(wraps):
                self._exchange(wraps, page)
        self.reach(RotateBoundary.FINISHED)
        if self._first_fault is not None:
            raise KeysUnusable(
                f"Wrapped keys that do not open: {len(self.faults)}, first {self.faults[0]}. They stay as they were: "
                f"{self._first_fault} The others, {self.rewrapped} of them, are wrapped by the new key. Keep the old "
                "key until these are dealt with."
            )
        return self.rewrapped

    def _pages(self, wraps: Wraps) -> Iterator[list[HeldWrap]]:
        after, active = "", self.keys.describe().active_key_id
        while True:
            with read(self.engine) as tx:
                page = wraps.page(tx, other_than=active, after=after, limit=PAGE)
            if not page:
                return
            yield page
            after = page[-1].row_id

    def _exchange(self, wraps: Wraps, page: list[HeldWrap]) -> None:
        """Wrap a page anew, outside of any transaction for the key service may be far, and put it in its place."""
        renewed = [(held, new) for held in page if (new := self._renewed(wraps, held)) is not None]
        self.reach(RotateBoundary.REWRAPPED)
        if not renewed:
            return
        with write(self.engine) as tx:
            count = wraps.exchange(tx, renewed)
            details: dict[str, int | str] = {"wraps": count, "kind": wraps.name}
            target = f"key:{renewed[0][1].key_id}"
            log.write(tx, clock=self.clock, actor=self.actor, verb="rewrap_keys", target=target, details=details)
            self.reach(RotateBoundary.EXCHANGED)
        self.rewrapped += count
        self.reach(RotateBoundary.COMMITTED)

    def _renewed(self, wraps: Wraps, held: HeldWrap) -> Wrapped | None:
        try:
            new = self.keys.wrap(self.keys.unwrap(held.wrapped, context=held.context), context=held.context)
        except KeysUnusable as error:
            self._in_a_row += 1
            if self._in_a_row >= MOST_FAULTS_IN_A_ROW:
                raise
            self.faults.append(f"{wraps.name} {held.row_id}")
            self._first_fault = self._first_fault or error
            return None
        self._in_a_row = 0
        return new
