"""Checking the vault: every row, blob, key, byte and record against the others. Nothing is repaired by it."""

from collections.abc import Iterator

from safelight.audit import log
from safelight.database.transaction import write
from safelight.flow.installation import Installation
from safelight.roles import Actor, Permission, require_permission
from safelight.vault.checking import check_rows_alone, check_stored
from safelight.vault.checking_ledger import check_ledger
from safelight.vault.checking_opened import OpeningCheck
from safelight.vault.finding import Finding, FindingKind
from safelight.vault.removing_unknown import note_unknown, remove_unknown
from safelight.vault.vault import Vault

CHECK_REASON = "check of the vault"
"""The reason by which evidence is opened for a check, where the person who runs it gives none."""

_TARGET = "vault:all"


def check_vault(
    place: Installation,
    actor: Actor,
    *,
    reason: str = "",
    opens: bool = True,
    removes_unknown: bool = False,
) -> Iterator[Finding]:
    """Give what is wrong with the vault, as it is found; nothing where it is sound.

    With `opens` every piece of evidence is opened for the purpose `check` and read to its end; each has an entry in the
    audit log before that. The run has two: at its beginning, and at its end with the number of findings. Blobs that no
    row names are noted, and with `removes_unknown` removed where that was noted at least a day ago.

    Raises `NotAllowed`, `KeysUnusable`, `StoreUnusable`, `ClockWrong` and `DatabaseUnusable`: then it was not finished.
    """
    require_permission(actor, Permission.EVIDENCE_CHECK)
    _note(place, actor, "begin_check", reason, opens="yes" if opens else "no")
    count = 0
    for finding in _findings(place, actor, reason=reason, opens=opens):
        count += 1
        yield _settled(place, actor, finding, removes_unknown=removes_unknown)
    _note(place, actor, "finish_check", reason, findings=count)


def _findings(place: Installation, actor: Actor, *, reason: str, opens: bool) -> Iterator[Finding]:
    yield from check_rows_alone(place.engine, place.keys, place.clock)
    yield from check_stored(place.engine, place.blobs)
    yield from check_ledger(place.engine, place.blobs, place.keys, place.clock)
    if opens:
        vault = Vault(blobs=place.blobs, keys=place.keys, clock=place.clock)
        why = reason or CHECK_REASON
        yield from OpeningCheck(engine=place.engine, vault=vault, keys=place.keys, actor=actor, reason=why).run()


def _settled(place: Installation, actor: Actor, finding: Finding, *, removes_unknown: bool) -> Finding:
    """Return a finding as it stands after what may be done about it: only about blobs that no row names."""
    if finding.kind is not FindingKind.BLOB_UNKNOWN:
        return finding
    blob_id = finding.subject.removeprefix("blob:")
    if removes_unknown and remove_unknown(place.engine, place.blobs, place.clock, actor, blob_id):
        return Finding(kind=finding.kind, subject=finding.subject, detail="removed now")
    note_unknown(place.engine, place.clock, actor, blob_id)
    return finding


def _note(place: Installation, actor: Actor, verb: str, reason: str, **details: int | str) -> None:
    with write(place.engine) as tx:
        log.write(tx, clock=place.clock, actor=actor, verb=verb, target=_TARGET, reason=reason, details=details)
