"""The script comes first and in its order, then the seed; both give the same each time."""

import pytest

from safelight.errors import InvalidValue
from safelight.testing.authority.faults.fault import NAMED
from safelight.testing.authority.faults.plan import FaultPlan, read_script
from safelight.testing.authority.state.calls import Call


def _taken(plan: FaultPlan, call: Call, count: int) -> list[str]:
    return [plan.take(call, number)[0] for number in range(1, count + 1)]


def test_without_a_plan_nothing_goes_wrong() -> None:
    assert FaultPlan().take(Call.SUBMIT, 1) == ("", None)


def test_the_next_calls_of_a_kind_meet_it_and_then_no_more() -> None:
    plan = FaultPlan()
    plan.next("upload", "cut_after", times=2, skip=1)
    assert _taken(plan, Call.SUBMIT, 3) == ["", "", ""]
    assert _taken(plan, Call.UPLOAD, 5) == ["", "cut_after", "cut_after", "", ""]
    assert plan.script == []


def test_lines_for_the_same_kind_follow_each_other() -> None:
    plan = FaultPlan()
    plan.next(Call.FINISH, "slow_after")
    plan.next(None, "truncated", times=2)
    assert _taken(plan, Call.FINISH, 2) == ["slow_after", "truncated"]
    assert _taken(plan, Call.XSD, 2) == ["truncated", ""]


def test_a_seed_gives_the_same_faults_whatever_other_calls_come_between() -> None:
    def with_seed(seed: int, percent: float = 30) -> FaultPlan:
        plan = FaultPlan()
        plan.by_seed(seed, percent=percent, faults=["cut_before", "cut_after"], calls=["submit", Call.FINISH])
        return plan

    first, second = with_seed(1), with_seed(1)
    _taken(second, Call.FINISH, 50)
    assert _taken(first, Call.SUBMIT, 200) == _taken(second, Call.SUBMIT, 200)
    assert _taken(with_seed(1), Call.SUBMIT, 200) != _taken(with_seed(2), Call.SUBMIT, 200)
    assert 150 < sum(map(bool, _taken(with_seed(3), Call.SUBMIT, 600))) < 210
    assert set(_taken(with_seed(1, 100), Call.FINISH, 50)) == {"cut_before", "cut_after"}
    assert set(_taken(with_seed(1, 100), Call.UPLOAD, 50)) == {""}


def test_a_seed_without_names_means_every_fault_and_every_call() -> None:
    plan = FaultPlan()
    plan.by_seed(5, percent=100)
    assert set(_taken(plan, Call.RETRACT, 400)) == set(NAMED)


def test_everything_is_cleared() -> None:
    plan = FaultPlan()
    plan.next(None, "drip")
    plan.by_seed(1, percent=100)
    plan.clear()
    assert plan.take(Call.SUBMIT, 1) == ("", None)


def test_a_line_is_read_from_json() -> None:
    plan = FaultPlan()
    read_script({"call": "upload", "fault": "error_in_200", "times": 3, "skip": 1, "code": 1110}, plan)
    (line,) = plan.script
    assert (line.call, line.name, line.times, line.skip, line.fault.code) == (Call.UPLOAD, "error_in_200", 3, 1, 1110)


def test_nonsense_is_refused() -> None:
    with pytest.raises(InvalidValue):
        FaultPlan().next("upload", "unheard_of")
    with pytest.raises(ValueError, match="unheard"):
        FaultPlan().next("unheard", "drip")
    with pytest.raises(InvalidValue):
        FaultPlan().by_seed(1, percent=1, faults=["unheard_of"])
