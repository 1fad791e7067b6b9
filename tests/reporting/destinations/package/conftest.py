"""A full report, its facts, a recipient with a key, and a folder in which packages are made."""

import hashlib
import tarfile
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pyrage
import pytest

from safelight.clock import FixedClock
from safelight.intake.content import MemoryContent
from safelight.intake.media import Answer, Origin
from safelight.reporting.destinations.interface import Done
from safelight.reporting.destinations.package.model.account import Account, OtherAccount, Victim
from safelight.reporting.destinations.package.model.address_seen import AddressSeen
from safelight.reporting.destinations.package.model.file import Classified, KnownBy, ReportedFile
from safelight.reporting.destinations.package.model.incident import Incident
from safelight.reporting.destinations.package.model.place import Place
from safelight.reporting.destinations.package.model.report import (
    ActionTaken,
    ComplaintTold,
    EarlierTold,
    LawEnforcement,
    PackageReport,
)
from safelight.reporting.destinations.package.package import PackageDestination
from safelight.reporting.destinations.package.setup import Language, PackageSetup
from safelight.reporting.destinations.package.words import (
    ActionKind,
    AddressUse,
    Detection,
    PlaceKind,
    Relation,
    TimeMeaning,
)
from safelight.reporting.facts import CaseFacts, Complaint, EarlierReport, FileFacts, MatchFact
from safelight.reporting.form.tree import to_tree
from safelight.reporting.paper import Paper, PaperFile
from safelight.review.decision import Annotation, IncidentType
from safelight.review.exposure.viewing import Viewed
from safelight.review.scheme import Classification
from safelight.testing.keys import MemoryKeys

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
MARK = "5f0c" * 8
CONTENTS = (b"first file " * 20_000, b"second file", b"")
VIEWED = Viewed(answer=Answer.NO, sentence="Nothing beyond the card of facts was delivered here.")


def at(day: int, hour: int = 9) -> datetime:
    return datetime(2026, 4, day, hour, 30, 15, tzinfo=UTC)


ADDRESS = AddressSeen(address="203.0.113.77", port=40123, seen_at=at(1), use=AddressUse.LOGIN, is_shared=True)
ACCOUNT = Account(
    service="Example Chat",
    id="u-7781",
    screen_name="night_owl",
    display_names=("Night Owl", "Owl & <b>Co</b>"),
    profile_urls=("https://chat.example/u/night_owl",),
    profile_text="first line\n\n    indented  line with   spaces",
    emails=("owl@example.org",),
    phones=("+1 555 0100",),
    addresses_seen=(ADDRESS, AddressSeen(address="2001:db8::7")),
    devices=("device 9a",),
    person_name="A. Person",
    date_of_birth=date(1990, 2, 3),
    age_years=36,
    postal_addresses=("1 Example Street\nExampletown",),
    remarks="seen since 2024",
)
FULL = PackageReport(
    summary="Two files were uploaded to a public room. A list knew one of them.",
    incident=Incident(
        type=IncidentType.CSAM,
        happened_at=at(1),
        time_meaning=TimeMeaning.UPLOAD,
        time_remarks="by the clock of the upload server",
        is_imminent=True,
        escalation="The account wrote that they would meet the child tomorrow.",
        service="Example Chat",
        detection=Detection.HASH_LIST,
        detected_at=at(2),
        decided_at=at(3),
    ),
    places=(
        Place(kind=PlaceKind.WEB_PAGE, url="https://chat.example/r/7?x=1&y=2"),
        Place(kind=PlaceKind.CHAT, service="Example Chat", room="room 7", location="main", remarks="public"),
    ),
    account=ACCOUNT,
    other_accounts=(OtherAccount(relation=Relation.CONTACT, account=Account(id="u-7782")),),
    victims=(Victim(account=Account(id="u-12", age_years=11), school="Example School", remarks="named in the chat"),),
    recipients=(Account(id="u-99"),),
    law_enforcement=LawEnforcement(
        agency="Example Police",
        case_number="EP-1",
        officer="Sgt. Example",
        email="sgt@police.example",
        phone="+1 555 0199",
        has_been_told=True,
        legal_process="warrant 7",
    ),
    complaints=(
        ComplaintTold(
            complained_at=at(2), category="grooming", place="room 7", content_id="m-1", words="they asked for pictures"
        ),
    ),
    actions=(ActionTaken(kind=ActionKind.ACCOUNT_CLOSED, done_at=at(3), remarks="for good"),),
    earlier=(EarlierTold(authority="ncmec", reference="10001", filed_at=at(1)),),
    remarks="Nothing else is known.",
)
FULL_FILE = ReportedFile(
    name="holiday.jpg",
    url="https://cdn.example/f/1",
    content_id="c-1",
    media_type="image/jpeg",
    uploaded_at=at(1),
    received_at=at(2),
    address_seen=ADDRESS,
    is_public=True,
    classification=Classified(scheme="ncmec", label="A1", meaning="what the scheme says"),
    annotations=frozenset({Annotation.VIRAL, Annotation.INFANT}),
    known_by=(KnownBy(list_name="example list", is_exact=False, signal_type="pdq", distance=12),),
    is_unreviewed=True,
    remarks="sent to a group",
)
FACTS = CaseFacts(
    case_id=1,
    subject_id="u-7781",
    opened_at=at(2),
    detected_at=at(2),
    decided_at=at(3),
    incident_type=IncidentType.CSAM,
    files=(
        FileFacts(
            evidence_id="e1",
            item_id=1,
            media_type="image/jpeg",
            size_bytes=3,
            md5="0" * 32,
            sha1="0" * 40,
            sha256="0" * 64,
            arrived_at=at(2),
            origin=Origin(
                platform_content_id="c-1",
                original_file_name="holiday.jpg",
                uploaded_at=at(1),
                ip_address="203.0.113.77",
                port=40123,
                location_url="https://cdn.example/f/1",
                publicly_available=Answer.NO,
                viewed_before_intake=Answer.NO,
            ),
            classification=Classification(scheme="ncmec", label="A1"),
            annotations=frozenset({Annotation.VIRAL}),
            matches=(MatchFact(bank_name="list", kind="near", signal_type="pdq", distance=12),),
            viewed=VIEWED,
        ),
    ),
    complaints=(Complaint(item_id=2, flagged_at=at(2), category="grooming", place="room 7", words="their words"),),
    earlier=(EarlierReport(report_id=3, destination="ncmec", receipt="10001", filed_at=at(1)),),
)


