"""Decisions: what a person finds of what belongs to a case. Nothing of one is ever changed; another supersedes it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from safelight.errors import InvalidValue
from safelight.review.case import CaseState, Item
from safelight.review.scheme import Classification, check_classification
from safelight.roles import ActorKind

LONGEST_REASONS = 4000


class Finding(StrEnum):
    """What somebody finds."""

    CONFIRMED = "confirmed"
    """It is what the law means, and is to be reported."""
    NOT_A_MATCH = "not_a_match"
    """It is not: the match, or the complaint, is mistaken."""
    OTHER_KIND = "other_kind"
    """It is not of this kind, and is for somebody else to see to: refer it."""
    UNSURE = "unsure"
    """They cannot say: a lead decides."""


class Seat(StrEnum):
    """In what part somebody decides."""

    FIRST = "first"
    SECOND = "second"
    LEAD = "lead"
    PATH = "path"
    """Nobody: the hash-confirmed path, which an operator has switched on."""


SEATS: dict[CaseState, Seat] = {
    CaseState.OPEN: Seat.FIRST,
    CaseState.REOPENED: Seat.FIRST,
    CaseState.SECOND_DUE: Seat.SECOND,
    CaseState.LEAD_DUE: Seat.LEAD,
}
"""Whom a case waits for, by its state. In the states that are missing it waits for nobody."""


class IncidentType(StrEnum):
    """What happened. A destination says how it names each (NCMEC has eight, of 18 U.S.C. 2258A)."""

    CSAM = "csam"
    TRAFFICKING = "trafficking"
    SEX_TOURISM = "sex_tourism"
    MOLESTATION = "molestation"
    MISLEADING_DOMAIN = "misleading_domain"
    MISLEADING_WORDS = "misleading_words"
    ENTICEMENT = "enticement"
    UNSOLICITED_OBSCENE = "unsolicited_obscene"


class Annotation(StrEnum):
    """What else is to be said of a file (the ten of NCMEC's `fileAnnotations`)."""

    DRAWN_OR_ANIMATED = "drawn_or_animated"
    POTENTIAL_MEME = "potential_meme"
    VIRAL = "viral"
    POSSIBLE_SELF_PRODUCTION = "possible_self_production"
    PHYSICAL_HARM = "physical_harm"
    VIOLENCE_GORE = "violence_gore"
    BESTIALITY = "bestiality"
    LIVE_STREAMING = "live_streaming"
    INFANT = "infant"
    GENERATIVE_AI = "generative_ai"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What somebody decides. `reasons` is kept sealed.

    `is_imminent`: a child may be in danger at this moment.
    """

    finding: Finding
    reasons: str
    classification: Classification | None = None
    annotations: frozenset[Annotation] = frozenset()
    incident_type: IncidentType | None = None
    is_imminent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What somebody decided on the items named, and in what seat.

    `wave` counts how often the case was begun anew. `memory_id` is the remembered verdict that it was taken over from.
    `act` is common to the decisions of one act over several cases. `supersedes_id` is what held before on its first
    item. `by_name` is empty once it was erased; `reasons_id` names the sealed text, None likewise.
    """

    id: int
    case_id: int
    wave: int
    seat: Seat
    finding: Finding
    classification: Classification | None
    annotations: frozenset[Annotation]
    incident_type: IncidentType | None
    is_imminent: bool
    memory_id: int | None
    act: str
    supersedes_id: int | None
    by_kind: ActorKind
    by_name: str
    decided_at: datetime
    reasons_id: str | None
    item_ids: tuple[int, ...] = ()

    def agrees_with(self, other: "Decision") -> bool:
        """Whether both find the same: the finding, and where it is a confirmation the label in its scheme."""
        return self.finding is other.finding and self.classification == other.classification


def check_ruling(ruling: Ruling, items: Sequence[Item], seat: Seat) -> None:
    """Raise `InvalidValue` for what cannot be decided so.

    A confirmation says what happened, and of media its class. Nothing else has either. A lead is not unsure. Everything
    has reasons.
    """
    check_reasons(ruling.reasons)
    if not items:
        raise InvalidValue("There is nothing left in it to decide on. Nothing was changed.")
    if seat is Seat.LEAD and ruling.finding is Finding.UNSURE:
        raise InvalidValue("A lead decides: there is nobody after them to be asked. Nothing was changed.")
    if ruling.finding is not Finding.CONFIRMED:
        if ruling.classification or ruling.annotations or ruling.incident_type:
            raise InvalidValue("Only what is confirmed has a class, annotations and a type of incident.")
        return
    if ruling.incident_type is None:
        raise InvalidValue(f"What is confirmed has a type of incident, one of: {', '.join(IncidentType)}.")
    if ruling.classification is None and any(item.evidence_id is not None for item in items):
        raise InvalidValue("Media that is confirmed has a class: a scheme and one of its labels.")
    if ruling.classification is not None:
        check_classification(ruling.classification)


def check_reasons(reasons: str) -> None:
    """Raise `InvalidValue` unless somebody says why."""
    if not reasons.strip() or len(reasons) > LONGEST_REASONS:
        raise InvalidValue(f"A decision takes reasons, of up to {LONGEST_REASONS} characters. Nothing was changed.")
