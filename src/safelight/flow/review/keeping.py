"""The clock's part in reviewing: deadlines that come near, and what is not needed any more."""

from collections.abc import Mapping
from datetime import timedelta

from safelight.jobs.run import Handler, Run
from safelight.review import steps

RAISE_DEADLINES = "raise_deadlines"
"""The clock job that lets cases with a deadline come sooner as it comes near."""

FORGET_REVIEW_FACTS = "forget_review_facts"
"""The clock job that removes remembered verdicts that expired, and likenesses that no open case needs."""

PERIODS: Mapping[str, timedelta] = {RAISE_DEADLINES: timedelta(minutes=10), FORGET_REVIEW_FACTS: timedelta(hours=6)}
"""How often each of these clock jobs is due."""


def review_handlers() -> Mapping[str, Handler]:
    """Return what carries out each kind of job that is here. Each is safe to run twice."""
    return {RAISE_DEADLINES: raise_deadlines, FORGET_REVIEW_FACTS: forget_review_facts}


def raise_deadlines(run: Run) -> None:
    """Let cases stand where their deadline puts them by now, some hundred a step."""
    while True:
        with run.step() as tx:
            if not steps.raise_deadlines(tx, run.clock):
                break
    with run.last_step():
        pass


def forget_review_facts(run: Run) -> None:
    """Remove what is not needed any more. A clock that is wrong costs a second look, and no record of what was done."""
    with run.step() as tx:
        steps.forget_expired(tx, run.clock)
    while True:
        with run.step() as tx:
            if not steps.forget_likenesses(tx):
                break
    with run.last_step():
        pass
