"""Settings: a TOML file and the environment become one frozen record, with every fault listed at once.

A workspace's `safelight.toml` holds the settings by the names below; `SAFELIGHT_<NAME>` in the environment wins over
it. docs/reference/settings.md explains each.
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from safelight.errors import SettingsInvalid, WorkspaceMissing

FILE_NAME = "safelight.toml"
PREFIX = "SAFELIGHT_"
WORKSPACE_VARIABLE = "SAFELIGHT_WORKSPACE"


class Settings(BaseModel):
    """What an operator can set. Sizes and times carry their unit in the name."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    workspace: Path = Field(description="The folder of this installation; never set in the file itself.")
    database_url: str = Field(
        default="", description="SQLAlchemy URL; empty means SQLite in the workspace (`safelight.db`)."
    )
    kernel: Literal["auto", "kernel", "twin"] = Field(
        default="auto", description="Which code hashes and searches: compiled kernel or plain twin."
    )
    scan_workers: int = Field(default=0, ge=0, le=256, description="Worker processes; 0 means one per processor.")
    sandbox_rule: Literal["available", "all"] = Field(
        default="available", description="`all` refuses to decode unless every layer of the sandbox holds."
    )
    sandbox_memory_mib: int = Field(
        default=2048, ge=64, description="Memory one worker may use beyond what its start takes."
    )
    sandbox_seconds_per_file: float = Field(default=30.0, gt=0, description="Wall-clock time one file may take.")
    sandbox_files_per_worker: int = Field(default=1000, ge=1, description="A worker is replaced after so many files.")
    max_pixels: int = Field(default=210_000_000, ge=25, description="Pictures that declare more are `too_large`.")
    max_frames: int = Field(default=1000, ge=1, description="Frames of an animated picture that are decoded.")
    max_stdin_mib: int = Field(default=512, ge=1, description="Media from standard input is held in memory up to this.")

    @property
    def resolved_database_url(self) -> str:
        """The database's URL, with the default filled in."""
        return self.database_url or f"sqlite:///{self.workspace / 'safelight.db'}"

    @property
    def resolved_scan_workers(self) -> int:
        """The number of worker processes, with the default filled in."""
        return self.scan_workers or len(os.sched_getaffinity(0))


def find_workspace(named: Path | None, environment: Mapping[str, str] | None = None) -> Path:
    """Return the workspace folder: the one named, else `SAFELIGHT_WORKSPACE`, else this folder or one above it.

    Raises WorkspaceMissing where there is none.
    """
    environment = _environment() if environment is None else environment
    if named is None and environment.get(WORKSPACE_VARIABLE):
        named = Path(environment[WORKSPACE_VARIABLE])
    if named is not None:
        if not (named / FILE_NAME).is_file():
            raise WorkspaceMissing(f"{named} is not a workspace (it has no {FILE_NAME}). Run: safelight init {named}")
        return named.resolve()
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / FILE_NAME).is_file():
            return folder
    raise WorkspaceMissing(
        f"There is no {FILE_NAME} in {here} or above it. Run `safelight init`, or name a workspace with --workspace "
        f"or {WORKSPACE_VARIABLE}."
    )


def load_settings(workspace: Path, environment: Mapping[str, str] | None = None) -> Settings:
    """Read the workspace's settings. Raises SettingsInvalid with every fault in one message."""
    values = _read_file(workspace / FILE_NAME)
    values |= _from_environment(_environment() if environment is None else environment)
    try:
        return Settings(**(values | {"workspace": workspace.resolve()}))
    except ValidationError as error:
        faults = "\n".join(f"  {_name(e['loc'])}: {e['msg']} (see docs/reference/settings.md)" for e in error.errors())
        raise SettingsInvalid(f"These settings of {workspace} cannot be used:\n{faults}") from error


def _read_file(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsInvalid(f"{path} is not readable as TOML: {error}") from error
    if "workspace" in values:
        raise SettingsInvalid(f"{path} sets `workspace`; the workspace is the folder of the file. Remove that line.")
    return values


def _from_environment(environment: Mapping[str, str]) -> dict[str, str]:
    names = {f"{PREFIX}{name.upper()}": name for name in Settings.model_fields if name != "workspace"}
    return {name: environment[variable] for variable, name in names.items() if variable in environment}


def _environment() -> Mapping[str, str]:
    return os.environ  # noqa: TID251 - the one home of the environment


def _name(location: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in location) or "settings"
