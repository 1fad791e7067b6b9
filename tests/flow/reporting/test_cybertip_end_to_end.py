"""From a decided case to the receipt of the CyberTipline, over HTTP, and to a second report about the same account."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from safelight.access.queries import person_actor
from safelight.database.transaction import read, write
from safelight.errors import InvalidValue
from safelight.flow.reporting import drafting
from safelight.flow.reporting.desk import ReportDesk
from safelight.flow.reporting.filing import Filing
from safelight.jobs.worker import Worker
from safelight.outbound.address import read_networks
from safelight.outbound.outlet import Outlet
from safelight.reporting.destinations.ncmec.cybertip import CyberTip
from safelight.reporting.destinations.ncmec.setup import read_setup
from safelight.reporting.report import Report, ReportState
from safelight.review.exposure import steps as exposure
from safelight.review.exposure.level import Level
from safelight.review.exposure.limits import Limits
from safelight.testing.authority import FakeAuthority, State, fake_authority
from safelight.testing.decided_cases import DecidedCase, add_decided_case
from safelight.vault.hold import HoldKind
from safelight.vault.holding import active_holds
from safelight.vault.manifest import SealedOrigin, Told

SETUP = b"""{
  "environment": "test", "username": "fake-user", "password": "fake-password", "root": "%s",
  "reporter": {"reportingPerson": {"firstName": "Safety desk", "email": [{"text": "safety@example.org"}]}},
  "espService": "Example Pictures", "sharesHashes": true
}"""


ANN = 4711
"""The number of the person who is shown something, in the log of that."""


@dataclass
class Counted:
    """A destination at a fake whose reports count as those at the real host do: only so a hold begins."""

    to: CyberTip
    is_test: bool = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self.to, name)


@dataclass
class Bureau:
    office: Any
    authority: FakeAuthority
    to: Counted
    folder: Path

    def case(self, *files: bytes, viewed_before_intake: Told = Told.NO) -> DecidedCase:
        """Return a decided case about the same account each time."""
        origin = SealedOrigin(
            original_file_name="holiday.png",
            uploaded_at=self.office.clock.now() - timedelta(days=2),
            ip_address="192.0.2.7",
            viewed_before_intake=viewed_before_intake,
        )
        with read(self.office.place.engine) as tx:
            ann = person_actor(tx, "ann")
        return add_decided_case(
            self.office.place, ann, self.folder, files, subject_id="account 9", told={"origin": origin}
        )

    @property
    def desk(self) -> ReportDesk:
        return replace(self.office.desk(), find=lambda _: self.to, needs_another=False)

    def approved(self, case_id: int) -> Report:
        report = drafting.draft_report(self.desk, case_id, "ncmec")
        drafting.complete_report(self.desk, report.id)
        drafting.approve_report(self.desk, report.id)
        return report

    def run(self) -> None:
        office = self.office
        filing = Filing(vault=office.vault, find=lambda _: self.to, actor=office.operator, tell=office.told.append)
        Worker(office.place.engine, office.clock, filing.handlers(), name="one", tell=office.told.append).run_due()

    def show_whole(self, evidence_id: str) -> None:
        """Let ann see a whole original, a picture of one frame."""
        engine, clock = self.office.place.engine, self.office.clock
        with write(engine) as tx:
            ann = person_actor(tx, "ann")
            for level in Level:
                wanted = exposure.Reveal(
                    evidence_id=evidence_id, level=level, frame=0, categories=frozenset(), reason="To decide"
                )
                opened = exposure.open_exposure(tx, clock, ann, ANN, house=Limits(cap_seconds=6000), wanted=wanted)
                exposure.deliver(tx, clock, ann, opened.id, ANN, frame_count=1, is_sound=True)
                exposure.confirm_shown(tx, clock, ann, opened.id, ANN)


@pytest.fixture
def bureau(office: Any, tmp_path: Path) -> Iterator[Bureau]:
    with fake_authority(clock=office.clock) as authority:
        to = CyberTip(
            name="ncmec",
            setup=read_setup(SETUP % authority.address.encode()),
            outlet=Outlet(),
            clock=office.clock,
            let_through=read_networks(["127.0.0.1"]),
        )
        yield Bureau(office, authority, Counted(to), tmp_path / "spool")


def test_a_decided_case_is_reported_whole_and_a_second_report_names_the_first(bureau: Bureau) -> None:
    office, authority = bureau.office, bureau.authority
    seen, unseen = b"a picture that ann saw", b"a picture that nobody saw"
    case = bureau.case(seen, unseen)
    bureau.show_whole(case.evidence_ids[0])
    report = bureau.approved(case.case_id)
    bureau.run()

    filed = office.find(report.id)
    (finished,) = authority.reports(State.FINISHED)
    assert (filed.state, filed.receipt) == (ReportState.FILED, str(finished.report_id))
    viewed = {each.md5: each.described.findtext("fileViewedByEsp") for each in finished.files}
    assert viewed == {hashlib.md5(seen).hexdigest(): "true", hashlib.md5(unseen).hexdigest(): "false"}
    assert [each.described.findtext("industryClassification") for each in finished.files] == ["A1", "A1"]
    assert {each.described.findtext("originalFileHash[@hashType='MD5']") for each in finished.files} == set(viewed)
    assert finished.texts("personOrUserReported/espIdentifier") == ["account 9"]
    assert finished.texts("personOrUserReported/ipCaptureEvent/ipAddress") == ["192.0.2.7"]
    assert report.mark in finished.texts("additionalInfo")[0]
    with read(office.place.engine) as tx:
        for evidence_id in case.evidence_ids:
            holds = active_holds(tx, evidence_id, office.clock.now())
            assert HoldKind.REPORT in [hold.kind for hold in holds]

    office.clock.advance(days=1)
    second = bureau.case(b"another picture of the same account", viewed_before_intake=Told.UNKNOWN)
    bureau.approved(second.case_id)
    bureau.run()
    follower = authority.reports(State.FINISHED)[-1]
    assert follower.texts("personOrUserReported/priorCTReports") == [str(finished.report_id)]
    (file,) = follower.files
    assert file.described.findtext("fileViewedByEsp") is None
    told = [each.text for each in file.described.iterfind("additionalInfo")]
    assert any("It is left open whether this company viewed" in each for each in told)
    assert authority.orphans() == []


def test_what_a_person_wrote_that_cannot_be_sent_is_told_before_anything_is_opened(bureau: Bureau) -> None:
    case = bureau.case(b"a picture")
    report = drafting.draft_report(bureau.desk, case.case_id, "ncmec")
    read = drafting.read_content(bureau.desk, report.id)
    changed = replace(read.paper, report={**read.paper.report, "additionalInfo": " "})
    drafting.edit_report(bureau.desk, report.id, changed, was=read.digest)
    with pytest.raises(InvalidValue, match=r"report/additionalInfo: This is blank\."):
        drafting.complete_report(bureau.desk, report.id)
    assert bureau.authority.reports() == []


def test_what_lies_at_one_kind_of_host_is_never_asked_of_another(bureau: Bureau) -> None:
    office, authority = bureau.office, bureau.authority
    report = bureau.approved(bureau.case(b"a picture").case_id)
    authority.faults.next("finish", "cut_after")
    authority.faults.next("retract", "cut_before")
    bureau.run()
    calls = authority.counts.total()
    bureau.to.is_test = True  # the operator sets the same destination up for the test host
    office.clock.advance(hours=1)
    bureau.run()
    assert authority.counts.total() == calls
    assert office.find(report.id).state is ReportState.FILING
    assert "another kind of host" in office.told[-1]
    bureau.to.is_test = False
    office.clock.advance(hours=1)
    bureau.run()
    assert office.find(report.id).state is ReportState.FILED
    assert len(authority.reports(State.FINISHED)) == 1
