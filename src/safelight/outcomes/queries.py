"""Questions about actions, contacts and outcomes. All are read-only, and tell nothing of what is sealed."""

from collections.abc import Iterator
from datetime import datetime

from safelight.database.transaction import Tx
from safelight.errors import InvalidValue, NotFound
from safelight.outcomes.action import Action
from safelight.outcomes.contact import LARGEST_CONTACT_ID, Contact, check_contact_id
from safelight.outcomes.outcome import Outcome, OutcomeKind
from safelight.outcomes.sealed_text import SealedText
from safelight.outcomes.store import action_rows, contact_rows, outcome_rows, text_rows

LONGEST_PAGE = 1000


def page_outcomes(tx: Tx, *, report_id: int | None = None, after_id: int = 0, limit: int = 100) -> list[Outcome]:
    """Return up to `limit` outcomes whose number follows, the oldest first. Raises `InvalidValue` for no sense."""
    _check_page(after_id, limit)
    return outcome_rows.page(tx, report_id=report_id, after_id=after_id, limit=limit)


def find_outcome(tx: Tx, outcome_id: int) -> Outcome:
    """Return an outcome. Raises `NotFound`."""
    found = outcome_rows.find(tx, outcome_id) if 1 <= outcome_id <= LARGEST_CONTACT_ID else None
    if found is None:
        raise NotFound(f"There is no outcome {outcome_id}. `safelight outcome list` shows those that there are.")
    return found


def page_actions(tx: Tx, *, case_id: int | None = None, after_id: int = 0, limit: int = 100) -> list[Action]:
    """Return up to `limit` actions whose number follows, the oldest first. Raises `InvalidValue` for no sense."""
    _check_page(after_id, limit)
    return action_rows.page(tx, case_id=case_id, after_id=after_id, limit=limit)


def find_contact(tx: Tx, contact_id: int) -> Contact:
    """Return a contact. Raises `NotFound`, `InvalidValue` for what is no number of a contact."""
    check_contact_id(contact_id)
    found = contact_rows.find(tx, contact_id)
    if found is None:
        raise missing_contact(contact_id)
    return found


def missing_contact(contact_id: int) -> NotFound:
    """Return the error that says that there is no such contact."""
    return NotFound(f"There is no contact {contact_id}. `safelight outcome contact list` shows those that there are.")


def page_contacts(
    tx: Tx,
    *,
    case_id: int | None = None,
    report_id: int | None = None,
    is_open: bool = False,
    after_id: int = 0,
    limit: int = 100,
) -> list[Contact]:
    """Return up to `limit` contacts whose number follows, the oldest first. Raises `InvalidValue` for no sense."""
    _check_page(after_id, limit)
    asked = {"case_id": case_id, "report_id": report_id}
    return contact_rows.page(tx, **asked, is_open=is_open, after_id=after_id, limit=limit)


def sealed_text(tx: Tx, text_id: str | None) -> SealedText:
    """Return a sealed text. Raises `NotFound` where there is none, or none any more."""
    found = None if text_id is None else text_rows.find(tx, text_id)
    if found is None:
        raise NotFound("Nothing is written there, or it was erased, for its time was over.")
    return found


def each_first_outcome(tx: Tx, since: datetime) -> Iterator[tuple[int, OutcomeKind, datetime]]:
    """Give, for each report and kind, when that was first learnt, of what was learnt since a moment."""
    return outcome_rows.each_first(tx, since)


def each_learnt(tx: Tx, since: datetime, until: datetime) -> Iterator[tuple[int, OutcomeKind, datetime]]:
    """Give the report, the kind and the moment of each outcome that was learnt in a time."""
    return outcome_rows.each_learnt(tx, since, until)


def each_acted(tx: Tx, since: datetime, until: datetime) -> Iterator[Action]:
    """Give the actions of a time, in the order of their numbers."""
    return action_rows.each_acted(tx, since, until)


def _check_page(after_id: int, limit: int) -> None:
    if not (1 <= limit <= LONGEST_PAGE and 0 <= after_id <= LARGEST_CONTACT_ID):
        raise InvalidValue(f"A page has 1 to {LONGEST_PAGE} rows, and they are counted from 1.")
