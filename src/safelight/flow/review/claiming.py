"""Claims: each function is one act of a person, in one short transaction."""

from collections.abc import Collection

from safelight.database.transaction import read
from safelight.flow.review.acting import present
from safelight.flow.review.desk import ReviewDesk
from safelight.flow.review.working import left_out, require_at_work, require_at_work_or_holder
from safelight.review import steps
from safelight.review.claim import require_person
from safelight.review.reader import seats_of
from safelight.review.standing import Standing
from safelight.roles import Permission, require_permission


def claim_next(desk: ReviewDesk, *, without: Collection[str] = ()) -> Standing | None:
    """Give somebody the most urgent case that they may decide on and that nobody has; None where there is none.

    What they opted out of is left out, and `without` besides. Of any number who ask at once, no two get the same.
    Raises `NotAllowed` for a program and for who may decide nothing, `ExposureRefused` with why and until when where
    their queue pauses, `UsageError` where they have as many as one may have.
    """
    candidates = _look(desk, without)
    if not candidates:
        return None
    with desk.acting() as (tx, actor):
        require_at_work(tx, desk, actor)
        reader = desk.reader(actor, left_out(tx, actor, without))
        return steps.claim_next(tx, desk.clock, actor, candidates, reader=reader, rules=desk.rules)


def claim_case(desk: ReviewDesk, case_id: int) -> Standing:
    """Give somebody a case by its number.

    One that they opted out of is theirs too if they ask for it: its facts can be read, and no picture is shown. Raises
    `NotFound`, `UsageError` where it waits for nobody or they have too many, `NotAllowed` where it takes another
    person, `ClaimLost` where somebody else has it, `ExposureRefused` where their queue pauses and it is not theirs.
    """
    with desk.acting() as (tx, actor):
        require_at_work_or_holder(tx, desk, actor, case_id)
        return steps.claim_case(tx, desk.clock, actor, case_id, reader=desk.reader(actor), rules=desk.rules)


def renew_claim(desk: ReviewDesk, case_id: int) -> bool:
    """Let somebody who is at work on a case have it for longer; False where it is not theirs. Raises `NotAllowed`."""
    with desk.acting(Permission.CASE_DECIDE) as (tx, actor):
        require_person(actor)
        return steps.renew_claim(tx, desk.clock, actor, desk.rules, case_id)


def release_claim(desk: ReviewDesk, case_id: int) -> None:
    """Give a case back. Drafts stay. Raises `NotFound`, `UsageError` where it is not theirs."""
    with desk.acting() as (tx, actor):
        require_person(actor)
        steps.release_claim(tx, desk.clock, actor, case_id)


def _look(desk: ReviewDesk, without: Collection[str]) -> steps.Candidates:
    """Look before asking for the write lock: who waits for work never takes that, and who finds some has it briefly."""
    with read(desk.engine) as tx:
        actor = present(tx, desk.actor)
        reader = desk.reader(actor, left_out(tx, actor, without))
        if not seats_of(actor):
            require_permission(actor, Permission.CASE_DECIDE)
        require_at_work(tx, desk, actor)
        return steps.find_candidates(tx, actor, reader, desk.clock.now())
