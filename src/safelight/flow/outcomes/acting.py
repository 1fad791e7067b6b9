"""What a platform did about an account or content, as it tells us. This house does none of it."""

import hashlib
import hmac
import json
from datetime import UTC

from safelight.flow.outcomes.desk import OutcomeDesk
from safelight.outcomes import queries, steps
from safelight.outcomes.action import Action, NewAction, check_action
from safelight.review.measure_queries import find_case_about
from safelight.review.queries import find_case
from safelight.roles import Permission


def tell_action(desk: OutcomeDesk, new: NewAction) -> tuple[int, bool]:
    """Write down what a platform did; return its number, and whether it is new: the same one, told twice, is one.

    It is put to the case that it names, else to the newest that has the content, else to the newest about the account,
    if there is one. Raises `NotAllowed` without `action:write`, `InvalidValue`, `NotFound` for a case that there is
    not, `UsageError` where it was told otherwise, `KeysNotExported`, `KeysUnusable`.
    """
    check_action(new, desk.clock.now())
    same_key = _same_key(desk.secret(), new)
    with desk.acting(Permission.ACTION_WRITE) as (tx, actor):
        case_id = new.case_id
        if case_id is None:
            case_id = find_case_about(tx, subject_id=new.subject_id, content_id=new.content_id)
        else:
            find_case(tx, case_id)
        return steps.add_action(tx, desk.clock, actor, new, case_id=case_id, same_key=same_key)


def list_actions(desk: OutcomeDesk, *, case_id: int | None = None, after_id: int = 0, limit: int = 100) -> list[Action]:
    """Return actions whose number follows, the oldest first. Raises `NotAllowed` without `outcome:read`."""
    with desk.asking() as tx:
        return queries.page_actions(tx, case_id=case_id, after_id=after_id, limit=limit)


def _same_key(secret: bytes, new: NewAction) -> bytes:
    """Return by what the same action is known: a keyed digest, which tells nothing to who has the database alone."""
    told = [new.kind.value, new.subject_id, new.content_id, new.acted_at.astimezone(UTC).isoformat()]
    return hmac.digest(secret, b"safelight/outcomes/action/" + json.dumps(told).encode(), hashlib.sha256)
