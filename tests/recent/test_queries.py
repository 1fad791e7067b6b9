"""How much is kept, since when, and what matched later."""

from datetime import timedelta

from safelight.database.transaction import read, write
from safelight.matching.match import MatchKind
from safelight.recent import queries, steps
from safelight.recent.mark import NewRound
from safelight.recent.seen import NewSeen, SeenTotals


def test_where_nothing_was_ever_kept_all_is_nothing(engine) -> None:
    with read(engine) as tx:
        assert queries.seen_totals(tx) == SeenTotals(media=0, oldest_at=None, exact_matches=0, near_matches=0)
        assert queries.find_mark(tx) is None
        assert queries.is_empty(tx)
        assert not queries.has_behind(tx)


def test_what_is_kept_is_counted_with_the_oldest_and_what_matched(engine, clock) -> None:
    moments = [clock.now() - timedelta(days=days) for days in (1, 3, 2)]
    with write(engine) as tx:
        steps.keep(tx, [NewSeen(seen_at=at, position=1, sealed=b"s") for at in moments])
        steps.begin_round(
            tx, steps.lock_mark(tx), NewRound(target=9, check_until=clock.now(), policies={}, widened=frozenset())
        )
        steps.note_searched(tx, {1, 3}, cursor=3)
        for media_id, kind in ((1, MatchKind.EXACT), (3, MatchKind.NEAR)):
            assert steps.take_near(tx, media_id)
            steps.count_taken(tx, kind)
    with read(engine) as tx:
        totals = queries.seen_totals(tx)
        assert queries.page_sealed(tx, after_id=1, until_id=2, limit=9) == [(2, b"s")]
        assert queries.page_sealed(tx, after_id=2, until_id=9, limit=9) == []
        assert not queries.is_empty(tx)
    assert totals == SeenTotals(media=1, oldest_at=moments[1], exact_matches=1, near_matches=1)
