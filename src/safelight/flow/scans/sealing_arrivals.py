"""Preserving by hand: what a person names becomes evidence, held under review, without being scanned."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from safelight.database.engine import Engine
from safelight.errors import InvalidValue
from safelight.flow.scans.preserving import manifest_of, preserve
from safelight.intake.content import CHUNK_BYTES, Content, ContentLost
from safelight.intake.media import Media, Subject
from safelight.intake.sources.interface import Arrival, Unopenable
from safelight.intake.spool import ContentTooLarge, Spool
from safelight.intake.spooled import Spooled
from safelight.roles import Actor, Permission, require_permission
from safelight.vault.evidence import Evidence
from safelight.vault.manifest import Manifest
from safelight.vault.vault import Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class SealingDesk:
    """The parts that sealing takes, and who seals. `max_bytes`: no arrival may be longer."""

    engine: Engine
    vault: Vault
    spool: Spool
    actor: Actor
    max_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What the person who seals knows of the bytes. Empty where they do not say."""

    subject_id: str = ""
    content_id: str = ""
    media_type: str = ""
    notes: tuple[str, ...] = ()


def seal_arrival(desk: SealingDesk, arrival: Arrival, context: Context) -> Evidence:
    """Seal one arrival, in full or not at all.

    The bytes go into the sealed spool as they are read, and are never anywhere in the clear. Raises `InvalidValue`
    where they cannot be read, change meanwhile or are too many, `NotAllowed`, `KeysNotExported`, and the errors of
    keys, store, clock and database: then nothing was sealed.
    """
    require_permission(desk.actor, Permission.EVIDENCE_SEAL)
    try:
        with arrival.open() as content, desk.spool.receive(_pieces(content), max_bytes=desk.max_bytes) as spooled:
            content.check_unchanged()
            manifest = _manifest(desk, arrival, spooled, context)
            return preserve(desk.engine, desk.vault, desk.actor, spooled, manifest)
    except (Unopenable, ContentLost) as error:
        raise InvalidValue(f"It could not be read: {error}. Nothing of it was sealed.") from error
    except ContentTooLarge as error:
        raise InvalidValue(f"It is too long: {error}. Nothing of it was sealed; raise max_spool_mib.") from error


def _manifest(desk: SealingDesk, arrival: Arrival, spooled: Spooled, context: Context) -> Manifest:
    media = Media(
        size_bytes=spooled.size_bytes,
        digests=spooled.digests,
        arrived_at=desk.vault.clock.now(),
        origin=replace(arrival.origin, platform_content_id=context.content_id or arrival.origin.platform_content_id),
    )
    subject = Subject(id=context.subject_id) if context.subject_id else None
    manifest = manifest_of(media, sealed_by=desk.actor, subject=subject)
    return replace(manifest, media_type=context.media_type, notes=context.notes)


def _pieces(content: Content) -> Iterator[bytes]:
    return (content.read(offset, CHUNK_BYTES) for offset in range(0, content.size_bytes, CHUNK_BYTES))
