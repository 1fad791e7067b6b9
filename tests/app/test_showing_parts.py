"""Pictures are made by worker processes of their own, within the limits of the settings."""

from pathlib import Path

import safelight
from safelight.app.showing_parts import open_showing
from safelight.sandbox.pool import Pool


def test_what_shows_evidence_is_opened_by_the_settings(tmp_path: Path) -> None:
    safelight.create_workspace(tmp_path / "workspace")
    house = safelight.open_workspace(tmp_path / "workspace")
    with open_showing(house) as showing:
        assert isinstance(showing.runner, Pool)
        assert showing.decoding.max_pixels == house.settings.max_pixels
        assert not showing.has_colour
