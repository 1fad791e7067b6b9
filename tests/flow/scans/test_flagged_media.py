"""Media that somebody complained of becomes evidence in a case, whether or not a bank knows it."""

from contextlib import contextmanager
from dataclasses import replace

import pytest

from safelight.database.transaction import read, write
from safelight.errors import NotAllowed
from safelight.flow.review.desk import ReviewDesk
from safelight.flow.scans.flagged_media import FlaggedMedia, flag_media
from safelight.flow.scans.preserving import SpooledArrival
from safelight.intake.media import Media
from safelight.review import decision_queries, queries
from safelight.review.case import ItemKind
from safelight.review.flag import Category, NewFlag
from safelight.roles import Permission
from safelight.vault.holding import holds_of
from safelight.vault.purpose import Purpose

NEW = NewFlag(category=Category.INFANT, content_id="post 9", words="look at this")


@contextmanager
def _flagged(desk, data: bytes, subject: str = "account 7"):
    with desk.spool.receive([data], max_bytes=1 << 20) as spooled:
        media = Media(id="m", size_bytes=spooled.size_bytes, digests=spooled.digests, arrived_at=desk.clock.now())
        result = desk.scan(SpooledArrival(content=spooled))
        vault = desk.settling.vault
        yield FlaggedMedia(vault=vault, sealable=spooled, media=media, result=result, subject_id=subject)


def _desk(desk, actor) -> ReviewDesk:
    return ReviewDesk(engine=desk.engine, clock=desk.clock, actor=actor, keys=desk.place.keys)


@pytest.mark.parametrize("row", [(b"listed, and benign", ItemKind.EXACT, 1), (b"nobody lists it", ItemKind.FLAG, 0)])
def test_it_is_evidence_under_review_with_what_it_matched(desk, actor, told_events, row) -> None:
    data, kind, matches = row
    key = replace(actor, permissions=frozenset({Permission.FLAG_WRITE}))
    with _flagged(desk, data) as flagged:
        done = flag_media(_desk(desk, key), NEW, flagged)
    with read(desk.engine) as tx:
        (item,) = queries.page_items(tx, done.case_id)
        assert [hold.until_at for hold in holds_of(tx, done.evidence_id)] == [None]
        assert [flag.category for flag in decision_queries.flags_of(tx, done.case_id)] == [Category.INFANT]
    assert (item.kind, len(item.matches), item.evidence_id) == (kind, matches, done.evidence_id)
    assert item.media_key
    assert item.group_id is not None
    assert [kind for kind, _ in told_events()] == ["evidence_sealed", "case_opened"]
    with write(desk.engine) as tx:
        grant = flagged.vault.open(tx, actor, done.evidence_id, Purpose.REVIEW, "test")
    assert len(flagged.vault.manifest(desk.engine, grant).matches) == matches


def test_media_of_nobody_known_has_the_case_of_its_bytes(desk, actor) -> None:
    scanned = desk.take_in(actor, b"listed, and benign", subject="")
    with _flagged(desk, b"listed, and benign", subject="") as flagged:
        done = flag_media(_desk(desk, actor), NEW, flagged)
    assert (done.case_id, done.is_new_case) == (scanned.case_id, False)
    assert desk.stored() == 1


def test_it_takes_the_permission_before_anything_is_kept(desk, actor) -> None:
    less = replace(actor, permissions=actor.permissions - {Permission.FLAG_WRITE})
    with _flagged(desk, b"x") as flagged, pytest.raises(NotAllowed, match="flag:write"):
        flag_media(_desk(desk, less), NEW, flagged)
    assert desk.stored() == 0
