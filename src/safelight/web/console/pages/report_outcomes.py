"""What came of a report: outcomes, what law enforcement and courts asked for, and what the platform did."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from starlette.responses import Response

from safelight.database.transaction import read
from safelight.errors import AlreadyExists, InvalidValue, NotAllowed, NotFound, UsageError
from safelight.flow.outcomes.acting import list_actions, tell_action
from safelight.flow.outcomes.contacts import add_contact, close_contact, list_contacts, read_contact
from safelight.flow.outcomes.learning import add_outcome, list_outcomes, read_remarks
from safelight.intake.media import Answer
from safelight.outcomes.action import Action, ActionKind, NewAction
from safelight.outcomes.contact import PRESERVING, Contact, ContactKind, ContactText, NewContact
from safelight.outcomes.outcome import NewOutcome, Outcome, OutcomeKind, Part
from safelight.reporting.queries import find_report
from safelight.reporting.report import Report
from safelight.review.queries import find_case
from safelight.roles import Permission
from safelight.web.console.door import Door
from safelight.web.console.form import Form
from safelight.web.console.moments import read_moment
from safelight.web.console.visit import Visit

MOST_AFTER = 200
"""So many outcomes, contacts and actions a page shows of a report. Where there are more it says so."""

_MOST_TO_RENEW = 1000
_Word = TypeVar("_Word", bound=StrEnum)


@dataclass(frozen=True, slots=True, kw_only=True)
class After:
    """What came after a report, the oldest first: its outcomes, and the contacts and actions of its case.

    Of each there is one more than is shown where there are more than that.
    """

    outcomes: Sequence[Outcome]
    contacts: Sequence[Contact]
    actions: Sequence[Action]
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """Something that is written down about a report: what it takes, and what does it and returns what is told then."""

    permission: Permission
    do: Callable[[Visit, Report], str]


def add_report_outcomes(door: Door) -> None:
    """Add the pages: for each thing that can be written down one that asks and one that does it, and two to read."""
    for name, addition in _ADDITIONS.items():
        _add(door, name, addition)

    @door.page("GET", "/reports/{report:int}/outcomes/{outcome:int}", Permission.OUTCOME_READ)
    def show_outcome(visit: Visit) -> Response:
        report, number = _report(visit), visit.request.path_params["outcome"]
        told = list_outcomes(visit.outcomes, report_id=report.id, after_id=max(number - 1, 0), limit=1)
        if not told or told[0].id != number:
            raise NotFound(f"Report {report.id} has no outcome {number}. Its page lists those that it has.")
        remarks = read_remarks(visit.outcomes, number) if told[0].text_id else ""
        return visit.see("report_outcome.html", report=report, outcome=told[0], remarks=remarks)

    @door.page("GET", "/reports/{report:int}/contacts/{contact:int}", Permission.OUTCOME_READ)
    def show_contact(visit: Visit) -> Response:
        report, contact, text = _contact(visit)
        return visit.see("report_contact.html", report=report, contact=contact, text=text, now=visit.clock.now())

    @door.page("POST", "/reports/{report:int}/contacts/{contact:int}/close", Permission.OUTCOME_WRITE)
    def close(visit: Visit) -> Response:
        report, contact, _ = _contact(visit)
        close_contact(visit.outcomes, contact.id)
        return visit.go(f"/reports/{report.id}", "outcomes.closed")


def read_after_report(visit: Visit, report: Report) -> After | None:
    """Return what came after a report; None for whoever may not read it."""
    if Permission.OUTCOME_READ not in visit.actor.permissions:
        return None
    return After(
        outcomes=list_outcomes(visit.outcomes, report_id=report.id, limit=MOST_AFTER + 1),
        contacts=list_contacts(visit.outcomes, case_id=report.case_id, limit=MOST_AFTER + 1),
        actions=list_actions(visit.outcomes, case_id=report.case_id, limit=MOST_AFTER + 1),
        now=visit.clock.now(),
    )


def _add(door: Door, name: str, addition: Addition) -> None:
    path = f"/reports/{{report:int}}/{name}"

    @door.page("GET", path, addition.permission)
    def ask(visit: Visit) -> Response:
        return visit.see(f"report_{name}_add.html", **_offers(visit))

    @door.page("POST", path, addition.permission)
    def do(visit: Visit) -> Response:
        try:
            done = addition.do(visit, _report(visit))
        except (AlreadyExists, InvalidValue, NotAllowed, NotFound, UsageError) as error:
            return visit.see_fault(f"report_{name}_add.html", "add", error, **_offers(visit))
        return visit.go(f"/reports/{_report(visit).id}", done)


def _add_outcome(visit: Visit, report: Report) -> str:
    form = visit.form
    new = NewOutcome(
        report_id=report.id,
        kind=_word(OutcomeKind, form.text("kind")),
        part=_word(Part, form.text("part")),
        learnt_at=_moment(form, "learnt_at"),
        remarks=form.text("remarks"),
    )
    _, is_new = add_outcome(visit.outcomes, new)
    return "outcomes.outcome" if is_new else "outcomes.outcome_was_there"


def _add_contact(visit: Visit, report: Report) -> str:
    form = visit.form
    renews = form.numbers("renews") if form.text("renews") else [None]
    text = ContactText(agency=form.text("agency"), reference=form.text("reference"), remarks=form.text("remarks"))
    new = NewContact(
        case_id=report.case_id,
        report_id=report.id,
        kind=_word(ContactKind, form.text("kind")),
        received_at=_moment(form, "received_at"),
        due_at=read_moment(form.text("due_at")),
        renews_id=renews[0],
        text=text,
    )
    add_contact(visit.outcomes, new, once=form.once())
    return "outcomes.contact"


def _add_action(visit: Visit, report: Report) -> str:
    form = visit.form
    new = NewAction(
        case_id=report.case_id,
        kind=_word(ActionKind, form.text("kind")),
        acted_at=_moment(form, "acted_at"),
        subject_id=form.text("subject"),
        content_id=form.text("content"),
        user_told=_word(Answer, form.text("user_told")),
    )
    _, is_new = tell_action(visit.outcomes, new)
    return "outcomes.action" if is_new else "outcomes.action_was_there"


_ADDITIONS: Mapping[str, Addition] = {
    "outcome": Addition(permission=Permission.OUTCOME_WRITE, do=_add_outcome),
    "contact": Addition(permission=Permission.OUTCOME_WRITE, do=_add_contact),
    "action": Addition(permission=Permission.ACTION_WRITE, do=_add_action),
}
"""What can be written down, by the last part of its address."""


def _offers(visit: Visit) -> dict[str, Any]:
    report = _report(visit)
    with read(visit.engine) as tx:
        subject = find_case(tx, report.case_id).about.subject_id
    may_read = Permission.OUTCOME_READ in visit.actor.permissions
    contacts = list_contacts(visit.outcomes, case_id=report.case_id, limit=_MOST_TO_RENEW) if may_read else []
    return {
        "report": report,
        "subject": subject if Permission.CASE_READ in visit.actor.permissions else "",
        "outcomes": tuple(OutcomeKind),
        "parts": tuple(Part),
        "contacts": tuple(ContactKind),
        "renewable": [each for each in contacts if each.kind in PRESERVING],
        "actions": tuple(ActionKind),
        "answers": tuple(Answer),
    }


def _report(visit: Visit) -> Report:
    with read(visit.engine) as tx:
        return find_report(tx, visit.request.path_params["report"])


def _contact(visit: Visit) -> tuple[Report, Contact, ContactText | None]:
    """Return the contact that the address names, of the case of the report that it names. Raises `NotFound`."""
    report, number = _report(visit), visit.request.path_params["contact"]
    for each in list_contacts(visit.outcomes, case_id=report.case_id, after_id=max(number - 1, 0), limit=1):
        if each.id == number:
            return report, each, read_contact(visit.outcomes, number)[1] if each.text_id else None
    raise NotFound(f"There is no contact {number} about report {report.id}. Its page lists those that there are.")


def _moment(form: Form, name: str) -> datetime:
    found = read_moment(form.text(name))
    if found is None:
        raise InvalidValue("Say when it was, in UTC. Nothing was written down.")
    return found


def _word(words: type[_Word], given: str) -> _Word:
    if given not in set(words):
        raise InvalidValue("Choose what it was. Nothing was written down.")
    return words(given)
