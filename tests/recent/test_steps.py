"""Keeping, rounds and forgetting: who is late is behind, what was numbered once is never numbered again."""

import threading
from datetime import datetime, timedelta

from safelight.audit.queries import page_entries
from safelight.database.transaction import read, write
from safelight.matching.match import MatchKind
from safelight.recent import queries, steps
from safelight.recent.mark import NewRound, Stage
from safelight.recent.seen import NewSeen


def _new(at: datetime, position: int = 5) -> NewSeen:
    return NewSeen(seen_at=at, position=position, sealed=b"sealed")


def _keep(engine, *rows: NewSeen) -> None:
    with write(engine) as tx:
        steps.keep(tx, rows)


def _rows(engine):
    with read(engine) as tx:
        return queries.page_sealed(tx, after_id=0, until_id=100, limit=100)


def _begin(engine, clock, *, target: int) -> None:
    with write(engine) as tx:
        mark = steps.lock_mark(tx)
        new = NewRound(target=target, check_until=clock.now(), policies={}, widened=frozenset({3}))
        steps.begin_round(tx, mark, new)


def test_the_first_that_is_kept_makes_the_mark_where_its_scan_stood(engine, clock) -> None:
    _keep(engine)
    _keep(engine, _new(clock.now(), 7), _new(clock.now(), 5))
    with read(engine) as tx:
        mark = queries.find_mark(tx)
        assert not queries.has_behind(tx)
    assert (mark.checkpoint, mark.target, mark.last_id, mark.stage) == (5, 5, 2, Stage.IDLE)
    assert mark.policies is None
    assert _rows(engine) == [(1, b"sealed"), (2, b"sealed")]


def test_who_knows_less_than_a_round_that_has_begun_is_behind_and_judged_in_the_next(engine, clock) -> None:
    _keep(engine, _new(clock.now()))
    _begin(engine, clock, target=9)
    _keep(engine, _new(clock.now(), 8), _new(clock.now(), 9), _new(clock.now() - timedelta(seconds=1), 9))
    with read(engine) as tx:
        assert queries.has_behind(tx)
        assert queries.page_near(tx, limit=10) == []
    _begin(engine, clock, target=9)
    with read(engine) as tx:
        assert [row.id for row in queries.page_near(tx, limit=10)] == [2, 4]
        mark = queries.find_mark(tx)
    assert (mark.until_id, mark.stage, mark.widened, mark.policies) == (4, Stage.SEARCHING, {3}, {})


def test_who_forgets_and_who_begins_a_round_wait_in_turn_and_never_for_each_other(engine, clock, actor) -> None:
    _keep(engine, _new(clock.now()))
    _begin(engine, clock, target=9)
    _keep(engine, _new(clock.now(), 8))
    forgotten: list[int] = []

    def forget() -> None:
        with write(engine) as tx:
            forgotten.append(steps.forget_some(tx, clock, actor, before=None, limit=9))

    forgetting = threading.Thread(target=forget)
    with write(engine) as tx:
        mark = steps.lock_mark(tx)
        forgetting.start()
        forgetting.join(0.1)  # by now it waits for the mark: without rows that the round is about to change
        steps.begin_round(tx, mark, NewRound(target=9, check_until=clock.now(), policies={}, widened=frozenset()))
    forgetting.join()
    assert forgotten == [2]


def test_a_round_goes_through_its_stages(engine, clock) -> None:
    _keep(engine, *(_new(clock.now()) for _ in range(4)))
    _begin(engine, clock, target=9)
    with write(engine) as tx:
        steps.note_searched(tx, {1, 2, 3}, cursor=4)
        steps.enter_stage(tx, Stage.COUNTING, needs=9)
        steps.note_judged(tx, [2], {1: {10, 11}}, cursor=3)
        steps.enter_stage(tx, Stage.OPENING, needs=12)
        mark = queries.find_mark(tx)
        assert (mark.stage, mark.cursor, mark.needs) == (Stage.OPENING, 0, 12)
        assert [(row.id, row.counted) for row in queries.page_near(tx, limit=9)] == [(1, {10, 11}), (3, frozenset())]
        assert [row.id for row in queries.page_near(tx, after_id=1, limit=9)] == [3]
        assert steps.take_near(tx, 1)
        assert not steps.take_near(tx, 1)
        steps.count_taken(tx, MatchKind.NEAR)
        steps.wait_on(tx, [3])
        assert not steps.take_near(tx, 3)
        steps.end_round(tx, mark)
        mark = queries.find_mark(tx)
    assert (mark.stage, mark.checkpoint, mark.checked_at, mark.widened) == (Stage.IDLE, 9, clock.now(), frozenset())
    assert [media_id for media_id, _ in _rows(engine)] == [2, 3, 4]
    with read(engine) as tx:
        totals = queries.seen_totals(tx)
    assert (totals.media, totals.exact_matches, totals.near_matches) == (3, 0, 1)


def test_what_is_forgotten_goes_the_oldest_first_and_its_numbers_never_come_again(engine, clock, actor) -> None:
    _keep(engine, *(_new(clock.now() - timedelta(days=days)) for days in (1, 3, 2)))
    with write(engine) as tx:
        before = clock.now() - timedelta(days=1)
        assert steps.forget_some(tx, clock, actor, before=before, limit=1) == 1
        assert steps.forget_some(tx, clock, actor, before=before, limit=9) == 1
        assert steps.forget_some(tx, clock, actor, before=before, limit=9) == 0
        assert steps.forget_some(tx, clock, actor, before=None, limit=9, reason="asked for") == 1
        assert queries.is_empty(tx)
    _keep(engine, _new(clock.now()))
    assert [media_id for media_id, _ in _rows(engine)] == [4]
    with read(engine) as tx:
        assert queries.seen_totals(tx).media == 1
    with read(engine) as tx:
        told = [(entry.verb, entry.reason) for entry in page_entries(tx, target=steps.TARGET)]
    assert told == [("forget_seen", ""), ("forget_seen", ""), ("forget_seen", "asked for")]
