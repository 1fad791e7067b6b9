"""Checking: what of a paper cannot be sent. Limits are those of the form's slots; the rules here are between fields."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from safelight.reporting.destinations.package.model.account import Account, Victim
from safelight.reporting.destinations.package.model.file import ReportedFile
from safelight.reporting.destinations.package.model.incident import Incident
from safelight.reporting.destinations.package.model.place import Place
from safelight.reporting.destinations.package.model.report import PackageReport
from safelight.reporting.form.checking import Rules, record_faults
from safelight.reporting.form.fault import Fault
from safelight.reporting.form.tree import from_tree
from safelight.reporting.paper import Paper

FORM_NAME = "package/1"

_Record = TypeVar("_Record")


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a paper is: its records where it can be sent, and else what is in the way."""

    report: PackageReport | None = None
    files: tuple[ReportedFile, ...] = ()
    faults: tuple[Fault, ...] = ()


def check_paper(paper: Paper, now: datetime) -> Checked:
    """Read a paper and check it. Paths begin with `report`, and with `file[1]` for the first file."""
    if paper.form != FORM_NAME:
        return Checked(faults=(Fault(path="form", sentence=f"This is not of the form {FORM_NAME}. Draft it anew."),))
    report, faults = _record(PackageReport, paper.report, "report", now)
    files = []
    for place, each in enumerate(paper.files, start=1):
        file, more = _record(ReportedFile, each.details, f"file[{place}]", now)
        files.append(file)
        faults += more
    return Checked(faults=tuple(faults)) if faults else Checked(report=report, files=tuple(files))


def check_file(paper: Paper, evidence_id: str, now: datetime) -> tuple[ReportedFile, list[Fault]]:
    """Read and check what a paper says of one file; the record counts where there is no fault."""
    place = paper.evidence_ids.index(paper.file_of(evidence_id).evidence_id) + 1
    return _record(ReportedFile, paper.file_of(evidence_id).details, f"file[{place}]", now)


def _record(kind: type[_Record], tree: Mapping[str, object], path: str, now: datetime) -> tuple[_Record, list[Fault]]:
    grown = from_tree(kind, tree, path)
    faults = list(grown.faults) or record_faults(grown.record, kind, path, now=now, rules=RULES)
    return grown.record, faults


def _escalation(incident: Incident, path: str) -> Iterator[Fault]:
    if incident.is_imminent and incident.escalation is None:
        yield Fault(
            path=f"{path}/escalation",
            sentence="It is marked as an imminent danger. Say here why, for whoever reads it first.",
        )


def _names_a_place(place: Place, path: str) -> Iterator[Fault]:
    if not any((place.url, place.service, place.room, place.location, place.remarks)):
        yield Fault(path=path, sentence="This place has a kind and nothing else. Say where it is, or take it out.")


def _names_somebody(account: Account, path: str) -> Iterator[Fault]:
    if account == Account():
        yield Fault(path=path, sentence="This says nothing of anybody. Fill it in, or take it out.")


def _names_a_victim(victim: Victim, path: str) -> Iterator[Fault]:
    if victim == Victim():
        yield Fault(path=path, sentence="This says nothing of anybody. Fill it in, or take it out.")


RULES: Rules = {
    Incident: (_escalation,),
    Place: (_names_a_place,),
    Account: (_names_somebody,),
    Victim: (_names_a_victim,),
}
