"""What arrived becomes media."""

from safelight.intake.content import MemoryContent, take_digests
from safelight.intake.media import Answer, Origin, Subject
from safelight.intake.steps import accept


def test_media_has_its_size_digests_time_origin_and_subject(clock) -> None:
    content = MemoryContent(data=b"benign")
    origin = Origin(platform_content_id="c-1", viewed_before_intake=Answer.NO)
    media = accept(clock, content, origin, Subject(id="account-7"))
    assert (media.size_bytes, media.digests, media.arrived_at) == (6, take_digests(content), clock.now())
    assert (media.origin, media.subject, media.part) == (origin, Subject(id="account-7"), None)


def test_what_the_platform_did_not_tell_is_unknown_never_no() -> None:
    assert Origin().viewed_before_intake is Origin().publicly_available is Answer.UNKNOWN


def test_each_media_has_an_id_of_its_own(clock) -> None:
    content = MemoryContent(data=b"")
    assert accept(clock, content, Origin()).id != accept(clock, content, Origin()).id
