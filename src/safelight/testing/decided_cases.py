"""Decided cases of synthetic bytes, made by the functions that do it for real: what reports are drafted from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safelight.flow.installation import Installation
from safelight.flow.review.deciding import decide
from safelight.flow.review.desk import ReviewDesk
from safelight.flow.review.opening import open_by_hand
from safelight.review.decision import Annotation, Finding, IncidentType, Ruling
from safelight.review.rules import ReviewRules
from safelight.review.scheme import Classification
from safelight.review.second_reading import SecondReading
from safelight.roles import Actor
from safelight.testing.evidence import seal_bytes

_NOTHING: Mapping[str, Any] = {}
_READ_ONCE = ReviewRules(second=SecondReading(clearing=False, near_distance=256, share=0))


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedCase:
    """A case in which everything is confirmed, and its evidence in the order in which it was added."""

    case_id: int
    evidence_ids: tuple[str, ...]


def add_decided_case(
    place: Installation,
    reviewer: Actor,
    folder: Path,
    files: Sequence[bytes],
    *,
    subject_id: str,
    told: Mapping[str, Any] = _NOTHING,
) -> DecidedCase:
    """Seal files, open a case with them about a subject, and let the reviewer confirm all of it.

    `told` are further fields of each manifest. The reviewer may do all of that by their role, or is the machine's user.
    """
    sealed = tuple(seal_bytes(place, reviewer, folder, [data], told=told).id for data in files)
    desk = _desk(place, reviewer)
    cases = {
        open_by_hand(desk, subject_id=subject_id, evidence_id=each, reason="for a trial").case_id for each in sealed
    }
    confirm_case(place, reviewer, *cases)
    return DecidedCase(case_id=min(cases), evidence_ids=sealed)


def _desk(place: Installation, reviewer: Actor) -> ReviewDesk:
    return ReviewDesk(engine=place.engine, clock=place.clock, actor=reviewer, keys=place.keys, rules=_READ_ONCE)


def confirm_case(
    place: Installation,
    reviewer: Actor,
    case_id: int,
    *,
    incident_type: IncidentType = IncidentType.CSAM,
    annotations: frozenset[Annotation] = frozenset(),
    is_imminent: bool = False,
) -> None:
    """Let a reviewer confirm all that is due in a case; no second reader is asked for."""
    ruling = Ruling(
        finding=Finding.CONFIRMED,
        reasons="seen by eye",
        classification=Classification(scheme="ncmec", label="A1"),
        annotations=annotations,
        incident_type=incident_type,
        is_imminent=is_imminent,
    )
    decide(_desk(place, reviewer), case_id, ruling)
