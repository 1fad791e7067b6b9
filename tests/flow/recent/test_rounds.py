"""What was recently seen matches an entry that comes later as a scan would, opens its case once, and is then gone."""

from dataclasses import replace

import pytest

from safelight.banks.flood import FloodRule
from safelight.database.transaction import read
from safelight.flow.banks import edits
from safelight.jobs.boundary import JobBoundary
from safelight.recent.mark import Stage


class Killed(BaseException):
    """The process was killed here."""


def test_where_nothing_was_ever_kept_no_index_is_opened(town) -> None:
    town.follower.close()
    town.judging = None
    town.work()
    assert town.mark() is None


def test_what_was_withdrawn_before_the_round_matches_nothing(town, picture, value) -> None:
    town.keep(picture(1))
    town.add("alpha", value(1, "md5"), kind="md5")
    edits.remove_entry(*town.who, entry_id=town.entry("alpha"))
    town.work()
    assert (town.cases(), town.kept()) == ([], [picture(1)])


def test_what_is_past_its_time_matches_nothing_though_nobody_has_erased_it_yet(town, picture, value) -> None:
    town.keep(picture(1))
    town.clock.go_on(days=town.kept_days)
    town.keep(picture(2))
    town.add("alpha", value(1, "md5"), value(2, "md5"), kind="md5")
    town.work()
    assert [item.content_id for item in town.items()] == ["post 2"]
    assert town.kept() == []


def test_a_second_round_finds_only_what_came_since(town, picture, value) -> None:
    town.keep(*(picture(n) for n in range(4)))
    for number in (1, 2):
        town.add("alpha", value(number, "sha1"), kind="sha1")
        town.work()
    assert [item.content_id for item in town.items()] == ["post 1", "post 2"]
    town.work()
    assert len(town.kept()) == 2


def test_media_whose_scan_knew_less_than_the_last_round_is_judged_by_itself(town, picture, value) -> None:
    town.keep(picture(1))
    before = town.holdings().position.number
    town.add("alpha", value(2, "md5"), kind="md5")
    town.work()
    town.keep(picture(2), picture(3), position=before)
    town.work()
    assert [item.content_id for item in town.items()] == ["post 2"]
    assert [seen.content_id for seen in town.kept()] == ["post 1", "post 3"]


def test_a_worker_that_does_not_know_the_banks_yet_leaves_the_round_to_a_later_moment(town, picture, value) -> None:
    town.keep(picture(1))
    town.add("alpha", value(1, "md5"), kind="md5")
    old = town.holdings()
    town.add("alpha", value(3, "md5"), kind="md5")

    def die(boundary: JobBoundary) -> None:
        if boundary is JobBoundary.STEPPED:
            raise Killed

    town.reach = die
    with pytest.raises(Killed):
        town.work()
    town.reach = lambda _: None
    behind = replace(old, position=replace(old.position, number=old.position.number - 1))
    town.judging._holdings = lambda: behind
    town.work()
    assert (town.cases(), town.mark().stage) == ([], Stage.SEARCHING)
    town.judging._holdings = town.holdings
    town.work()
    assert len(town.cases()) == 1


def _die_at(town, number: int) -> bool:
    """Work, and be killed at the boundary of this number; whether there was one."""
    reached = 0

    def die(boundary: JobBoundary) -> None:
        nonlocal reached
        if boundary in {JobBoundary.STEPPING, JobBoundary.STEPPED, JobBoundary.FINISHING, JobBoundary.FINISHED}:
            reached += 1
            if reached == number:
                raise Killed

    town.reach = die
    try:
        town.work()
    except Killed:
        return True
    finally:
        town.reach = lambda _: None
    return False


def test_a_worker_that_is_killed_anywhere_loses_nothing_and_does_nothing_twice(town, picture, value, told_events):
    """Each worker dies one boundary later than the one before, until one comes to its end."""
    town.rule = FloodRule(minimum=100, first_day_minimum=100)
    town.keep(*(picture(number) for number in range(6)))
    town.add("alpha", *(value(number, "md5") for number in range(4)), kind="md5")
    deaths = 0
    while _die_at(town, deaths + 1):
        deaths += 1
        assert deaths < 40
    town.work()
    assert sorted(item.content_id for item in town.items()) == [f"post {number}" for number in range(4)]
    assert len(town.kept()) == 2
    assert sum(kind == "retroactive_match" for kind, _ in told_events()) == 4
    assert town.totals().exact_matches == 4
    with read(town.engine) as tx:
        hours = tx.exec_driver_sql("SELECT entry_id, media FROM entry_counts").all()
    assert sorted(hours) == [(number, 1) for number in range(1, 5)]
    assert town.mark().stage is Stage.IDLE
    assert deaths >= 4
