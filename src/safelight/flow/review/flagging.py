"""Complaints: each opens a case or joins one, in one transaction. Those with media: `flow.scans.flagged_media`."""

import hashlib
import hmac
from dataclasses import dataclass

from safelight.database.transaction import Tx
from safelight.errors import InvalidValue
from safelight.flow.review.desk import ReviewDesk
from safelight.keys.kept import require_kept
from safelight.notices.event import EventKind
from safelight.notices.steps import tell_event
from safelight.review import steps
from safelight.review.case import About, NewItem, check_platform_id
from safelight.review.flag import NewFlag, check_flag, flag_text
from safelight.review.sealed_text import SealedText, TextPurpose
from safelight.roles import Actor, Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class Flagged:
    """What became of a complaint: its case, and the item that it is. `evidence_id` is None without media."""

    case_id: int
    item_id: int
    is_new_case: bool
    evidence_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a complaint adds, and to the case about what. `is_new_case`: that was opened for it a moment ago."""

    subject: About
    item: NewItem
    sealed: SealedText
    is_new_case: bool = False


def flag(desk: ReviewDesk, new: NewFlag, *, subject_id: str = "") -> Flagged:
    """Take in a complaint without media: about an account, or else about content, by the platform's own ids.

    Raises `NotAllowed` without `flag:write`, `InvalidValue` for one that is about nothing or too long,
    `KeysNotExported`, `KeysUnusable`, `ClockWrong`.
    """
    check_complaint(new, subject_id)
    if not (subject_id or new.content_id):
        raise InvalidValue("A complaint is about an account, content, or media. Say which. Nothing was taken in.")
    sealed = desk.seal(TextPurpose.FLAG, flag_text(new))
    subject = About(subject_id=subject_id) if subject_id else About(media_key=_content_key(desk.secret(), new))
    with desk.acting(Permission.FLAG_WRITE) as (tx, actor):
        item = steps.flag_item(category=new.category, content_id=new.content_id)
        return add_complaint(tx, desk, actor, new, Taken(subject=subject, item=item, sealed=sealed))


def add_complaint(tx: Tx, desk: ReviewDesk, actor: Actor, new: NewFlag, taken: Taken) -> Flagged:
    """Add a complaint to its case, in the caller's transaction, and tell of it. Its text was sealed before."""
    joined = steps.open_or_join(tx, desk.clock, actor, taken.subject)
    item_id = steps.add_flag(
        tx,
        desk.clock,
        actor,
        joined.case_id,
        new=taken.item,
        came_from=new.came_from,
        category=new.category,
        text=taken.sealed,
    )
    require_kept(desk.keys, taken.sealed.wrapped)
    if new.deadline_at is not None:
        steps.set_deadline(tx, desk.clock, actor, joined.case_id, new.deadline_at)
    if taken.is_new_case or joined.is_new:
        tell_event(tx, desk.clock, EventKind.CASE_OPENED, {"case_id": joined.case_id, "verdict": "flag"})
    return Flagged(
        case_id=joined.case_id,
        item_id=item_id,
        is_new_case=taken.is_new_case or joined.is_new,
        evidence_id=taken.item.evidence_id,
    )


def check_complaint(new: NewFlag, subject_id: str) -> None:
    """Raise `InvalidValue` for a complaint that cannot be kept as it is."""
    check_flag(new)
    check_platform_id(subject_id, "account")
    check_platform_id(new.content_id, "content")


def _content_key(secret: bytes, new: NewFlag) -> bytes:
    """Return by what a complaint about content of nobody known finds its case: a keyed digest of the content's id."""
    return hmac.digest(secret, b"safelight/content-id/" + new.content_id.encode(), hashlib.sha256)
