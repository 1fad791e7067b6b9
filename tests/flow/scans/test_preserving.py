"""What has to be known later about media goes into its manifest, and sealing tries again when others came between."""

from datetime import UTC, datetime

import pytest

from safelight.clock import SystemClock
from safelight.database.engine import Engine
from safelight.errors import UsageError
from safelight.flow.scans.preserving import SpooledArrival, manifest_of, preserve
from safelight.intake.content import MemoryContent
from safelight.intake.media import Answer, Digests, Media, Origin, Subject
from safelight.roles import Actor
from safelight.vault.evidence import Evidence
from safelight.vault.manifest import Told
from safelight.vault.sealable import PreparedStale

AT = datetime(2026, 11, 24, tzinfo=UTC)


def _media() -> Media:
    origin = Origin(
        platform_content_id="c1",
        original_file_name="a.jpg",
        uploaded_at=AT,
        ip_address="192.0.2.7",
        port=443,
        location_url="https://example.org/a",
        publicly_available=Answer.YES,
        viewed_before_intake=Answer.NO,
    )
    digests = Digests(md5=b"m" * 16, sha1=b"s" * 20, sha256=b"d" * 32)
    return Media(size_bytes=3, digests=digests, arrived_at=AT, origin=origin)


def test_a_manifest_holds_everything_that_the_platform_told(actor: Actor) -> None:
    media = _media()
    manifest = manifest_of(media, sealed_by=actor, subject=Subject(id="account 7"))
    assert (manifest.media_id, manifest.size_bytes, manifest.arrived_at) == (media.id, 3, AT)
    assert (manifest.md5, manifest.sha1, manifest.sha256) == ("6d" * 16, "73" * 20, "64" * 32)
    assert (manifest.subject_id, manifest.sealed_by, manifest.matches) == ("account 7", actor.name, ())
    told = manifest.origin
    assert (told.platform_content_id, told.original_file_name, told.uploaded_at) == ("c1", "a.jpg", AT)
    assert (told.ip_address, told.port, told.location_url) == ("192.0.2.7", 443, "https://example.org/a")
    assert (told.publicly_available, told.viewed_before_intake) == (Told.YES, Told.NO)


def test_what_nobody_told_stays_unknown(actor: Actor) -> None:
    digests = Digests(md5=bytes(16), sha1=bytes(20), sha256=bytes(32))
    manifest = manifest_of(Media(size_bytes=0, digests=digests, arrived_at=AT), sealed_by=actor, subject=None)
    assert manifest.subject_id == ""
    assert manifest.origin.viewed_before_intake is Told.UNKNOWN
    assert manifest.origin.uploaded_at is None


def test_a_spooled_arrival_gives_the_bytes_that_were_spooled() -> None:
    arrival = SpooledArrival(content=MemoryContent(data=b"abc"))
    assert arrival.stamp is None
    with arrival.open() as content:
        assert content.read(0, 3) == b"abc"


EVIDENCE = Evidence(id="e" * 32, size_bytes=1, sealed_at=AT)


class _Overtaken:
    """A vault in which others come between so many times."""

    def __init__(self, times: int) -> None:
        self.left, self.prepared, self.clock = times, 0, SystemClock()

    def prepare(self, *_: object) -> str:
        self.prepared += 1
        return "prepared"

    def seal(self, *_: object) -> Evidence:
        if self.left:
            self.left -= 1
            raise PreparedStale("others were quicker")
        return EVIDENCE


def test_sealing_is_prepared_anew_when_others_came_between(engine: Engine, actor: Actor) -> None:
    vault = _Overtaken(2)
    assert preserve(engine, vault, actor, None, None) == EVIDENCE
    assert vault.prepared == 3


def test_sealing_gives_up_with_a_sentence_when_others_never_stop(engine: Engine, actor: Actor) -> None:
    with pytest.raises(UsageError, match="Nothing was sealed"):
        preserve(engine, _Overtaken(1000), actor, None, None)
