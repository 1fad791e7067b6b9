"""`safelight report draft | edit | complete | completeness | preview`: writing a report, and looking at it."""

import json
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from safelight.app import Workspace as House
from safelight.cli.destination_route import Jurisdiction, Service, find_routed
from safelight.cli.given_file import read_json
from safelight.cli.options import Workspace
from safelight.cli.report_words import Was
from safelight.cli.voice import Voice, printable
from safelight.cli.workspace import open_named
from safelight.errors import InvalidValue
from safelight.flow.reporting import drafting
from safelight.flow.reporting.previewing import preview_report, weigh_report
from safelight.reporting.paper import Paper, read_paper

FAULTY = 1
"""The exit status of `completeness` for a report that cannot be sent as it is."""

From = Annotated[
    Path | None,
    Parameter(name="--from", help="JSON of what it says, as `report show --json` writes it; `-` is standard input."),
]


def draft(
    case: int,
    /,
    *,
    to: Annotated[str | None, Parameter(help="The destination. Else the routing table decides.")] = None,
    follows: Annotated[
        int | None, Parameter(help="An earlier report of the same case, which this one adds to.")
    ] = None,
    from_: From = None,
    jurisdiction: Jurisdiction = None,
    service: Service = None,
    workspace: Workspace = None,
) -> int:
    """Draft a report of a decided case, with what this house knows of it. Nothing is sent."""
    paper = None if from_ is None else _paper(read_json(from_))
    house = open_named(workspace)
    name = to if to is not None else _routed(house, case, jurisdiction, service)
    report = drafting.draft_report(house.report_desk(), case, name, paper=paper, follows_id=follows)
    Voice().say(f"Report {report.id} is drafted, to {report.destination}. Nothing was sent.")
    _tell_lacks(house, report.id)
    return 0


def edit(report: int, /, *, from_: From = None, was: Was = None, workspace: Workspace = None) -> int:
    """Put other words in the place of a report's; it is a draft then. See `report show --json` for what it says.

    What that writes names the content that it was read from: where somebody changed that since, nothing is done.
    """
    if from_ is None:
        raise InvalidValue("Name what it shall say: --from FILE, or - for standard input. Nothing was changed.")
    given, house = read_json(from_), open_named(workspace)
    drafting.edit_report(house.report_desk(), report, _paper(given), was=was or _read_from(given))
    Voice().say(f"Report {report} is a draft.")
    _tell_lacks(house, report)
    return 0


def complete(report: int, /, *, was: Was = None, workspace: Workspace = None) -> int:
    """Say that a report is complete: it waits for approval."""
    drafting.complete_report(open_named(workspace).report_desk(), report, was=was)
    Voice().say(f"Report {report} is complete, and waits for approval: safelight report approve {report}")
    return 0


def completeness(report: int, /, *, workspace: Workspace = None) -> int:
    """Say what a report lacks: what keeps it from being sent, and what an investigator would miss.

    Exit status: 0, or 1 for a report that cannot be sent as it is.
    """
    return FAULTY if _tell_lacks(open_named(workspace), report) else 0


def preview(report: int, /, *, workspace: Workspace = None) -> int:
    """Print a report as its authority would read it now. Names that the authority gives are 1. Nothing is sent."""
    told = preview_report(open_named(workspace).report_desk(), report)
    _say_document(told.document)
    for _, description in told.descriptions:
        _say_document(description)
    Voice(stderr=True).say(f"To complete or approve this and no other: --was {told.digest}")
    return 0


def _routed(house: House, case: int, jurisdiction: str | None, service: str | None) -> str:
    found = find_routed(house, case, jurisdiction, service)
    name = found.destination
    if found.route is not None:
        Voice().say(f"Line {found.route.place} of the routing table leads to {name}.")
    return name


def _tell_lacks(house: House, report_id: int) -> bool:
    """Say what a report lacks, and return whether it has faults."""
    found, voice = weigh_report(house.report_desk(), report_id), Voice()
    voice.say(f"Complete: {found.completeness.score} of 100.")
    for fault in found.faults:
        voice.say(f"  cannot be sent: {printable(str(fault).encode())}")
    for want in found.completeness.lacks:
        voice.say(f"  lacks {want.path}: {want.why}")
    return bool(found.faults)


def _read_from(given: object) -> str | None:
    """Return the content that `report show --json` names; None for a file of the words alone."""
    content = given.get("content") if isinstance(given, dict) and "paper" in given else None
    return content if isinstance(content, str) else None


def _paper(given: object) -> Paper:
    told = given.get("paper", given) if isinstance(given, dict) else given
    return read_paper(json.dumps(told).encode())


def _say_document(document: bytes) -> None:
    for line in document.decode("utf-8", "replace").splitlines():
        Voice().say(printable(line.encode()))
