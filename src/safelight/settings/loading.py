"""Loading the settings: where the workspace is, its TOML file, and the environment."""

import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from safelight.errors import SettingsInvalid, WorkspaceMissing
from safelight.settings.record import Settings

FILE_NAME = "safelight.toml"
PREFIX = "SAFELIGHT_"
WORKSPACE_VARIABLE = "SAFELIGHT_WORKSPACE"
_NO_SETTINGS = frozenset({WORKSPACE_VARIABLE, "SAFELIGHT_REQUIRE_KERNEL"})
"""Variables that are not settings: where the workspace is, and a switch of the build."""

_OF_A_SERVICE = re.compile(
    r"SAFELIGHT_(?:[A-Z0-9_]+_)?(?:"
    r"SERVICE_HOST=[0-9a-fA-F.:]+|SERVICE_PORT(?:_[A-Z0-9_]+)?=[0-9]+|PORT(?:_[0-9]+_[A-Z]+)?=[a-z]+://\S+|"
    r"PORT_[0-9]+_[A-Z]+_(?:PROTO=[a-z]+|PORT=[0-9]+|ADDR=[0-9a-fA-F.:]+))"
)
"""Variables with their values by which Kubernetes and linked containers say where a service `safelight…` is.

They are in every container beside such a service, and nobody wrote them. A port that somebody means to set looks
otherwise, and is told as a mistake.
"""


def find_workspace(named: Path | None, environment: Mapping[str, str] | None = None) -> Path:
    """Return the workspace folder: the one named, else `SAFELIGHT_WORKSPACE`, else this folder or one above it.

    Raises WorkspaceMissing where there is none.
    """
    environment = _environment() if environment is None else environment
    if named is None and environment.get(WORKSPACE_VARIABLE):
        named = Path(environment[WORKSPACE_VARIABLE])
    if named is not None:
        if not _is_workspace(named):
            raise WorkspaceMissing(f"{named} is not a workspace (it has no {FILE_NAME}). Run: safelight init {named}")
        return named.resolve()
    here = Path.cwd()
    for folder in (here, *here.parents):
        if _is_workspace(folder):
            return folder
    raise WorkspaceMissing(
        f"There is no {FILE_NAME} in {here} or above it. Run `safelight init`, or name a workspace with --workspace "
        f"or {WORKSPACE_VARIABLE}."
    )


def _is_workspace(folder: Path) -> bool:
    try:
        return (folder / FILE_NAME).is_file()
    except OSError:
        return False


def is_workspace_named(named: Path | None, environment: Mapping[str, str] | None = None) -> bool:
    """Whether somebody names a workspace, by option or by variable, so that no other may be taken in its place."""
    environment = _environment() if environment is None else environment
    return named is not None or bool(environment.get(WORKSPACE_VARIABLE))


def load_settings(workspace: Path, environment: Mapping[str, str] | None = None) -> Settings:
    """Read the workspace's settings. Raises SettingsInvalid with every fault in one message.

    A variable or a line that is no setting is one: a slip in a name must not leave a limit or a wall out.
    """
    environment = _environment() if environment is None else environment
    values = _read_file(workspace / FILE_NAME)
    told, unknown = _from_environment(environment)
    faults = [_tell_unknown(variable, _variables()) for variable in unknown]
    try:
        settings = Settings(**(values | told | {"workspace": workspace.resolve()}))
    except ValidationError as error:
        faults += [_tell_fault(_name(each["loc"]), each["type"], each["msg"]) for each in error.errors()]
    if faults:
        listed = "\n".join(f"  {fault}" for fault in faults)
        raise SettingsInvalid(
            f"These settings of {workspace} cannot be used, so nothing was done (docs/reference/settings.md explains "
            f"each):\n{listed}"
        )
    return settings


class SettingSource(StrEnum):
    """Where the value of a setting is from. The environment wins over the file."""

    DEFAULT = "default"
    FILE = "file"
    ENVIRONMENT = "environment"


def setting_sources(workspace: Path, environment: Mapping[str, str] | None = None) -> dict[str, SettingSource]:
    """Return, for those settings that are no defaults, where they are from. Raises SettingsInvalid."""
    of_environment, _ = _from_environment(_environment() if environment is None else environment)
    found = dict.fromkeys(_read_file(workspace / FILE_NAME), SettingSource.FILE)
    return found | dict.fromkeys(of_environment, SettingSource.ENVIRONMENT)


def _read_file(path: Path) -> dict[str, Any]:
    try:
        if not path.exists():
            return {}
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsInvalid(f"{path} is not readable as TOML: {error}") from error
    except OSError as error:
        raise SettingsInvalid(f"{path} cannot be read: {error.strerror}.") from error
    if "workspace" in values:
        raise SettingsInvalid(f"{path} sets `workspace`; the workspace is the folder of the file. Remove that line.")
    return values


def _from_environment(environment: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """Return the settings among the variables, and the variables that look like some and are none."""
    names = _variables()
    ours = [variable for variable in environment if variable.startswith(PREFIX)]
    unknown = sorted(set(ours) - set(names) - _NO_SETTINGS)
    values = {names[variable]: environment[variable] for variable in ours if variable in names}
    return values, [each for each in unknown if not _OF_A_SERVICE.fullmatch(f"{each}={environment[each]}")]


def _variables() -> dict[str, str]:
    return {f"{PREFIX}{name.upper()}": name for name in Settings.model_fields if name != "workspace"}


def _tell_unknown(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, list(known), n=1, cutoff=0.75)
    more = f" Did you mean {near[0]}?" if near else ""
    if not near and name.startswith(PREFIX):
        more = f" Unset it; variables of your own need another beginning than {PREFIX}."
    return f"{name}: there is no such setting.{more}"


def _tell_fault(name: str, kind: str, message: str) -> str:
    return _tell_unknown(name, Settings.model_fields) if kind == "extra_forbidden" else f"{name}: {message}"


def _environment() -> Mapping[str, str]:
    return os.environ  # noqa: TID251 - the one home of the environment


def _name(location: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in location) or "settings"
