"""Defaults are the safe side, and what cannot be meant is a fault that is told."""

from pathlib import Path

import pytest

from safelight.errors import SettingsInvalid
from safelight.settings import load_settings


def test_defaults_are_the_safe_side(tmp_path: Path) -> None:
    settings = load_settings(tmp_path, {})
    assert settings.sandbox_rule == "available"
    assert settings.database_url == ""
    assert settings.resolved_scan_workers >= 1


def test_several_names_are_a_list_in_the_file_and_a_text_with_commas_in_the_environment(tmp_path: Path) -> None:
    (tmp_path / "safelight.toml").write_text('fetch_hosts = ["media.example.com"]\nfetch_types = []\n')
    assert load_settings(tmp_path, {}).fetch_hosts == ("media.example.com",)
    assert load_settings(tmp_path, {}).fetch_types == ()
    given = {"SAFELIGHT_FETCH_HOSTS": "a.example.com, *.b.example.com"}
    assert load_settings(tmp_path, given).fetch_hosts == ("a.example.com", "*.b.example.com")


def test_hosts_and_addresses_that_cannot_be_read_are_faults_of_the_settings(tmp_path: Path) -> None:
    given = {"SAFELIGHT_FETCH_HOSTS": "https://example.com/", "SAFELIGHT_FETCH_BUCKETS": "s3://a/b"}
    given["SAFELIGHT_OUTBOUND_TEST_ADDRESSES"] = "localhost"
    with pytest.raises(SettingsInvalid) as caught:
        load_settings(tmp_path, given)
    for name in ("fetch_hosts", "fetch_buckets", "outbound_test_addresses"):
        assert name in str(caught.value)


def test_settings_cannot_be_changed_afterwards(tmp_path: Path) -> None:
    settings = load_settings(tmp_path, {})
    with pytest.raises(ValueError, match="frozen"):
        settings.scan_workers = 4


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SANDBOX_SECONDS_PER_FILE", "inf"),
        ("SANDBOX_SECONDS_PER_FILE", "1e10"),
        ("MAX_FRAMES", "99999999999"),
        ("MAX_PIXELS", "1" + "0" * 22),
        ("SANDBOX_MEMORY_MIB", "99999999"),
        ("SCAN_WORKERS", "100000"),
    ],
)
def test_values_that_no_machine_has_are_refused(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingsInvalid, match=name.lower()):
        load_settings(tmp_path, {f"SAFELIGHT_{name}": value})


def test_a_policy_that_lets_a_sender_have_media_passed_is_refused(tmp_path: Path) -> None:
    for wrong in ("pass_and_requeue", "timed_out=pass_and_requeue", "drop"):
        with pytest.raises(SettingsInvalid, match="not_scanned_policy"):
            load_settings(tmp_path, {"SAFELIGHT_NOT_SCANNED_POLICY": wrong})
    told = "reject, busy=pass_and_requeue"
    assert load_settings(tmp_path, {"SAFELIGHT_NOT_SCANNED_POLICY": told}).not_scanned_policy == told
