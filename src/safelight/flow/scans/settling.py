"""What follows from a scan, the same for media that has just arrived and for media that waited.

A match becomes evidence, held, in an open case, in the group of its likes. What could not be scanned is treated by the
policy. Of all else nothing is left but a count and, where that is switched on, its signals for a stated time
(`flow.recent`). Whatever is written is written in one transaction, the request's answer and what others have to do
about it among it.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace

from safelight.database.engine import Engine
from safelight.database.transaction import Tx
from safelight.flow.chain import ScanResult
from safelight.flow.review.grouping import veiled
from safelight.flow.review.hash_path import try_path
from safelight.flow.scans.answer import ScanAnswer
from safelight.flow.scans.preserving import seal_matches, try_anew
from safelight.flow.scans.spool_room import USUAL_ROOM, SpoolRoom
from safelight.flow.scans.unscanned import HOLD_ALL, Policy, Treatment
from safelight.hashing.signal import NoSignal
from safelight.matching.match import Verdict
from safelight.review import steps as review
from safelight.review.case import about, new_item
from safelight.review.rules import ReviewRules
from safelight.roles import Actor, Permission
from safelight.vault.content_digest import digest_secret
from safelight.vault.keeping import Keeping
from safelight.vault.manifest import Manifest
from safelight.vault.sealable import Sealable
from safelight.vault.vault import Vault

MAY_PRESERVE = frozenset({Permission.EVIDENCE_SEAL, Permission.HOLD_WRITE})
"""What is done for whoever may scan: to scan is to ask that what matches be preserved."""

Also = Callable[[Tx, ScanAnswer], None]
"""What else happens in the transaction that seals or holds, such as a notice to the operator."""

Count = Callable[[ScanAnswer], None]
"""Takes note of one result. It must return at once and never raise."""

Record = Callable[[Tx, ScanAnswer], None]
"""Writes a request's answer down in the transaction of what follows from it."""

Writing = Callable[[], AbstractContextManager[Tx]]
"""Opens a write transaction."""

Keep = Callable[["Scanned"], None]
"""Takes note of media that matched nothing, once its answer is written. It must return at once and never raise."""


def nothing_else(_tx: Tx, _answer: ScanAnswer) -> None:
    """Let nothing else happen."""


def count_nothing(_answer: ScanAnswer) -> None:
    """Count nothing."""


def keep_nothing(_scanned: "Scanned") -> None:
    """Keep nothing of what did not match: what happens unless an operator switches it on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanned:
    """Media that was scanned, and how what follows is written.

    `id` names the request. `record` is None where nobody can ask for its answer later.
    """

    id: str
    engine: Engine
    sealable: Sealable
    manifest: Manifest
    result: ScanResult
    actor: Actor
    writing: Writing
    record: Record | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settling:
    """Does what follows from a scan."""

    vault: Vault
    keeping: Keeping
    policy: Policy = HOLD_ALL
    room: SpoolRoom = USUAL_ROOM
    count: Count = count_nothing
    also: Also = nothing_else
    keep: Keep = keep_nothing
    rules: ReviewRules = field(default_factory=ReviewRules)

    def settle(self, scanned: Scanned) -> ScanAnswer:
        """Do what follows from a scan, wholly or not at all, and return the answer.

        Raises KeysUnusable, StoreUnusable, ClockWrong, DatabaseUnusable, and what `record` raises: then nothing was
        done, and no answer given.
        """
        answer = self._settle(scanned)
        self.count(answer)
        return answer

    def _settle(self, scanned: Scanned) -> ScanAnswer:
        verdict = scanned.result.verdict
        if verdict.is_match:
            return try_anew(lambda: self._preserve(scanned))
        if verdict is Verdict.NOT_SCANNED:
            fault, treatment = self._treat(scanned)
            if treatment is Treatment.HOLD:
                return try_anew(lambda: self._hold(scanned, fault))
            return self._let_go(scanned, fault, treatment)
        answer = self._let_go(scanned)
        self.keep(scanned)
        return answer

    def _preserve(self, scanned: Scanned) -> ScanAnswer:
        result, clock = scanned.result, self.vault.clock
        manifest = replace(scanned.manifest, matches=seal_matches(result.matches))
        actor = replace(scanned.actor, permissions=scanned.actor.permissions | MAY_PRESERVE)
        prepared = self.vault.prepare(scanned.engine, scanned.sealable, manifest)
        likeness = veiled(digest_secret(scanned.engine, self.vault.keys, clock), result)
        with scanned.writing() as tx:
            # The case first: whoever closes one locks it before its evidence, and evidence before its bytes.
            joined = review.open_or_join(tx, clock, actor, about(manifest.subject_id, prepared.content_digest))
            evidence = self.vault.seal(tx, actor, prepared)
            key = prepared.content_digest
            item = new_item(
                evidence.id,
                result.matches,
                content_id=manifest.origin.platform_content_id,
                omitted=result.matches_omitted,
                media_key=key,
                group_id=review.find_group(tx, clock, self.rules, media_key=key, likeness=likeness),
            )
            item_id = review.add_item(tx, clock, actor, joined.case_id, item)
            answer = replace(
                _answer(scanned), evidence_id=evidence.id, case_id=joined.case_id, is_new_case=joined.is_new
            )
            self._write(tx, scanned, answer)
            self.also(tx, answer)
            try_path(tx, clock, self.rules, case_id=joined.case_id, item_id=item_id, matches=result.matches)
        return answer

    def _treat(self, scanned: Scanned) -> tuple[str, Treatment]:
        """Return the reason that decides and what is done. What is to be held is rejected where there is no room."""
        answers = scanned.result.answers
        faults = {each.reason.value for each in answers if isinstance(each, NoSignal) and each.reason.is_fault}
        fault, treatment = self.policy.decide(faults)
        is_kept = scanned.sealable.is_kept
        if treatment is Treatment.HOLD and not is_kept:
            has_room = self.room.has_room(scanned.engine, scanned.sealable.size_bytes)
            treatment = Treatment.HOLD if has_room else Treatment.REJECT
        return fault, treatment

    def _hold(self, scanned: Scanned, fault: str) -> ScanAnswer:
        sealable, spool_id = scanned.sealable, scanned.sealable.blob_id
        prepared = None if sealable.is_kept else self.keeping.prepare(sealable, scanned.manifest)
        with scanned.writing() as tx:
            if prepared is not None:
                self.keeping.keep_spool(tx, scanned.actor, prepared)
            self.keeping.hold_kept(tx, scanned.actor, spool_id, fault)
            answer = replace(_answer(scanned), fault=fault, treatment=Treatment.HOLD, spool_id=spool_id)
            self._write(tx, scanned, answer)
            self.also(tx, answer)
        return answer

    def _let_go(self, scanned: Scanned, fault: str = "", treatment: Treatment | None = None) -> ScanAnswer:
        """Leave nothing of media. Its spool is dropped by whoever spooled it; what waited is dropped here."""
        answer = replace(_answer(scanned), fault=fault, treatment=treatment)
        if scanned.record is not None or scanned.sealable.is_kept:
            with scanned.writing() as tx:
                if scanned.sealable.is_kept:
                    self.keeping.drop_kept(tx, scanned.actor, scanned.sealable.blob_id)
                self._write(tx, scanned, answer)
        return answer

    def _write(self, tx: Tx, scanned: Scanned, answer: ScanAnswer) -> None:
        if scanned.record is not None:
            scanned.record(tx, answer)


def _answer(scanned: Scanned) -> ScanAnswer:
    return ScanAnswer(id=scanned.id, verdict=scanned.result.verdict, result=scanned.result)
