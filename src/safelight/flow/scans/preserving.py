"""Making evidence of what was spooled: its manifest, and the seal."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from safelight.database.engine import Engine
from safelight.database.transaction import write
from safelight.errors import UsageError
from safelight.intake.content import Content
from safelight.intake.media import Media, Origin, Subject
from safelight.intake.sources.interface import Stamp
from safelight.matching.match import Match
from safelight.notices.event import EventKind
from safelight.notices.steps import tell_event
from safelight.roles import Actor
from safelight.vault.evidence import Evidence
from safelight.vault.manifest import Manifest, SealedMatch, SealedOrigin, Told
from safelight.vault.sealable import PreparedStale, Sealable
from safelight.vault.vault import Vault

Made = TypeVar("Made")

_MOST_TRIES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class SpooledArrival:
    """What was sealed into the spool when it arrived, to be scanned from there."""

    content: Content
    name: bytes = b"-"
    origin: Origin = Origin()
    subject: Subject | None = None

    @property
    def stamp(self) -> Stamp | None:
        """What was spooled has no other state than the one it arrived in."""
        return None

    @contextmanager
    def open(self) -> Iterator[Content]:
        """Give the bytes, opened chunk by chunk as they are read."""
        yield self.content


def manifest_of(
    media: Media,
    *,
    sealed_by: Actor,
    subject: Subject | None,
    bank_ids: frozenset[int] | None = None,
    matches: tuple[Match, ...] = (),
) -> Manifest:
    """Return what has to be known later about media; neighbours and notes are the operator's to add."""
    origin = media.origin
    return Manifest(
        media_id=media.id,
        md5=media.digests.md5.hex(),
        sha1=media.digests.sha1.hex(),
        sha256=media.digests.sha256.hex(),
        size_bytes=media.size_bytes,
        arrived_at=media.arrived_at,
        sealed_by=sealed_by.name,
        origin=SealedOrigin(
            platform_content_id=origin.platform_content_id,
            original_file_name=origin.original_file_name,
            uploaded_at=origin.uploaded_at,
            ip_address=origin.ip_address,
            port=origin.port,
            location_url=origin.location_url,
            publicly_available=Told(origin.publicly_available.value),
            viewed_before_intake=Told(origin.viewed_before_intake.value),
        ),
        subject_id=subject.id if subject else "",
        bank_ids=None if bank_ids is None else tuple(sorted(bank_ids)),
        matches=seal_matches(matches),
    )


def bank_ids_of(manifest: Manifest) -> frozenset[int] | None:
    """Return the banks that bytes are to be matched against; None: every enabled one."""
    return None if manifest.bank_ids is None else frozenset(manifest.bank_ids)


def seal_matches(matches: Iterable[Match]) -> tuple[SealedMatch, ...]:
    """Return what a manifest says of matches: which entries, never their values."""
    return tuple(_seal_match(match) for match in matches)


def _seal_match(match: Match) -> SealedMatch:
    return SealedMatch(
        signal_type=match.signal_type.value,
        kind=match.kind.value,
        bank=match.bank_name,
        entry_id=str(match.entry_id),
        distance=match.distance,
        threshold=match.threshold,
        orientation=match.orientation,
    )


def preserve(engine: Engine, vault: Vault, actor: Actor, sealable: Sealable, manifest: Manifest) -> Evidence:
    """Seal what was spooled, without anything else that follows.

    Raises NotAllowed, KeysUnusable, StoreUnusable, ClockWrong or DatabaseUnusable; then nothing was sealed.
    """

    def seal() -> Evidence:
        prepared = vault.prepare(engine, sealable, manifest)
        with write(engine) as tx:
            evidence = vault.seal(tx, actor, prepared)
            tell_event(tx, vault.clock, EventKind.EVIDENCE_SEALED, {"evidence_id": evidence.id})
            return evidence

    return try_anew(seal)


def try_anew(act: Callable[[], Made]) -> Made:
    """Return what an act makes that first prepares and then writes in a transaction.

    The same content may be sealed, or its last copy destroyed, by others in between, or a key retired: then it is
    prepared anew.
    """
    for _ in range(_MOST_TRIES):
        try:
            return act()
        except PreparedStale:
            continue
    raise UsageError(
        "The same content is being sealed and destroyed again and again. Nothing was sealed; try again later."
    )
