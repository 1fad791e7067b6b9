"""Setups: the destinations that the operator has set up. What lets in there is sealed, and never shown again."""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from safelight.errors import InvalidValue, UsageError
from safelight.roles import Actor

LONGEST_NAME = 50
MOST_CONFIG_BYTES = 64 << 10

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,49}")


class SetupKind(StrEnum):
    """What kind of channel a destination is."""

    NCMEC = "ncmec"
    """The reporting API of the CyberTipline."""
    PACKAGE = "package"
    """An encrypted bundle that a person hands over, for authorities without an API."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """One destination as the operator set it up, without what is sealed of it.

    `is_test`: what it takes counts as nothing. `is_off`: nothing is written for it or sent to it. `changed_at` is when
    what is sealed of it was last put in.
    """

    id: int
    name: str
    kind: SetupKind
    is_test: bool
    is_off: bool
    added_at: datetime
    changed_at: datetime


def check_setup_name(name: str) -> None:
    """Raise `InvalidValue` unless a name is 1 to 50 letters, digits, dots, dashes and underscores."""
    if not _NAME.fullmatch(name):
        raise InvalidValue(
            f"{name[:60]!r} is no name of a destination: 1 to {LONGEST_NAME} letters, digits, dots, dashes, "
            "underscores, the first of them a letter or a digit. Nothing was changed."
        )


def config_bytes(config: object) -> bytes:
    """Return what sets a destination up as JSON: the same gives the same bytes.

    Raises `InvalidValue`, with nothing of it in the text, for what is no object, or too long.
    """
    if not isinstance(config, dict):
        raise InvalidValue("What sets a destination up is a JSON object. Nothing was changed.")
    try:
        data = json.dumps(config, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    except (TypeError, ValueError, RecursionError):
        raise InvalidValue("What sets the destination up cannot be written as JSON. Nothing was changed.") from None
    if len(data) > MOST_CONFIG_BYTES:
        raise InvalidValue(
            f"What sets a destination up has {MOST_CONFIG_BYTES >> 10} KiB at most. Nothing was changed."
        )
    return data


def require_usable(setup: Setup) -> None:
    """Raise `UsageError` for a destination that is switched off."""
    if setup.is_off:
        raise UsageError(
            f"The destination {setup.name} is switched off: nothing is written for it or sent to it. Who may set "
            f"destinations up switches it on: safelight destination on {setup.name}"
        )


def require_live(setup: Setup, *, is_live: bool) -> None:
    """Raise `UsageError` for a destination whose reports count, unless the operator has switched live reporting on."""
    if not setup.is_test and not is_live:
        raise UsageError(
            f"Nothing is sent to {setup.name}: reports to it count, and the setting live_reporting is off. Whoever "
            "runs this installation switches it on (live_reporting = true in safelight.toml) once reports may really "
            "be filed. Test destinations work without it."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class By:
    """Who acts upon destinations, and why."""

    actor: Actor
    reason: str = ""
