"""What would let nobody sign in, or believe anybody, is a fault of the settings."""

from pathlib import Path

import pytest

from safelight.errors import SettingsInvalid
from safelight.settings import load_settings


def test_an_address_of_the_console_without_passkeys_or_encryption_is_a_fault(tmp_path: Path) -> None:
    for given in (
        {"SAFELIGHT_CONSOLE_ORIGIN": "http://review.example.org"},
        {"SAFELIGHT_CONSOLE_ORIGIN": "https://192.0.2.1"},
        {"SAFELIGHT_CONSOLE_ORIGIN": "https://a.example.org", "SAFELIGHT_CONSOLE_RP_ID": "other.org"},
        {"SAFELIGHT_TRUSTED_PROXIES": "proxy.example.org"},
    ):
        with pytest.raises(SettingsInvalid):
            load_settings(tmp_path, given)
