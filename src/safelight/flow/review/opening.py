"""Opening a case by hand: for what no scan and no complaint brought."""

from safelight.database.transaction import Tx
from safelight.errors import AlreadyExists, InvalidValue
from safelight.flow.review.desk import ReviewDesk
from safelight.notices.event import EventKind
from safelight.notices.steps import tell_event
from safelight.review import queries, steps
from safelight.review.case import About, ItemKind, Joined, NewItem, check_platform_id, check_reason
from safelight.roles import Permission
from safelight.vault.holding import require_living


def open_by_hand(
    desk: ReviewDesk, *, subject_id: str, content_id: str = "", evidence_id: str | None = None, reason: str
) -> Joined:
    """Open a case about an account, or join the one that is open, and add what a reviewer brings.

    `evidence_id` names evidence that was sealed before and is in no case. Raises `NotAllowed` without `case:write`,
    `InvalidValue`, `NotFound`, `UsageError` for evidence that is destroyed, `AlreadyExists` for that of another case.
    """
    check_reason(reason)
    if not subject_id:
        raise InvalidValue("A case that is opened by hand is about an account: name it by the platform's own id.")
    check_platform_id(subject_id, "account")
    check_platform_id(content_id, "content")
    with desk.acting(Permission.CASE_WRITE) as (tx, actor):
        joined = steps.open_or_join(tx, desk.clock, actor, About(subject_id=subject_id))
        if evidence_id is not None:
            _require_free(tx, evidence_id)
        new = NewItem(evidence_id=evidence_id, kind=ItemKind.HAND, content_id=content_id)
        steps.add_item(tx, desk.clock, actor, joined.case_id, new, reason=reason)
        if joined.is_new:
            tell_event(tx, desk.clock, EventKind.CASE_OPENED, {"case_id": joined.case_id, "verdict": "hand"})
        return joined


def _require_free(tx: Tx, evidence_id: str) -> None:
    require_living(tx, evidence_id)
    found = queries.find_item(tx, evidence_id)
    if found is not None:
        raise AlreadyExists(f"Evidence {evidence_id} belongs to case {found.case_id} already. Nothing was changed.")
