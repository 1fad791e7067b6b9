"""Where a case is of is a word that a line of the routing table can be for, and nothing is live by default."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from safelight.settings import Settings


def test_nothing_is_live_and_nobody_approves_their_own_by_default(tmp_path: Path) -> None:
    settings = Settings(workspace=tmp_path)
    assert (settings.live_reporting, settings.report_approval_by_another) == (False, True)
    assert (settings.report_jurisdiction, settings.report_service) == ("", "")


@pytest.mark.parametrize("name", ["report_jurisdiction", "report_service"])
@pytest.mark.parametrize("word", ["G B", "*", "x" * 51, "-x"])
def test_a_word_that_no_line_can_be_for_is_refused(tmp_path: Path, name: str, word: str) -> None:
    with pytest.raises(ValidationError):
        Settings(workspace=tmp_path, **{name: word})
    assert getattr(Settings(workspace=tmp_path, **{name: "US-CA"}), name) == "US-CA"
