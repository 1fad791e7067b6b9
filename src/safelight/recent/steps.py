"""What keeps, judges and forgets media that was seen: each function is one act within the caller's transaction.

Whoever changes rows of several media, or takes one, locks the mark first: so nobody waits for another in a circle.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from safelight.audit import log
from safelight.clock import Clock
from safelight.database.erasing import overwrite_freed
from safelight.database.transaction import Tx
from safelight.matching.match import MatchKind
from safelight.recent import store
from safelight.recent.mark import Mark, NewRound, Stage
from safelight.recent.policies import write_policies
from safelight.recent.seen import NewSeen, SeenState
from safelight.roles import Actor

TARGET = "recent:media"
"""How the audit log names all that is kept."""


def keep(tx: Tx, rows: Sequence[NewSeen]) -> None:
    """Keep media that matched nothing. Do nothing after it in the same transaction: others who keep wait from here.

    What knows less than a round that has begun is `behind`, so that it is judged by itself: whoever begins a round
    waits for this transaction, and whoever comes later sees that round.
    """
    if not rows:
        return
    given = store.give_numbers(tx, len(rows))
    if given is None:
        first_at = min(new.seen_at for new in rows)
        store.add_mark(tx, checkpoint=min(new.position for new in rows), checked_at=first_at)
        given = store.give_numbers(tx, len(rows))
    if given is None:  # pragma: no cover - it was added a moment ago, and nothing removes it
        raise AssertionError("the mark that was just made is gone")
    numbered = enumerate(rows, start=given.first_id)
    store.add_media(tx, [(number, _state(new, given.target, given.check_until), new) for number, new in numbered])


def lock_mark(tx: Tx) -> Mark | None:
    """Return the mark, and let all who keep wait for the end of the transaction; None where nothing was ever kept."""
    return store.find_mark(tx, locks=True)


def begin_round(tx: Tx, mark: Mark, new: NewRound) -> None:
    """Begin a round over what is kept by now; the caller has locked the mark. Who is behind is judged in it."""
    store.judge_behind(tx)
    store.change_mark(
        tx,
        stage=Stage.SEARCHING.value,
        target=new.target,
        check_until=new.check_until,
        cursor=0,
        until_id=mark.last_id,
        needs=new.target,
        policies=write_policies(new.policies),
        widened=json.dumps(sorted(new.widened)),
    )


def note_searched(tx: Tx, near: Collection[int], *, cursor: int) -> None:
    """Note what is near of the media up to a number."""
    store.change_mark(tx, cursor=cursor)
    store.set_state(tx, near, SeenState.NEAR)


def note_judged(tx: Tx, others: Collection[int], counted: Mapping[int, Collection[int]], *, cursor: int) -> None:
    """Let those wait on that match nothing after all, of the media up to a number; note for what media is counted.

    What is in quarantine stays kept, and is judged anew when a person releases the entry: it must not be counted twice.
    """
    store.change_mark(tx, cursor=cursor)
    store.set_state(tx, others, SeenState.WAITING)
    store.set_counted(tx, counted)


def wait_on(tx: Tx, media: Collection[int]) -> None:
    """Let media wait on that matches nothing any more."""
    store.set_state(tx, media, SeenState.WAITING)


def enter_stage(tx: Tx, stage: Stage, *, needs: int) -> None:
    """Go on to the next stage of a round, which takes somebody who knows the banks up to a change."""
    store.change_mark(tx, stage=stage.value, cursor=0, needs=needs)


def end_round(tx: Tx, mark: Mark) -> None:
    """End a round: what is kept was held against all that it was about."""
    store.change_mark(
        tx, stage=Stage.IDLE.value, checkpoint=mark.target, checked_at=mark.check_until, cursor=0, widened="[]"
    )


def take_near(tx: Tx, media_id: int) -> bool:
    """Take what matches out of what is kept, for what follows from it; False where another did, or it was erased."""
    overwrite_freed(tx)
    return lock_mark(tx) is not None and store.take_near(tx, media_id)


def count_taken(tx: Tx, matched: MatchKind | None) -> None:
    """Count one that was taken, and how it matched; None: its case had it already."""
    store.count_gone(tx, 1, matched)


def forget_some(tx: Tx, clock: Clock, actor: Actor, *, before: datetime | None, limit: int, reason: str = "") -> int:
    """Erase some of what was seen before a moment (None: of all), and return how many those were."""
    overwrite_freed(tx)
    count = 0 if lock_mark(tx) is None else store.forget(tx, before, limit)
    if count:
        store.count_gone(tx, count)
        log.write(
            tx, clock=clock, actor=actor, verb="forget_seen", target=TARGET, reason=reason, details={"media": count}
        )
    return count


def _state(new: NewSeen, target: int, check_until: datetime) -> SeenState:
    is_behind = new.position < target or new.seen_at < check_until
    return SeenState.BEHIND if is_behind else SeenState.WAITING
