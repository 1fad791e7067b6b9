"""Settings, to read: what each is now, and where that is from."""

import json
import re
from dataclasses import dataclass

from starlette.responses import Response

from safelight.roles import Permission
from safelight.settings import Settings, SettingSource, setting_sources
from safelight.web.console.door import Door
from safelight.web.console.visit import Visit

_SECRET = re.compile(r"(?<=://)[^/@\s]*@")
_SECRET_ARGUMENT = re.compile(r"((?:password|secret|token|key)=)[^&\s]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingLine:
    """One setting as it is shown. `description` is in English, as the reference has it."""

    name: str
    value: str
    source: SettingSource
    description: str


def add_settings(door: Door) -> None:
    """Add the page. What an address says of who connects to it is left out."""

    @door.page("GET", "/settings", Permission.ACCESS_READ)
    def show_settings(visit: Visit) -> Response:
        return visit.see("settings.html", lines=setting_lines(visit.console.settings))


def setting_lines(settings: Settings) -> list[SettingLine]:
    """Return the settings by name, as this process has them; its file may have been edited since."""
    sources = setting_sources(settings.workspace)
    return [
        SettingLine(
            name=name,
            value=without_secrets(json.dumps(getattr(settings, name), ensure_ascii=False)),
            source=sources.get(name, SettingSource.DEFAULT),
            description=field.description or "",
        )
        for name, field in sorted(Settings.model_fields.items())
        if name != "workspace"
    ]


def without_secrets(value: str) -> str:
    """Return a value without what stands before the host of an address, and without passwords in its query."""
    return _SECRET_ARGUMENT.sub(r"\1…", _SECRET.sub("…@", value))
