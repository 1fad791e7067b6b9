"""Which of several types of incident a case is told by: the gravest."""

from collections.abc import Collection

from safelight.review.decision import IncidentType

GRAVEST_FIRST = (
    IncidentType.MOLESTATION,
    IncidentType.TRAFFICKING,
    IncidentType.ENTICEMENT,
    IncidentType.SEX_TOURISM,
    IncidentType.CSAM,
    IncidentType.UNSOLICITED_OBSCENE,
    IncidentType.MISLEADING_DOMAIN,
    IncidentType.MISLEADING_WORDS,
)


def gravest(types: Collection[IncidentType | None]) -> IncidentType | None:
    """Return the gravest of these types; None where there is none."""
    return next((each for each in GRAVEST_FIRST if each in types), None)
