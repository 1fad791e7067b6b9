"""Settings are shown with where they are from, and without secrets."""

import pytest

from safelight.settings import Settings, SettingSource
from safelight.web.console.pages.settings import setting_lines, without_secrets


def test_every_setting_is_shown_with_its_source(tmp_path, monkeypatch) -> None:
    (tmp_path / "safelight.toml").write_text('scan_workers = 3\nlog_level = "warning"\n')
    monkeypatch.setenv("SAFELIGHT_LOG_LEVEL", "error")
    lines = {line.name: line for line in setting_lines(Settings(workspace=tmp_path, scan_workers=3, log_level="error"))}
    assert lines.keys() == Settings.model_fields.keys() - {"workspace"}
    assert (lines["scan_workers"].value, lines["scan_workers"].source) == ("3", SettingSource.FILE)
    assert lines["log_level"].source is SettingSource.ENVIRONMENT
    assert lines["kernel"].source is SettingSource.DEFAULT


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("postgresql://ada:SECRET@db/x", "postgresql://…@db/x"),
        ("postgresql://db/x?password=SECRET&sslmode=require", "postgresql://db/x?password=…&sslmode=require"),
        ("https://kms.example.org", "https://kms.example.org"),
    ],
)
def test_who_connects_is_left_out(value: str, shown: str) -> None:
    assert without_secrets(value) == shown


def test_the_page_shows_them(admins) -> None:
    page = admins.get("/settings").text
    assert "session_idle_minutes" in page
    assert "Default" in page
