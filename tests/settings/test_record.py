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


def test_the_consoles_address_is_that_of_this_machine_unless_it_is_set(tmp_path: Path) -> None:
    assert load_settings(tmp_path, {}).resolved_console_origin == "http://localhost:8680"
    assert load_settings(tmp_path, {"SAFELIGHT_LISTEN": "[::1]:81"}).resolved_console_origin == "http://localhost:81"
    given = {"SAFELIGHT_CONSOLE_ORIGIN": "https://review.example.org", "SAFELIGHT_CONSOLE_RP_ID": "example.org"}
    assert load_settings(tmp_path, given).resolved_console_origin == "https://review.example.org"
