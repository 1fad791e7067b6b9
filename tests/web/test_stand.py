"""How an installation stands is told by kind, state and reason, with ages that are never below nothing."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from safelight.jobs.job import Standing
from safelight.recent.seen import SeenTotals
from safelight.reporting.deadline import Level
from safelight.reporting.report import ReportState
from safelight.vault.listing import KeptTotals
from safelight.web.stand import Stand

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
STAND = Stand(
    at=NOW,
    jobs={"a": Standing(waiting=2, due_at=NOW - timedelta(seconds=9)), "b": Standing(running=1, dead=3)},
    kept={
        "": KeptTotals(media=2, size_bytes=20, oldest_at=NOW - timedelta(seconds=5)),
        "unreadable": KeptTotals(media=3, size_bytes=30, oldest_at=NOW + timedelta(seconds=5)),
        "crashed": KeptTotals(media=1, size_bytes=10, oldest_at=NOW - timedelta(hours=1)),
    },
    head_at=None,
    unnumbered=0,
    last_change=0,
    loud={Level.SOON: 3, Level.OPEN_AT_AUTHORITY: 1},
    seen=SeenTotals(media=4, oldest_at=NOW - timedelta(days=2), exact_matches=1, near_matches=2),
)


def test_jobs_are_told_by_kind_and_state() -> None:
    assert STAND.job_counts() == {
        ("a", "waiting"): 2,
        ("a", "running"): 0,
        ("a", "dead"): 0,
        ("b", "waiting"): 0,
        ("b", "running"): 1,
        ("b", "dead"): 3,
    }
    assert STAND.job_ages() == {("a",): 9}


def test_the_spool_is_told_by_state_and_what_is_held_by_reason() -> None:
    assert STAND.spool_media() == {("waiting",): 2, ("held",): 4}
    assert STAND.spool_bytes() == {("waiting",): 20, ("held",): 40}
    assert STAND.spool_ages() == {("waiting",): 5, ("held",): 3600}
    assert STAND.held_media() == {("unreadable",): 3, ("crashed",): 1}


def test_room_that_is_used_up_is_nothing_and_never_less() -> None:
    assert STAND.spool_room(most_media=10, most_bytes=50) == {("media",): 4, ("bytes",): 0}


def test_a_head_that_never_was_has_no_age() -> None:
    assert STAND.head_age() == {}


def test_what_was_recently_seen_is_told_with_its_age_and_what_matched_later() -> None:
    assert STAND.seen_age() == {(): 2 * 86_400}
    assert STAND.retroactive_matches() == {("exact",): 1, ("near",): 2}
    assert replace(STAND, seen=replace(STAND.seen, oldest_at=None)).seen_age() == {}


def test_what_must_be_reported_is_told_by_how_loud_it_is_and_nothing_more() -> None:
    assert STAND.reports_due() == {
        ("soon",): 3,
        ("hand_over_due",): 0,
        ("due",): 0,
        ("failed",): 0,
        ("overdue",): 0,
        ("open_at_authority",): 1,
    }


def test_reports_are_told_by_every_state_and_destinations_by_their_switch() -> None:
    some = replace(STAND, reports={ReportState.FAILED: 2}, destinations={True: 1})
    assert some.reports_by_state()[("failed",)] == 2
    assert set(some.reports_by_state()) == {(state.value,) for state in ReportState}
    assert some.destinations_by_state() == {("on",): 0, ("off",): 1}
