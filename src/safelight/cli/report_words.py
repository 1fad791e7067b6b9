"""Where a report stands, in plain words: what its authority said last, what comes next, and who has to do what."""

from collections.abc import Iterator
from typing import Annotated

from cyclopts import Parameter

from safelight.cli.moments import minute
from safelight.flow.reporting.standing import ReportStanding
from safelight.reporting.attempt import AttemptState
from safelight.reporting.call import Call, CallOutcome
from safelight.reporting.report import Report, ReportState

Was = Annotated[
    str | None,
    Parameter(help="The content that you read, as `report preview` names it: no other is taken for it."),
]

_STANDS = {
    ReportState.DRAFT: "It is being written. Nothing was sent.",
    ReportState.APPROVAL_DUE: "It is complete, and waits for approval. Nothing was sent.",
    ReportState.APPROVED: "It is approved, and waits to be filed.",
    ReportState.FILING: "It is on its way: the authority may have a part of it.",
    ReportState.HAND_OVER_DUE: "It is made, and waits for a person to hand it over. It is not filed before that.",
    ReportState.FILED: "The authority has it.",
    ReportState.TRIED: "A test host has it. That counts as nothing: nobody was told.",
    ReportState.FAILED: "It was NOT filed, as far as is known here.",
    ReportState.WITHDRAWN: "It was given up, and is not filed.",
}

_WHY = {ReportState.DRAFT: "Given back, because", ReportState.FILING: "Why it waits"}

_TO_BE_READ = frozenset({ReportState.DRAFT, ReportState.APPROVAL_DUE})

_OUTCOMES = {
    CallOutcome.INTENDED: "no answer is on record: whether it arrived, nobody here knows",
    CallOutcome.DONE: "it did it",
    CallOutcome.REFUSED: "it refused",
    CallOutcome.UNANSWERED: "no answer that can be relied on",
}

_AT_THE_AUTHORITY = {
    AttemptState.OPENING: "It may be open at the authority: its name for it never came.",
    AttemptState.OPEN: "It is OPEN at the authority, and not finished.",
    AttemptState.FINISHING: "Whether the authority has finished it is not known yet.",
}


def standing_lines(standing: ReportStanding) -> Iterator[str]:
    """Yield a report's standing, a sentence or two a line."""
    report = standing.report
    yield f"Report {report.id} of case {report.case_id} to {report.destination}: {report.state.value}"
    yield f"  {_STANDS[report.state]}"
    if standing.digest and report.state in _TO_BE_READ:
        yield f"  What it says now is content {standing.digest}"
    if report.is_test and report.state is not ReportState.TRIED:
        yield "  It goes to a test host, and counts as nothing."
    yield from (f"  {each}" for each in _past(report))
    if standing.open_attempt is not None:
        named = f" Its name there: {standing.open_attempt.authority_id}" if standing.open_attempt.authority_id else ""
        yield f"  {_AT_THE_AUTHORITY[standing.open_attempt.state]}{named}"
    if standing.last_call is not None:
        said = standing.last_call
        yield f"  Said last: {call_words(said)} (word for word: safelight report call {report.id} {said.id})"
    if report.failure:
        yield f"  {_WHY.get(report.state, 'Why it failed')}: {report.failure}"
    yield from (f"  {each}" for each in _next(standing))
    yield f"  To do: {_to_do(standing)}"


def call_words(call: Call) -> str:
    """Say what a call came to, without anything that was sent."""
    told = [_OUTCOMES[call.outcome]]
    told += [f"HTTP {call.http_status}"] if call.http_status is not None else []
    told += [f"code {call.code}"] if call.code is not None else []
    told += [f"request {call.request_id}"] if call.request_id else []
    at = call.answered_at or call.intended_at
    return f"{call.kind.value} at {minute(at)} UTC: {', '.join(told)}"


def _past(report: Report) -> Iterator[str]:
    yield f"drafted {minute(report.drafted_at)} UTC, with our reference {report.mark}"
    if report.follows_id is not None:
        yield f"follows report {report.follows_id}"
    if report.completed_by:
        yield f"completed by {report.completed_by}"
    if report.approved_at is not None and report.approved_by:
        yield f"approved by {report.approved_by}, {minute(report.approved_at)} UTC"
    if report.tries:
        yield f"begun to be filed {report.tries} times"
    if report.filed_at is not None:
        yield f"receipt {report.receipt}, {minute(report.filed_at)} UTC"


def _next(standing: ReportStanding) -> Iterator[str]:
    if standing.report.withdrawal:
        yield "Somebody asked that it is given up: a worker retracts it, unless it is filed already."
    if standing.is_in_work:
        yield "A worker is at it now."
    elif standing.due_at is not None:
        yield f"A worker takes it up at {minute(standing.due_at)} UTC, or as soon as one runs after that."
    if standing.hindrance:
        yield f"What is in the way: {standing.hindrance}"


def _to_do(standing: ReportStanding) -> str:
    report = standing.report
    this = report.id
    match report.state:
        case ReportState.DRAFT:
            return f"see what it lacks (safelight report completeness {this}), then complete it."
        case ReportState.APPROVAL_DUE:
            who = ", ".join(sorted(standing.approvers)) or "nobody yet: give somebody report:approve"
            return f"approve or return it. Who may: {who}."
        case ReportState.FAILED:
            return (
                f"correct it (safelight report edit {this}); or, if nothing was wrong with what it says, safelight "
                f"report retry {this} --reason …; or withdraw it. If its authority says that it has it: safelight "
                f"report receipt {this} --receipt … --reason …"
            )
        case ReportState.HAND_OVER_DUE:
            return f"hand it over, then: safelight report hand-over {this} --receipt … --reason …"
        case ReportState.FILING if report.failure:
            return f"set its destination right, or ask its authority; then: safelight report retry {this} --reason …"
        case ReportState.APPROVED | ReportState.FILING:
            return "what is in the way." if standing.hindrance else "nothing, while a worker runs (safelight worker)."
        case _:
            return "nothing."
