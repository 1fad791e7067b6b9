"""Wants: what a report to the CyberTipline should say, how much each weighs, and what an investigator does with it.

What tells where it happened weighs most: of over 8 % of what industry reported in 2024 that could not be told (facts,
review-and-reporting.md 1.10). Nothing of it is compulsory. A paper may be wrong in places: it is read as far
as it goes.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from safelight.reporting.completeness import Want
from safelight.reporting.destinations.ncmec.drafting import ESCALATION
from safelight.reporting.destinations.ncmec.model.incident import IncidentType
from safelight.reporting.form.tree import Tree
from safelight.reporting.paper import Paper

_REPORTED = "report/personOrUserReported[1]"
_CHATS = ("chatImIncident", "onlineGamingIncident", "emailIncident", "newsgroupIncident", "cellPhoneIncident")
_WITH_A_CHILD = frozenset(
    {
        IncidentType.ENTICEMENT.value,
        IncidentType.TRAFFICKING.value,
        IncidentType.SEX_TOURISM.value,
        IncidentType.MOLESTATION.value,
        IncidentType.UNSOLICITED_OBSCENE_MATERIAL.value,
    }
)
"""Types of incidents in which a child is somebody whom the account met, spoke to or sent something to."""
_SPOKEN = frozenset({IncidentType.ENTICEMENT.value, IncidentType.TRAFFICKING.value})


@dataclass(frozen=True, slots=True)
class _Reading:
    """What a paper says, as far as it has the shape of the form."""

    paper: Paper

    def records(self, *names: str) -> list[Tree]:
        """Return the records at a path below the report, all of those that stand there several times."""
        found: list[Any] = [self.paper.report]
        for name in names:
            below = [each.get(name) for each in found if isinstance(each, Mapping)]
            found = [each for some in below for each in (some if isinstance(some, list) else [some])]
        return [each for each in found if isinstance(each, Mapping)]

    @property
    def incident_type(self) -> str:
        told = _first(self.records("incidentSummary"), "incidentType")
        return told if isinstance(told, str) else ""

    @property
    def escalation(self) -> str:
        told = _first(self.records("incidentSummary"), "escalateToHighPriority")
        return told if isinstance(told, str) else ""


def wants_of(paper: Paper) -> tuple[Want, ...]:
    """Return what this paper should say, by the type of its incident, and whether it does."""
    reading = _Reading(paper)
    return (*_of_account(reading), *_of_incident(reading), *_of_files(paper), *_of_reporter(reading))


def _of_account(reading: _Reading) -> Iterator[Want]:
    accounts = reading.records("personOrUserReported")
    people = reading.records("personOrUserReported", "personOrUserReportedPerson")
    captures = [
        *reading.records("personOrUserReported", "ipCaptureEvent"),
        *(each.get("ipCaptureEvent", {}) for each in _details(reading.paper)),
    ]
    yield Want(
        name="ip_with_time",
        path=f"{_REPORTED}/ipCaptureEvent[1]",
        weight=20,
        why="An IP address at a known time leads to a connection, and so to a place: most often it is the only way.",
        is_there=any(isinstance(each, Mapping) and each.get("ipAddress") and each.get("dateTime") for each in captures),
    )
    yield Want(
        name="account",
        path=f"{_REPORTED}/espIdentifier",
        weight=10,
        why="The account's own identifier is what legal process is asked by, and what joins reports about one person.",
        is_there=_has(accounts, "espIdentifier"),
    )
    yield Want(
        name="contact",
        path=f"{_REPORTED}/personOrUserReportedPerson/email[1]",
        weight=12,
        why="An e-mail address or a phone number of the account leads to other services, and often to a person.",
        is_there=_has(people, "email", "phone"),
    )
    yield Want(
        name="screen_name",
        path=f"{_REPORTED}/screenName",
        weight=6,
        why="A screen name or the address of a profile is how others know the account, and it is used elsewhere too.",
        is_there=_has(accounts, "screenName", "profileUrl", "displayName"),
    )
    yield Want(
        name="location",
        path=f"{_REPORTED}/estimatedLocation",
        weight=8,
        why="Where the account seems to be used says which authority the report goes to, where nothing better does.",
        is_there=_has(accounts, "estimatedLocation") or _has(people, "address"),
    )
    yield Want(
        name="account_state",
        path=f"{_REPORTED}/accountPermanentlyDisabled",
        weight=3,
        why="Whether the account is disabled, and its user told, says whether somebody may be destroying evidence.",
        is_there=_has(accounts, "accountPermanentlyDisabled", "accountTemporarilyDisabled"),
    )


def _of_incident(reading: _Reading) -> Iterator[Want]:
    yield Want(
        name="where",
        path="report/internetDetails[1]",
        weight=8,
        why="Where online it happened (a page, a chat, a game) is where an investigator looks, and what is preserved.",
        is_there=bool(reading.records("internetDetails")),
    )
    if reading.escalation:
        yield Want(
            name="escalation",
            path="report/incidentSummary/escalateToHighPriority",
            weight=12,
            why="Why a child may be in danger at this moment decides what is done within the hour.",
            is_there=bool(ESCALATION.sub("", reading.escalation).strip()),
        )
    if reading.incident_type in _WITH_A_CHILD:
        yield Want(
            name="child",
            path="report/victim[1]",
            weight=12,
            why="Who and where the child is, or who was written to, is what help for them begins with.",
            is_there=bool(reading.records("victim") or reading.records("intendedRecipient")),
        )
    if reading.incident_type in _SPOKEN:
        yield Want(
            name="chat",
            path="report/internetDetails[1]/chatImIncident/content",
            weight=10,
            why="The words themselves show what was asked of whom: a summary of them proves little.",
            is_there=any(_has(reading.records("internetDetails", form), "content") for form in _CHATS),
        )


def _of_files(paper: Paper) -> Iterator[Want]:
    """Give the wants of files. Each counts as there only where every file has it; a report without files has none."""
    details = _details(paper)
    if not details:
        return

    def want(name: str, field: str, weight: int, why: str, is_there: bool | None = None) -> Want:
        lacking = next((place for place, each in enumerate(details, start=1) if not _is_filled(each.get(field))), 1)
        is_all = all(_is_filled(each.get(field)) for each in details) if is_there is None else is_there
        return Want(name=name, path=f"fileDetails[{lacking}]/{field}", weight=weight, why=why, is_there=is_all)

    yield want(
        "upload_time",
        "uploadedToEspTimestamp",
        10,
        "When a file was uploaded is the time for which a provider is asked who had the IP address.",
    )
    yield want(
        "file_name",
        "originalFileName",
        2,
        "What a file was called links it to other devices and to other reports.",
    )
    yield want(
        "file_place",
        "locationOfFile",
        4,
        "Where the file was says what has to be taken down, and who else may have seen it.",
    )
    yield want(
        "public",
        "publiclyAvailable",
        3,
        "Whether everybody could reach the file decides on what may be looked at without a warrant.",
    )
    yield want(
        "hash",
        "originalFileHash",
        4,
        "The hash of the file as it was uploaded shows whether it is known, without anybody looking at it again.",
    )
    answered = all(each.viewed_before_intake.value != "unknown" for each in paper.files)
    yield want(
        "viewed",
        "fileViewedByEsp",
        4,
        "Whether the company viewed the whole file decides on whether it may be opened without a warrant (United "
        "States v. Wilson). It is answered from what was shown here, and from what the platform says of before.",
        is_there=answered,
    )


def _of_reporter(reading: _Reading) -> Iterator[Want]:
    yield Want(
        name="reporter_contact",
        path="report/reporter/contactPerson",
        weight=3,
        why="Whom to ask, at a role's address that lasts: people leave before an investigation ends.",
        is_there=bool(reading.records("reporter", "contactPerson")),
    )
    yield Want(
        name="legal_process",
        path="report/reporter/legalURL",
        weight=1,
        why="How legal process is served on the company spares weeks.",
        is_there=_has(reading.records("reporter"), "legalURL", "companyTemplate"),
    )


def _details(paper: Paper) -> Sequence[Tree]:
    return [each.details for each in paper.files]


def _has(records: Sequence[Tree], *names: str) -> bool:
    return any(_is_filled(each.get(name)) for each in records for name in names)


def _first(records: Sequence[Tree], name: str) -> object:
    return next((each[name] for each in records if name in each), None)


def _is_filled(value: object) -> bool:
    return value is not None and value not in ("", [], {})
