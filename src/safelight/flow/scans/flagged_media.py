"""Complaints with media: it is scanned and becomes evidence in a case, whatever the banks say of it."""

from dataclasses import dataclass, replace

from safelight.flow.chain import ScanResult
from safelight.flow.review.desk import ReviewDesk
from safelight.flow.review.flagging import Flagged, Taken, add_complaint, check_complaint
from safelight.flow.review.grouping import veiled
from safelight.flow.scans.preserving import manifest_of, seal_matches, try_anew
from safelight.intake.media import Media, Subject
from safelight.notices.event import EventKind
from safelight.notices.steps import tell_event
from safelight.review import steps
from safelight.review.case import ItemKind, NewItem, about, new_item
from safelight.review.flag import NewFlag, flag_text
from safelight.review.sealed_text import TextPurpose
from safelight.roles import Actor, Permission, require_permission
from safelight.vault.manifest import Manifest
from safelight.vault.sealable import Sealable
from safelight.vault.vault import Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class FlaggedMedia:
    """Media that came with a complaint, spooled, and what scanning it found."""

    vault: Vault
    sealable: Sealable
    media: Media
    result: ScanResult
    subject_id: str = ""


def flag_media(desk: ReviewDesk, new: NewFlag, flagged: FlaggedMedia) -> Flagged:
    """Take in a complaint with media: it becomes evidence, held under review.

    Raises `NotAllowed` without `flag:write`, `InvalidValue`, `KeysNotExported`, `KeysUnusable`, `StoreUnusable`,
    `EvidenceDamaged`, `ClockWrong`.
    """
    require_permission(desk.actor, Permission.FLAG_WRITE)  # before anything is placed
    check_complaint(new, flagged.subject_id)
    sealed, secret = desk.seal(TextPurpose.FLAG, flag_text(new)), desk.secret()
    likeness = veiled(secret, flagged.result)
    manifest = _manifest(desk.actor, flagged)

    def seal() -> Flagged:
        prepared = flagged.vault.prepare(desk.engine, flagged.sealable, manifest)
        key = prepared.content_digest
        subject = about(flagged.subject_id, key)
        with desk.acting(Permission.FLAG_WRITE) as (tx, actor):
            # The case first, as in `settling`: whoever closes one locks it before its evidence.
            joined = steps.open_or_join(tx, desk.clock, actor, subject)
            evidence = flagged.vault.seal(tx, _may_seal(actor), prepared)
            group_id = steps.find_group(tx, desk.clock, desk.rules, media_key=key, likeness=likeness)
            item = replace(_item(new, flagged.result, evidence.id), media_key=key, group_id=group_id)
            tell_event(tx, desk.clock, EventKind.EVIDENCE_SEALED, {"evidence_id": evidence.id})
            taken = Taken(subject=subject, item=item, sealed=sealed, is_new_case=joined.is_new)
            return add_complaint(tx, desk, actor, new, taken)

    return try_anew(seal)


def _item(new: NewFlag, result: ScanResult, evidence_id: str) -> NewItem:
    """Return what is added: with its matches if it has any, else as a complaint alone."""
    plain = steps.flag_item(category=new.category, content_id=new.content_id)
    matched = new_item(evidence_id, result.matches, content_id=new.content_id, omitted=result.matches_omitted)
    kind = matched.kind if result.matches else ItemKind.FLAG
    return replace(matched, kind=kind, categories=plain.categories | matched.categories)


def _manifest(actor: Actor, flagged: FlaggedMedia) -> Manifest:
    subject = Subject(id=flagged.subject_id) if flagged.subject_id else None
    manifest = manifest_of(flagged.media, sealed_by=actor, subject=subject)
    return replace(manifest, matches=seal_matches(flagged.result.matches))


def _may_seal(actor: Actor) -> Actor:
    """Return who complains as who may seal: to complain of media is to ask that it be preserved."""
    return replace(actor, permissions=actor.permissions | {Permission.EVIDENCE_SEAL, Permission.HOLD_WRITE})
