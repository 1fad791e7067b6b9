"""Contacts: what law enforcement or a court asked for, against a case or a report of it, each with its own clock."""

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum

from safelight.errors import AlreadyExists, InvalidValue
from safelight.outcomes.action import check_moment

LONGEST_AGENCY = 500
LONGEST_REFERENCE = 500
LONGEST_REMARKS = 4000
LARGEST_CONTACT_ID = 2**63 - 1


class ContactKind(StrEnum):
    """What a contact is."""

    PRESERVATION_REQUEST = "preservation_request"
    """To preserve for 90 days what a case has (18 U.S.C. 2703(f))."""
    RENEWAL = "renewal"
    """To preserve it for 90 days more."""
    SUBPOENA = "subpoena"
    SEARCH_WARRANT = "search_warrant"
    COURT_ORDER = "court_order"
    PRODUCTION = "production"
    """What was handed out."""
    DESTRUCTION_REQUEST = "destruction_request"
    """To destroy evidence. Nothing is destroyed by it: that takes an order of two persons (`vault.order`)."""
    INFORMAL_CONTACT = "informal_contact"
    FEEDBACK = "feedback"


class DueAlarm(StrEnum):
    """What somebody has been told of a contact's clock."""

    NONE = ""
    NEAR = "near"
    OVER = "over"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactText:
    """What of a contact is sealed: who asked, under what reference, and what there is to say. Never in `repr`."""

    agency: str = field(repr=False)
    reference: str = field(default="", repr=False)
    remarks: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewContact:
    """A contact that is to be written down. `report_id` is the report of the case that it was made against, if known.

    `renews_id` is the preservation request, or the renewal, that a renewal goes on from. `due_at` is by when something
    has to be done; without one, a preservation request is due when its holds end.
    """

    case_id: int
    kind: ContactKind
    received_at: datetime
    text: ContactText
    report_id: int | None = None
    renews_id: int | None = None
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """One contact as it stands. `text_id` names what is sealed of it, None once that was erased."""

    id: int
    case_id: int
    report_id: int | None
    kind: ContactKind
    renews_id: int | None
    received_at: datetime
    due_at: datetime | None
    recorded_at: datetime
    closed_at: datetime | None
    alarm: DueAlarm
    text_id: str | None

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something about it."""
        return self.closed_at is None


PRESERVING = frozenset({ContactKind.PRESERVATION_REQUEST, ContactKind.RENEWAL})
"""The kinds that hold evidence."""


def check_contact(new: NewContact, now: datetime) -> None:
    """Raise `InvalidValue` for a contact that cannot be kept as it is. A renewal alone renews something."""
    check_moment(new.received_at, now, "A contact")
    if new.due_at is not None and new.due_at.utcoffset() is None:
        raise InvalidValue("A contact is due at a moment with its zone, such as 2027-01-31T00:00:00Z.")
    if new.due_at is not None and new.due_at < new.received_at:
        raise InvalidValue("A contact cannot be due before it was received. Nothing was written down.")
    if (new.kind is ContactKind.RENEWAL) is (new.renews_id is None):
        raise InvalidValue(
            "A renewal names the preservation request that it renews, and nothing else does. Nothing was written down."
        )
    check_contact_text(new.text)


def check_contact_text(text: ContactText) -> None:
    """Raise `InvalidValue` for texts that are too long, or where nobody asked. What they say is not told."""
    if not text.agency.strip() or len(text.agency) > LONGEST_AGENCY:
        raise InvalidValue(f"Say which agency or court it was, in up to {LONGEST_AGENCY} characters.")
    if len(text.reference) > LONGEST_REFERENCE or len(text.remarks) > LONGEST_REMARKS:
        raise InvalidValue(
            f"A reference has up to {LONGEST_REFERENCE} characters and remarks up to {LONGEST_REMARKS}. Nothing was "
            "written down."
        )


def contact_text(text: ContactText) -> str:
    """Return what of a contact is sealed, as one text."""
    return json.dumps(asdict(text))


def read_contact_text(text: str) -> ContactText:
    """Return what was sealed."""
    return ContactText(**json.loads(text))


def check_contact_id(contact_id: int) -> None:
    """Raise `InvalidValue` for a number that no contact can have."""
    if not 1 <= contact_id <= LARGEST_CONTACT_ID:
        raise InvalidValue(f"{contact_id} is no number of a contact: they are counted from 1.")


def contact_target(contact_id: int) -> str:
    """Return how the audit log, and a hold's reference, name a contact: nothing that is sealed is in it."""
    return f"contact:{contact_id}"


def told_otherwise() -> AlreadyExists:
    """Return the error that says that a form wrote something else down before."""
    return AlreadyExists(
        "The form was sent before, and wrote something else down. Nothing more was written down. Look at what is "
        "there, and load the page again to add to it."
    )
