"""The third stage of a round: what matches goes into a case, without its bytes, which nobody has any more.

Each media is judged once more, with all quarantines and withdrawals since, and what follows from it is one transaction:
the case, its item, the audit entries, the notices, and that it is kept no longer.
"""

from safelight.audit import log
from safelight.database.transaction import Tx, read
from safelight.flow.recent.judging import Judging
from safelight.flow.recent.sealing import RecentSecrets
from safelight.jobs.run import Run
from safelight.matching.match import Found, MatchKind
from safelight.notices.event import EventKind
from safelight.notices.steps import tell_event
from safelight.recent import queries, steps
from safelight.recent.mark import Mark
from safelight.recent.seen import Seen, SeenRow
from safelight.review import steps as review
from safelight.review.case import Joined, kind_of, new_item
from safelight.review.queries import case_target, has_content

_AT_ONCE = 100


def open_cases(run: Run, judging: Judging, secrets: RecentSecrets, mark: Mark) -> None:
    """Open or join a case for each media that matches, then end the round."""
    opening = _Opening(run, judging, secrets)
    cursor = 0
    while page := opening.page(cursor):
        cursor = page[-1].id
        for row in page:
            opening.settle(row)
    with run.step() as tx:
        steps.end_round(tx, mark)


class _Opening:
    """Does what follows, one media after another."""

    def __init__(self, run: Run, judging: Judging, secrets: RecentSecrets) -> None:
        self._run, self._judging, self._secrets = run, judging, secrets

    def page(self, cursor: int) -> list[SeenRow]:
        """Return what is to be judged next."""
        with read(self._run.engine) as tx:
            return queries.page_near(tx, after_id=cursor, limit=_AT_ONCE)

    def settle(self, row: SeenRow) -> None:
        """Judge media by the banks as they stand now, and do what follows."""
        seen, found = self._judging.judge(self._secrets.cipher(), row)
        with self._run.step() as tx:
            if not found.matches:
                steps.wait_on(tx, [row.id])
            elif steps.take_near(tx, row.id):
                steps.count_taken(tx, self._open(tx, seen, found))

    def _open(self, tx: Tx, seen: Seen, found: Found) -> MatchKind | None:
        """Put media into its case, and return how it matched; None where the case has it already."""
        run, kind = self._run, kind_of(found.matches)
        about = self._secrets.about(seen.subject_id, seen.media_digest)
        joined = review.open_or_join(tx, run.clock, run.actor, about)
        if seen.content_id and has_content(tx, joined.case_id, seen.content_id):
            return None  # the platform has sent it in again since, or twice before
        item = new_item(None, found.matches, content_id=seen.content_id, omitted=found.omitted)
        item_id = review.add_item(tx, run.clock, run.actor, joined.case_id, item)
        self._tell(tx, joined, item_id, kind, seen.key_id)
        return kind

    def _tell(self, tx: Tx, joined: Joined, item_id: int, kind: MatchKind, key_id: int | None) -> None:
        run, ids = self._run, {"case_id": joined.case_id, "item_id": item_id}
        target = case_target(joined.case_id)
        details = {"item": item_id, "kind": kind.value}
        log.write(tx, clock=run.clock, actor=run.actor, verb="match_seen", target=target, details=details)
        if joined.is_new:
            facts = {"case_id": joined.case_id, "verdict": kind.value}
            tell_event(tx, run.clock, EventKind.CASE_OPENED, facts)
        sender = {} if key_id is None else {"key_id": key_id}
        tell_event(tx, run.clock, EventKind.RETROACTIVE_MATCH, {**ids, **sender, "verdict": kind.value})
