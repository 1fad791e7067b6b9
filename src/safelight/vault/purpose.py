"""Purposes: what evidence may be opened for, and the permission that each takes."""

from enum import StrEnum
from typing import assert_never

from safelight.roles import Permission


class Purpose(StrEnum):
    """Why somebody opens evidence. There is no purpose beside these, and none that stands for any."""

    REVIEW = "review"
    REPORT = "report"
    HAND_OVER = "hand_over"
    CHECK = "check"


def needed_permission(purpose: Purpose) -> Permission:
    """Return the permission that opening evidence for this purpose takes."""
    match purpose:
        case Purpose.REVIEW:
            return Permission.EVIDENCE_REVIEW
        case Purpose.REPORT:
            return Permission.EVIDENCE_REPORT
        case Purpose.HAND_OVER:
            return Permission.EVIDENCE_HAND_OVER
        case Purpose.CHECK:
            return Permission.EVIDENCE_CHECK
        case _:  # pragma: no cover - the type checker proves that every purpose has its case
            assert_never(purpose)
