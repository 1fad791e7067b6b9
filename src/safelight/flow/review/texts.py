"""What people wrote about cases: drafts are saved, and what is sealed is opened to who may read it."""

from safelight.database.transaction import read
from safelight.errors import NotFound
from safelight.flow.review.acting import present
from safelight.flow.review.desk import ReviewDesk
from safelight.keys.kept import require_kept
from safelight.review import decision_queries, steps
from safelight.review.claim import require_person
from safelight.review.flag import FlagText, read_flag_text
from safelight.review.sealed_text import TextPurpose, open_text
from safelight.roles import Permission, require_permission


def save_draft(desk: ReviewDesk, case_id: int, text: str) -> bool:
    """Keep what somebody has written so far about a case, and let them have the case for longer if it is theirs.

    It is kept whoever has the case; whether it is theirs is returned. Raises `NotFound`, `NotAllowed`, `InvalidValue`
    for a text that is too long, `KeysNotExported`, `KeysUnusable`.
    """
    require_person(desk.actor)
    sealed = desk.seal(TextPurpose.DRAFT, text)
    with desk.acting(Permission.CASE_DECIDE) as (tx, actor):
        steps.save_draft(tx, desk.clock, actor, case_id, sealed)
        require_kept(desk.keys, sealed.wrapped)
        return steps.renew_claim(tx, desk.clock, actor, desk.rules, case_id)


def read_draft(desk: ReviewDesk, case_id: int) -> str:
    """Return what somebody has written about a case; "" for nothing. Nobody reads another's. Raises `NotAllowed`."""
    with read(desk.engine) as tx:
        actor = present(tx, desk.actor)
        require_permission(actor, Permission.CASE_DECIDE)
        sealed = decision_queries.sealed_draft(tx, actor, case_id)
    return "" if sealed is None else open_text(desk.keys, sealed)


def read_reasons(desk: ReviewDesk, decision_id: int) -> str:
    """Return the reasons of a decision that is to be seen. Raises `NotFound`, `NotAllowed`, `KeysUnusable`.

    Of the hash-confirmed path there are none: nobody decided.
    """
    with read(desk.engine) as tx:
        actor = present(tx, desk.actor)
        require_permission(actor, Permission.CASE_READ)
        decision = decision_queries.find_decision(tx, actor, decision_id)
        sealed = decision_queries.sealed_text(tx, decision.reasons_id)
    return open_text(desk.keys, sealed)


def read_flag(desk: ReviewDesk, item_id: int) -> FlagText:
    """Return who complained, where and in what words. Raises `NotFound`, `NotAllowed`, `KeysUnusable`."""
    with read(desk.engine) as tx:
        actor = present(tx, desk.actor)
        require_permission(actor, Permission.CASE_DECIDE)
        flag = decision_queries.find_flag(tx, item_id)
        if flag.text_id is None:
            raise NotFound("What the complaint said was erased, for its time was over.")
        sealed = decision_queries.sealed_text(tx, flag.text_id)
    return read_flag_text(open_text(desk.keys, sealed))
