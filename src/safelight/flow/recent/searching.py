"""The first stage of a round: whatever of what is kept lies near entries that came since is noted."""

from dataclasses import dataclass

from safelight.database.transaction import read
from safelight.flow.recent.sealing import RecentSecrets
from safelight.hashing.pdq import Flavour
from safelight.jobs.run import Run
from safelight.matching.snapshot import Snapshot
from safelight.recent import queries, steps
from safelight.recent.arrived_entries import gather
from safelight.recent.block import Block
from safelight.recent.mark import Mark, Stage
from safelight.recent.packing import unpack
from safelight.recent.probing import Probe, near_banks

BLOCK_BYTES = 80_000_000
"""Values that are held in memory at once, those of some 250,000 pictures: some 350 MB with the index of them."""

_PAGE = 5_000
"""Media that are read, opened and looked at one by one at a time."""


def search(run: Run, snapshot: Snapshot, secrets: RecentSecrets, mark: Mark, *, flavour: Flavour) -> None:
    """Note what is near, block by block, each in one transaction; then let all that is near be counted."""
    with read(run.engine) as tx:
        arrived = None if queries.is_empty(tx) else gather(tx, snapshot, mark, now=run.clock.now())
    if arrived is not None and arrived.is_any:
        probe = Probe(arrived.newcomers.digests(), arrived.newcomers.codes(), flavour=flavour)
        whole = arrived.whole_banks
        _Searching(run=run, snapshot=snapshot, secrets=secrets, probe=probe, whole_banks=whole).search(mark)
    with run.step() as tx:
        steps.enter_stage(tx, Stage.COUNTING, needs=mark.target)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Searching:
    """Reads blocks and holds them against what came."""

    run: Run
    snapshot: Snapshot
    secrets: RecentSecrets
    probe: Probe
    whole_banks: frozenset[int]

    def search(self, mark: Mark) -> None:
        """Note what is near, from where that stands to the end."""
        cursor = mark.cursor
        while cursor < mark.until_id:
            cursor, near = self._next_block(cursor, mark.until_id)
            with self.run.step() as tx:
                steps.note_searched(tx, near, cursor=cursor)

    def _next_block(self, after_id: int, until_id: int) -> tuple[int, set[int]]:
        """Return the number up to which media were looked at now, and what of them is near."""
        block, near, cursor = Block(), set[int](), after_id
        while cursor < until_id and block.size_bytes < BLOCK_BYTES:
            page = self._page(cursor, until_id)
            if not page:
                cursor = until_id
                break
            for media_id, packed in page:
                block.add(media_id, packed)
            near |= self._near_banks(page)
            cursor = page[-1][0]
        return cursor, near | self.probe.near(block)

    def _page(self, after_id: int, until_id: int) -> list[tuple[int, bytes]]:
        with read(self.run.engine) as tx:
            rows = queries.page_sealed(tx, after_id=after_id, until_id=until_id, limit=_PAGE)
        if not rows:
            return []
        opened = self.secrets.cipher().open
        return [(media_id, opened(sealed)) for media_id, sealed in rows]

    def _near_banks(self, page: list[tuple[int, bytes]]) -> set[int]:
        if not self.whole_banks:
            return set()
        signals = {media_id: unpack(packed).signals for media_id, packed in page}
        return near_banks(self.snapshot, self.whole_banks, signals)
