"""Questions about cases. All are read-only, show nothing of media, and may be asked by any door."""

from collections.abc import Sequence

from safelight.database.transaction import Tx
from safelight.errors import InvalidValue, NotFound
from safelight.review.case import LARGEST_CASE_ID, Case, CaseState, Item, check_case_id
from safelight.review.store import case_rows

LONGEST_PAGE = 1000
"""The most cases, or items of a case, that one page shows."""


def case_target(case_id: int) -> str:
    """Return how the audit log names a case."""
    return f"case:{case_id}"


def missing_case(case_id: int) -> NotFound:
    """Return the error that says that there is no such case."""
    return NotFound(f"There is no case {case_id}. `safelight case list` shows those that there are.")


def find_case(tx: Tx, case_id: int) -> Case:
    """Return a case. Raises `NotFound`, `InvalidValue` for what is no number of a case."""
    check_case_id(case_id)
    case = case_rows.find(tx, case_id)
    if case is None:
        raise missing_case(case_id)
    return case


def page_cases(
    tx: Tx, *, state: CaseState | None = None, subject_id: str | None = None, after_id: int = 0, limit: int = 100
) -> list[Case]:
    """Return up to `limit` cases whose number follows `after_id`, the oldest first; all that is None asks for any.

    Raises `InvalidValue` for a page of no sense.
    """
    _check_page(after_id, limit)
    return case_rows.page(tx, state=state, subject_id=subject_id, after_id=after_id, limit=limit)


def page_items(tx: Tx, case_id: int, *, after_id: int = 0, limit: int = 100) -> list[Item]:
    """Return up to `limit` items of a case, with what each matched, in the order in which they came.

    Raises `NotFound`, and `InvalidValue` for a page of no sense.
    """
    _check_page(after_id, limit)
    find_case(tx, case_id)
    return case_rows.page_items(tx, case_id, after_id=after_id, limit=limit)


def find_item(tx: Tx, evidence_id: str) -> Item | None:
    """Return the item of a case that evidence is; None where it belongs to none, such as what was sealed by hand."""
    return case_rows.find_item(tx, evidence_id)


def has_content(tx: Tx, case_id: int, content_id: str) -> bool:
    """Whether content, by the platform's own id, belongs to a case already."""
    return case_rows.has_content(tx, case_id, content_id)


def evidence_of(tx: Tx, case_id: int) -> list[str]:
    """Return the ids of all evidence of a case, in their own order."""
    return case_rows.evidence_of(tx, case_id)


def same_bytes(tx: Tx, evidence_id: str) -> list[str]:
    """Return the other evidence of the very same bytes that ever belonged to a case, also what was destroyed since."""
    return case_rows.same_bytes(tx, evidence_id)


def closed_among(tx: Tx, case_ids: Sequence[int]) -> set[int]:
    """Return those of these cases that were closed without a report."""
    return case_rows.closed_among(tx, case_ids)


def _check_page(after_id: int, limit: int) -> None:
    if not (1 <= limit <= LONGEST_PAGE and 0 <= after_id <= LARGEST_CASE_ID):
        raise InvalidValue(f"A page has 1 to {LONGEST_PAGE} rows, and they are counted from 1.")
