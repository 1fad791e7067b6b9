"""What is kept of an error."""

import pytest

from safelight.errors import (
    DatabaseUnusable,
    EvidenceDamaged,
    EvidenceHeld,
    ImportRunning,
    InvalidValue,
    KeysUnusable,
    NotFound,
    SafelightError,
)
from safelight.jobs.failure import failure_of


def test_of_our_own_errors_sentence_and_code_are_kept() -> None:
    failure = failure_of(NotFound("There is no evidence 7."))
    assert failure.reason == "There is no evidence 7. [not_found]"


def test_of_any_other_error_kind_and_place_are_kept_and_never_its_text() -> None:
    def fall() -> None:
        raise ValueError("d41d8cd98f00b204e9800998ecf8427e")

    with pytest.raises(ValueError, match="d41d8") as caught:
        fall()
    failure = failure_of(caught.value)
    assert failure.reason.startswith("This is a fault of ours: ValueError at test_failure.py:")
    assert "d41d8" not in failure.reason
    assert not failure.is_final


@pytest.mark.parametrize(
    ("error", "is_final"),
    [
        (NotFound, True),
        (InvalidValue, True),
        (EvidenceHeld, True),
        (EvidenceDamaged, True),
        (ImportRunning, False),
        (DatabaseUnusable, False),
        (KeysUnusable, False),
        (SafelightError, False),
    ],
)
def test_errors_that_no_further_attempt_can_mend_are_final(error: type[SafelightError], is_final: bool) -> None:
    assert failure_of(error("x.")).is_final is is_final
