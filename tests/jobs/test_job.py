"""The rules of jobs: how long they wait, and what they may hold."""

from datetime import timedelta

import pytest

from safelight.errors import InvalidValue
from safelight.jobs.job import (
    LONGEST_WAIT,
    SHORTEST_WAIT,
    back_off,
    check_args,
    check_job_id,
    check_key,
    check_kind,
)


def test_the_limit_of_the_wait_doubles_with_each_attempt_up_to_the_longest() -> None:
    for attempts in range(1, 30):
        waits = [back_off(attempts, job_id=job_id) for job_id in range(500)]
        limit = min(LONGEST_WAIT, SHORTEST_WAIT * 2 ** (attempts - 1))
        assert timedelta(0) <= min(waits) < limit / 20
        assert limit * 0.95 < max(waits) <= limit


def test_jobs_that_failed_together_come_back_apart_and_each_always_at_the_same_time() -> None:
    waits = {back_off(4, job_id=job_id) for job_id in range(200)}
    assert len(waits) == 200
    assert back_off(4, job_id=7) == back_off(4, job_id=7) != back_off(5, job_id=7)


@pytest.mark.parametrize("kind", ["", "Sync", "sync list", "sync-list", "1st", "x" * 51, "zähle"])
def test_a_kind_is_lower_case_words(kind: str) -> None:
    check_kind("sync_list")
    with pytest.raises(InvalidValue, match="is no kind of job"):
        check_kind(kind)


def test_arguments_are_ids_alone() -> None:
    check_args({"evidence": "f" * 32, "number": 4})
    with pytest.raises(InvalidValue, match="longer than 100"):
        check_args({"note": "x" * 101})
    with pytest.raises(InvalidValue, match="neither a number nor a text"):
        check_args({"list": [1]})  # type: ignore[dict-item]  # the wrong form is the point


@pytest.mark.parametrize("key", ["", "x" * 201])
def test_a_key_has_some_length_but_not_too_much(key: str) -> None:
    check_key(None)
    check_key("x" * 200)
    with pytest.raises(InvalidValue, match="key has 1 to 200"):
        check_key(key)


@pytest.mark.parametrize("job_id", [0, -1, 2**63])
def test_a_number_that_no_job_can_have_is_refused(job_id: int) -> None:
    check_job_id(2**63 - 1)
    with pytest.raises(InvalidValue, match="is no number of a job"):
        check_job_id(job_id)
