"""Schemes are data, and labels are kept as their authority writes them."""

import pytest

from safelight.errors import InvalidValue
from safelight.review.scheme import Classification, check_classification, known_schemes


def test_each_scheme_is_a_file_with_labels_and_where_they_are_from() -> None:
    assert {name: list(scheme.labels) for name, scheme in known_schemes().items()} == {
        "interpol": ["baseline", "national"],
        "iwf": ["A", "B", "C"],
        "ncmec": ["A1", "A2", "B1", "B2"],
    }
    assert all(scheme.source and scheme.title for scheme in known_schemes().values())


def test_a_label_counts_in_its_own_scheme_and_as_it_is_written() -> None:
    check_classification(Classification(scheme="iwf", label="A"))
    for scheme, label in (("iwf", "A1"), ("ncmec", "a1"), ("NCMEC", "A1"), ("", "")):
        with pytest.raises(InvalidValue):
            check_classification(Classification(scheme=scheme, label=label))
