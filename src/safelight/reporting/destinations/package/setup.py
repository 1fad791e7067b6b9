"""The setup: to whom packages go, where they are put, and who sends them; as the operator keeps it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from safelight.errors import InvalidValue
from safelight.vault.age_file import parse_recipients

LONGEST_NAME, LONGEST_CONTACT, MOST_KEYS, MOST_BYTES = 200, 1000, 20, 100_000


class Language(StrEnum):
    """The languages that a sheet is written in."""

    ENGLISH = "en"
    SPANISH = "es"


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageSetup:
    """How packages are made. `recipient_keys` are public keys (age, or SSH); whoever has one's secret key opens them.

    `folder` is where finished packages are put. `contact` is whom the recipient asks, an address that lasts. `service`
    is the platform's name, "" where this house serves several.
    """

    recipient_name: str
    recipient_keys: tuple[str, ...]
    folder: Path
    organisation: str
    contact: str = field(repr=False)
    service: str = ""
    language: Language = Language.ENGLISH
    is_test: bool = True


def read_setup(data: bytes) -> PackageSetup:
    """Return the setup that JSON is. Raises `InvalidValue`, which says what is missing or wrong."""
    told = _object(data)
    unknown = sorted(told.keys() - _FIELDS)
    if unknown:
        raise InvalidValue(f"A package has no setting {unknown[0][:40]!r}. It has: {', '.join(sorted(_FIELDS))}.")
    setup = PackageSetup(
        recipient_name=_text(told, "recipient", LONGEST_NAME),
        recipient_keys=_keys(told.get("keys")),
        folder=Path(_text(told, "folder", 1000)),
        organisation=_text(told, "organisation", LONGEST_NAME),
        contact=_text(told, "contact", LONGEST_CONTACT),
        service=_text(told, "service", LONGEST_NAME) if told.get("service") else "",
        language=_language(told.get("language", Language.ENGLISH)),
        is_test=_flag(told.get("test", True)),
    )
    if not setup.folder.is_absolute():
        raise InvalidValue(
            '"folder" is the whole path of a folder, from the root: who makes packages may run elsewhere.'
        )
    return setup


def setup_bytes(setup: PackageSetup) -> bytes:
    """Return a setup as JSON: the same one gives the same bytes."""
    told = {
        "recipient": setup.recipient_name,
        "keys": list(setup.recipient_keys),
        "folder": str(setup.folder),
        "organisation": setup.organisation,
        "contact": setup.contact,
        "service": setup.service,
        "language": setup.language.value,
        "test": setup.is_test,
    }
    return json.dumps(told, sort_keys=True, ensure_ascii=False, indent=2).encode() + b"\n"


_FIELDS = frozenset({"recipient", "keys", "folder", "organisation", "contact", "service", "language", "test"})


def _object(data: bytes) -> Mapping[str, Any]:
    try:
        told = json.loads(data) if len(data) <= MOST_BYTES else None
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise InvalidValue("The setup of a package is one JSON object. This is none, or it is too long.")
    return told


def _text(told: Mapping[str, Any], name: str, longest: int) -> str:
    value = told.get(name)
    if not isinstance(value, str) or not value.strip() or len(value) > longest or "\0" in value:
        raise InvalidValue(f'"{name}" of a package is a text of 1 to {longest} characters.')
    return value


def _keys(told: object) -> tuple[str, ...]:
    if not isinstance(told, list) or not all(isinstance(each, str) for each in told) or len(told) > MOST_KEYS:
        raise InvalidValue(f'"keys" of a package are up to {MOST_KEYS} public keys of its recipient: age1…, or SSH.')
    return tuple(each.text for each in parse_recipients(told))


def _language(told: object) -> Language:
    if told not in set(Language):
        raise InvalidValue(f'"language" of a package is one of: {", ".join(Language)}.')
    return Language(str(told))


def _flag(told: object) -> bool:
    if not isinstance(told, bool):
        raise InvalidValue('"test" of a package is true or false. Packages of a test count as nothing.')
    return told
