import pytest

from safelight.audit.entry import check_details
from safelight.errors import InvalidValue


def test_numbers_and_short_texts_are_details() -> None:
    check_details({"count": 0, "name": "x" * 100})


def test_a_document_is_no_detail_and_is_not_repeated_in_the_refusal() -> None:
    with pytest.raises(InvalidValue) as caught:
        check_details({"note": "secret" * 20})
    assert "secret" not in str(caught.value)
