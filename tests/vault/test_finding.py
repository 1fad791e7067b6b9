"""Every finding says what it means and what to do."""

import pytest

from safelight.vault.finding import Finding, FindingKind


@pytest.mark.parametrize("kind", list(FindingKind))
def test_a_finding_says_what_it_means_and_what_to_do(kind: FindingKind) -> None:
    finding = Finding(kind=kind, subject="evidence:1")
    for text in (finding.meaning, finding.advice):
        assert text.endswith(".")
        assert len(text) > 20
    assert finding.meaning != finding.advice
