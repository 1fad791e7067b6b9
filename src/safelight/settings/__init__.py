"""Settings: a TOML file and the environment become one frozen record, with every fault listed at once.

A workspace's `safelight.toml` holds the settings by the names below; `SAFELIGHT_<NAME>` in the environment wins over
it. docs/reference/settings.md explains each.
"""

from safelight.settings.loading import (
    FILE_NAME,
    SettingSource,
    find_workspace,
    is_workspace_named,
    load_settings,
    setting_sources,
)
from safelight.settings.record import MOST_WORKERS, Settings

__all__ = [
    "FILE_NAME",
    "MOST_WORKERS",
    "SettingSource",
    "Settings",
    "find_workspace",
    "is_workspace_named",
    "load_settings",
    "setting_sources",
]
