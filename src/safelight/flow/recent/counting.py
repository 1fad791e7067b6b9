"""The second stage of a round: what is near is judged, and what matches is counted for the flood guard.

Each page is judged outside of any transaction and counted in one, with how far the counting has got: nothing is counted
twice. No case is opened before all is counted.
"""

from collections import Counter

from safelight.banks import queries as banks
from safelight.banks import steps as bank_steps
from safelight.banks.flood import FloodRule
from safelight.database.transaction import read
from safelight.flow.recent.judging import Judging
from safelight.flow.recent.sealing import RecentSecrets
from safelight.jobs.run import Run
from safelight.matching.judgement import Control
from safelight.matching.match import Found
from safelight.recent import queries, steps
from safelight.recent.mark import Mark, Stage
from safelight.recent.seen import SeenRow

_AT_ONCE = 250


def count_near(run: Run, judging: Judging, secrets: RecentSecrets, mark: Mark, *, rule: FloodRule) -> int:
    """Count what matches, page by page, then let cases be opened; return how many entries went into quarantine.

    Whoever opens them must know of those quarantines.
    """
    cursor, tripped = mark.cursor, 0
    while page := _page(run, cursor):
        cursor = page[-1].id
        tripped += _count(run, judging, secrets, page, rule)
    with run.step() as tx:
        steps.enter_stage(tx, Stage.OPENING, needs=max(mark.needs, banks.last_position(tx).number))
    return tripped


def entries_of(found: Found) -> set[int]:
    """Return the entries that media counts for, as it would in a scan: those that match, and those in quarantine."""
    matching = {match.entry_id for match in found.matches}
    return matching | {each.match.entry_id for each in found.withheld if each.control is Control.FLOOD_GUARD}


def _page(run: Run, cursor: int) -> list[SeenRow]:
    with read(run.engine) as tx:
        return queries.page_near(tx, after_id=cursor, limit=_AT_ONCE)


def _count(run: Run, judging: Judging, secrets: RecentSecrets, page: list[SeenRow], rule: FloodRule) -> int:
    counts: Counter[int] = Counter()
    counted: dict[int, set[int]] = {}
    others: list[int] = []
    for row in page:
        _, found = judging.judge(secrets.cipher(), row)
        new = entries_of(found) - row.counted
        if new:
            counts.update(new)
            counted[row.id] = new | row.counted
        if not found.matches:
            others.append(row.id)
    with run.step() as tx:
        steps.note_judged(tx, others, counted, cursor=page[-1].id)
        return len(bank_steps.count_matches(tx, run.clock, run.actor, counts=counts, rule=rule)) if counts else 0
