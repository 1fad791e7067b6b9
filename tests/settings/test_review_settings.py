"""Hours and time zones that cannot be read are told when the settings are, and not when somebody works."""

from pathlib import Path

import pytest

from safelight.errors import SettingsInvalid
from safelight.settings import load_settings


@pytest.mark.parametrize("variable", ["SAFELIGHT_REVIEW_HOURS=16-8", "SAFELIGHT_REVIEW_TIME_ZONE=Mars/Crater"])
def test_hours_and_zones_that_cannot_be_read_are_faults_of_the_settings(tmp_path: Path, variable: str) -> None:
    name, value = variable.split("=")
    with pytest.raises(SettingsInvalid, match=name.removeprefix("SAFELIGHT_").lower()):
        load_settings(tmp_path, {name: value})
