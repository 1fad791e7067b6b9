"""The form by which somebody decides: what it offers, and what was chosen in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from safelight.errors import InvalidValue
from safelight.review.decision import Annotation, Finding, IncidentType, Ruling
from safelight.review.scheme import Classification, Scheme, known_schemes
from safelight.web.console.form import Form

FINDING_KEYS = {"1": Finding.CONFIRMED, "2": Finding.NOT_A_MATCH, "3": Finding.OTHER_KIND, "4": Finding.UNSURE}
"""The key of each finding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offers:
    """What the form offers."""

    findings: Mapping[str, Finding] = field(default_factory=lambda: FINDING_KEYS)
    incidents: Sequence[IncidentType] = tuple(IncidentType)
    annotations: Sequence[Annotation] = tuple(Annotation)
    schemes: Sequence[Scheme] = field(default_factory=lambda: tuple(known_schemes().values()))


def read_ruling(form: Form) -> Ruling:
    """Return what was chosen. What is only said of what is confirmed is left out of all else.

    Raises `InvalidValue` where nothing was found, or for what the form does not offer.
    """
    try:
        finding = Finding(form.text("finding"))
    except ValueError:
        raise InvalidValue("Say what you find. Nothing was decided.") from None
    if finding is not Finding.CONFIRMED:
        return Ruling(finding=finding, reasons=form.text("reasons"), is_imminent=bool(form.text("imminent")))
    scheme, _, label = form.text("label").partition(":")
    try:
        incident = IncidentType(form.text("incident")) if form.text("incident") else None
        annotations = frozenset(Annotation(each) for each in form.texts("annotation"))
    except ValueError:
        raise InvalidValue("The form does not offer that. Load the page again. Nothing was decided.") from None
    return Ruling(
        finding=finding,
        reasons=form.text("reasons"),
        classification=Classification(scheme=scheme, label=label) if scheme else None,
        annotations=annotations,
        incident_type=incident,
        is_imminent=bool(form.text("imminent")),
    )
