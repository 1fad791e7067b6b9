"""Exit statuses tell findings and faults apart."""

import pytest

from safelight.cli import exit_status
from safelight.errors import SafelightError


def _tree(kind: type[SafelightError]) -> list[type[SafelightError]]:
    return [kind, *(below for child in kind.__subclasses__() for below in _tree(child))]


@pytest.mark.parametrize(("matched", "not_scanned", "status"), [(0, 0, 0), (2, 0, 1), (0, 5, 2), (1, 1, 3)])
def test_findings_are_0_to_3(matched: int, not_scanned: int, status: int) -> None:
    assert exit_status.of_counts(matched, not_scanned) == status


def test_every_error_has_a_status_of_64_or_above() -> None:
    assert all(exit_status.of_error(kind.__new__(kind)) >= 64 for kind in _tree(SafelightError))
