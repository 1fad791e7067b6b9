"""Cases to try the console with: an installation takes in painted pictures, complaints and a case opened by hand.

Nothing here is a photograph, and nobody is in any picture. Everything goes the way that it goes in service.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from io import BytesIO

from safelight.app import Workspace
from safelight.app.scanner import Scanner
from safelight.banks.entry import NewEntry
from safelight.flow.banks import edits as banks
from safelight.flow.review.flagging import flag
from safelight.flow.review.opening import open_by_hand
from safelight.flow.scans.arrivals import Arrivals, Arrived
from safelight.flow.scans.preserving import SpooledArrival
from safelight.hashing.signal import Signal
from safelight.intake.media import Origin, Subject
from safelight.intake.spool import Spool
from safelight.intake.spooled import Spooled
from safelight.review.flag import CameFrom, Category, NewFlag
from safelight.testing.alterations import ALTERATIONS
from safelight.testing.films import make_film
from safelight.testing.synthetic import paint

BANK = "demo-list"
"""The bank that the uploads match."""

_MOST_BYTES = 1 << 26
_PAGES, _FILM = "pages", "film"
"""What makes a file of several paintings, beside the ordinary alterations of one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """An upload of the demo: a painting, what was made of it (`as-png`: nothing), and whose it is; "" for nobody."""

    subject_id: str
    painting: int
    alteration: str = "as-png"


UPLOADS = (
    Upload(subject_id="demo-4711", painting=1),
    Upload(subject_id="demo-4711", painting=1, alteration="recompressed"),
    Upload(subject_id="demo-4711", painting=2, alteration="resized"),
    Upload(subject_id="demo-4712", painting=1, alteration="resized"),
    Upload(subject_id="demo-4712", painting=3, alteration="brightened"),
    Upload(subject_id="demo-4713", painting=2),
    Upload(subject_id="demo-4713", painting=4, alteration="mirrored"),
    Upload(subject_id="", painting=5),
    Upload(subject_id="demo-4714", painting=3, alteration=_PAGES),
    Upload(subject_id="demo-4714", painting=6, alteration=_FILM),
)
"""What is uploaded, in this order: exact and near matches, likes within and across cases, several pages, a video."""

_LISTED = (
    *(Upload(subject_id="", painting=number) for number in range(1, 6)),
    Upload(subject_id="", painting=6, alteration=_FILM),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoCases:
    """The cases that there are now: of uploads by whose they are (see `UPLOADS`), a complaint's, and one by hand."""

    by_subject: Mapping[str, int]
    complaint: int
    by_hand: int


def fill_cases(house: Workspace) -> DemoCases:
    """Fill an installation that has keys and a copy of them with a bank and cases. Takes a few seconds.

    Raises as scanning, sealing and flagging do; do it once for an installation.
    """
    with house.open_spool() as spool:
        with house.hasher(1) as hasher:
            _fill_bank(house, spool, hasher)
        with house.scanner([BANK], workers=1) as scanner, house.arrivals(scanner) as arrivals:
            by_subject = {upload.subject_id: _take_in(house, spool, arrivals, upload) for upload in UPLOADS}
    return DemoCases(by_subject=by_subject, complaint=_complain(house), by_hand=_open_by_hand(house))


def picture_of(upload: Upload) -> bytes:
    """Return the file that an upload is."""
    return _picture(upload.painting, upload.alteration)


@cache
def _picture(painting: int, alteration: str) -> bytes:
    """Make a file, once in a process: what is listed comes again as an upload."""
    if alteration not in {_FILM, _PAGES}:
        return ALTERATIONS[alteration](_painted(painting)).data
    paintings = [_painted(painting + 100 * number) for number in range(4)]
    if alteration == _FILM:
        return make_film(paintings)
    held = BytesIO()
    paintings[0].save(held, "tiff", save_all=True, append_images=paintings[1:])
    return held.getvalue()


_painted = cache(paint)


def _fill_bank(house: Workspace, spool: Spool, hasher: Scanner) -> None:
    banks.create_bank(house.engine, house.clock, house.actor, name=BANK)
    for listed in _LISTED:
        with _spooled(spool, listed) as spooled:
            answers = hasher.scan(SpooledArrival(content=spooled, origin=Origin())).answers
        signals = [answer for answer in answers if isinstance(answer, Signal)]
        entries = [_entry(listed.painting, signal) for signal in signals]
        banks.add_entries(house.engine, house.clock, house.actor, bank=BANK, entries=entries)


def _entry(number: int, signal: Signal) -> NewEntry:
    return NewEntry(
        signal_type=signal.type.value,
        value=signal.value,
        label="first" if number % 2 else "second",
        label_scheme="demo",
        note=f"painting {number}",
    )


def _take_in(house: Workspace, spool: Spool, arrivals: Arrivals, upload: Upload) -> int:
    """Take an upload in and return its case. Raises `RuntimeError` where it made none."""
    content_id = f"upload-{UPLOADS.index(upload) + 1}"
    subject = Subject(id=upload.subject_id) if upload.subject_id else None
    with _spooled(spool, upload) as spooled:
        arrived = Arrived(spooled=spooled, origin=Origin(platform_content_id=content_id), subject=subject)
        answer = arrivals.take_in(house.actor, arrived)
    if answer.case_id is None:
        raise RuntimeError(f"The demo's {content_id} matched nothing.")
    return answer.case_id


@contextmanager
def _spooled(spool: Spool, upload: Upload) -> Iterator[Spooled]:
    with spool.receive([picture_of(upload)], max_bytes=_MOST_BYTES) as spooled:
        yield spooled


def _complain(house: Workspace) -> int:
    told = NewFlag(
        came_from=CameFrom.USER,
        category=Category.ENTICEMENT,
        content_id="chat-88",
        complainant="demo-9001",
        place="room 12",
        words="Somebody here asks pupils for pictures and wants them to move to another app.",
        deadline_at=house.clock.now() + timedelta(days=2),
    )
    return flag(house.review_desk(), told, subject_id="demo-4715").case_id


def _open_by_hand(house: Workspace) -> int:
    desk, reason = house.review_desk(), "A partner service called about this account."
    return open_by_hand(desk, subject_id="demo-4716", content_id="profile", reason=reason).case_id
