"""What was chosen in the form is what is decided, and nothing that it does not offer."""

import pytest

from safelight.errors import InvalidValue
from safelight.review.decision import Annotation, Finding, IncidentType
from safelight.review.scheme import Classification
from safelight.web.console.form import Form
from safelight.web.console.ruling_form import FINDING_KEYS, Offers, read_ruling

CHOSEN = {
    "finding": ("confirmed",),
    "label": ("iwf:A",),
    "incident": ("csam",),
    "annotation": ("viral", "infant"),
    "reasons": ("seen",),
    "imminent": ("on",),
}


def test_a_confirmation_is_read_with_all_that_is_said_of_it() -> None:
    ruling = read_ruling(Form(values=CHOSEN))
    assert ruling.classification == Classification(scheme="iwf", label="A")
    assert ruling.annotations == {Annotation.VIRAL, Annotation.INFANT}
    assert (ruling.incident_type, ruling.is_imminent, ruling.reasons) == (IncidentType.CSAM, True, "seen")


@pytest.mark.parametrize("finding", [each for each in Finding if each is not Finding.CONFIRMED])
def test_of_all_else_only_the_reasons_and_the_danger_are_read(finding: Finding) -> None:
    ruling = read_ruling(Form(values=CHOSEN | {"finding": (finding.value,)}))
    assert (ruling.classification, ruling.annotations, ruling.incident_type) == (None, frozenset(), None)
    assert ruling.is_imminent


@pytest.mark.parametrize("changed", [{"finding": ()}, {"incident": ("x",)}, {"annotation": ("x",)}])
def test_what_is_not_offered_is_refused(changed) -> None:
    with pytest.raises(InvalidValue):
        read_ruling(Form(values={name: value for name, value in (CHOSEN | changed).items() if value}))


def test_every_finding_has_a_key_and_everything_is_offered() -> None:
    assert set(FINDING_KEYS.values()) == set(Finding)
    offers = Offers()
    assert set(offers.incidents) == set(IncidentType)
    assert {scheme.name for scheme in offers.schemes} >= {"ncmec", "iwf"}
