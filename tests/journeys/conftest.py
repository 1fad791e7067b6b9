"""A workspace with a bank of one picture, made by the commands themselves."""

from pathlib import Path

import pytest

from safelight.cli.main import main
from safelight.testing.synthetic import paint


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace that every command finds; its bank `known` holds the picture painted from seed 0."""
    folder = tmp_path / "workspace"
    monkeypatch.setenv("SAFELIGHT_WORKSPACE", str(folder))
    # Thousands of copies of one picture are what the flood guard is for; here they stand for thousands of pictures.
    monkeypatch.setenv("SAFELIGHT_FLOOD_GUARD_MINIMUM", "1000000")
    main(["init", str(folder)])
    main(["bank", "create", "known"])
    paint(0, width=160, height=120).save(tmp_path / "listed.png")
    main(["bank", "add", "known", str(tmp_path / "listed.png")])
    return folder