BRIEF = PackageReport(
    incident=Incident(type=IncidentType.CSAM, happened_at=at(1), time_meaning=TimeMeaning.OTHER),
    account=Account(id="night_owl"),
)
BRIEF_FILE = ReportedFile(name="holiday.jpg")


def paper_of(report: PackageReport = BRIEF, *files: ReportedFile) -> Paper:
    """Return a paper of a report whose files are `e1`, `e2` and so on."""
    told = enumerate(files, start=1)
    return Paper(
        form="package/1",
        report=to_tree(report),
        files=tuple(PaperFile(evidence_id=f"e{number}", details=to_tree(each)) for number, each in told),
    )


@dataclass
class Sender:
    """Somebody who makes packages, and the recipient's key. What a report may say is at hand here for the tests."""

    NOW, MARK, CONTENTS, VIEWED, FACTS, ACCOUNT = NOW, MARK, CONTENTS, VIEWED, FACTS, ACCOUNT
    FULL, FULL_FILE, BRIEF, BRIEF_FILE = FULL, FULL_FILE, BRIEF, BRIEF_FILE
    paper_of = staticmethod(paper_of)

    setup: PackageSetup
    identity: pyrage.x25519.Identity
    keys: MemoryKeys = field(default_factory=MemoryKeys)

    @property
    def folder(self) -> Path:
        return self.setup.folder

    def with_setup(self, **more) -> "Sender":
        return replace(self, setup=replace(self.setup, **more))

    def destination(self) -> PackageDestination:
        return PackageDestination(self.setup, name="police", keys=self.keys, clock=FixedClock(at=NOW))

    def made(self, to: PackageDestination, report: PackageReport = BRIEF, contents=CONTENTS) -> str:
        """Let a whole package be made; return its name."""
        name = self.packed(to, report, contents)
        assert to.finish(name) == Done(value=None, exchange=to_any)
        return name

    def packed(self, to: PackageDestination, report: PackageReport = BRIEF, contents=CONTENTS) -> str:
        """Let a package be made up to its finish; return its name."""
        paper = paper_of(report, *([FULL_FILE if report is FULL else BRIEF_FILE] * len(contents)))
        name = to.open(to.document(paper, MARK)).value
        for number, data in enumerate(contents, start=1):
            uploaded = to.upload(name, f"e{number}", MemoryContent(data=data)).value
            assert uploaded.md5 == hashlib.md5(data).hexdigest()
            more = {"evidence_id": f"e{number}", "authority_id": name, "file_id": uploaded.file_id}
            assert to.describe(to.description(paper, VIEWED, **more)) == Done(value=None)
        return name

    def bundle(self, name: str) -> Path:
        return self.folder / f"{name}.safelight-report.tar"

    def listed(self) -> list[str]:
        """Return the names of what lies in the folder, besides its own."""
        return sorted(each.name for each in self.folder.iterdir() if each.name != ".safelight-folder")

    def members(self, name: str) -> dict[str, bytes]:
        """Return the members of a package as they lie there, by their names in it."""
        with tarfile.open(self.bundle(name)) as archive:
            held = {each.name: archive.extractfile(each).read() for each in archive}
        assert {each.partition("/")[0] for each in held} == {f"safelight-report-{name}"}
        return {each.partition("/")[2]: data for each, data in held.items()}

    def opened(self, name: str) -> dict[str, bytes]:
        """Return what the recipient finds in a package."""
        sealed = {each: data for each, data in self.members(name).items() if each.endswith(".age")}
        return {each.removesuffix(".age"): pyrage.decrypt(data, [self.identity]) for each, data in sealed.items()}


class _Any:
    def __eq__(self, _other: object) -> bool:
        return True

    __hash__ = None


to_any = _Any()


@pytest.fixture
def sender(tmp_path: Path) -> Sender:
    """Somebody who sends packages to the police."""
    identity = pyrage.x25519.Identity.generate()
    folder = tmp_path / "packages"
    folder.mkdir()
    setup = PackageSetup(
        recipient_name="Example Police, cyber unit",
        recipient_keys=(str(identity.to_public()),),
        folder=folder,
        organisation="Example Platform",
        contact="trust@example.org",
        service="Example Chat",
        language=Language.ENGLISH,
        is_test=False,
    )
    return Sender(setup=setup, identity=identity)
