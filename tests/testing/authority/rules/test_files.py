"""What the schema of a file's details cannot say."""

from datetime import UTC, datetime

import pytest
from lxml import etree

from safelight.testing.authority.rules.files import breaches_of_file

_NOW = datetime(2026, 11, 23, tzinfo=UTC)


def _breaches(inner: str) -> list[str]:
    root = etree.fromstring(f"<fileDetails>{inner}</fileDetails>")
    return [breach.path.partition("/")[2] for breach in breaches_of_file(root, _NOW)]


@pytest.mark.parametrize(
    ("viewed", "exif", "is_right"),
    [("true", "true", True), ("1", "1", True), ("false", "true", False), (None, "true", False), (None, "false", True)],
)
def test_who_looked_at_the_facts_in_a_file_has_looked_at_the_file(
    viewed: str | None, exif: str, is_right: bool
) -> None:
    first = "" if viewed is None else f"<fileViewedByEsp>{viewed}</fileViewedByEsp>"
    found = _breaches(f"{first}<exifViewedByEsp>{exif}</exifViewedByEsp>")
    assert found == ([] if is_right else ["exifViewedByEsp"])


@pytest.mark.parametrize(
    "more",
    [
        "<potentialMeme>true</potentialMeme>",
        "<fileAnnotations><potentialMeme/></fileAnnotations>",
        "<industryClassification>A1</industryClassification>",
    ],
)
def test_a_supplement_is_not_classified(more: str) -> None:
    assert len(_breaches(f"<fileRelevance>Supplemental Reported</fileRelevance>{more}")) == 1
    assert _breaches(f"<fileRelevance>Reported</fileRelevance>{more}") == []
    assert _breaches(more) == []


def test_a_supplement_may_have_other_annotations() -> None:
    annotations = "<fileAnnotations><infant/></fileAnnotations>"
    assert _breaches(f"<fileRelevance>Supplemental Reported</fileRelevance>{annotations}") == []


def test_nothing_was_uploaded_in_the_future() -> None:
    found = _breaches("<uploadedToEspTimestamp>2027-01-01T00:00:00Z</uploadedToEspTimestamp>")
    assert found == ["uploadedToEspTimestamp"]
