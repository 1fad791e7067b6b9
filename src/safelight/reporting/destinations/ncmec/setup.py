"""Setting up: the credentials of the CyberTipline, and what every report of this company says of itself.

Given as JSON, and kept sealed:

    {"environment": "test" | "production", "username": …, "password": …, "root": …,
     "reporter": {…}, "espService": …, "platform": …, "sharesHashes": false}

`reporter` is the element of that name, as a tree; `root`, `espService` and `platform` may be left out.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from safelight.errors import InvalidValue, OutboundRefused
from safelight.outbound.address import read_networks
from safelight.reporting.destinations.ncmec.credentials import (
    Credentials,
    Environment,
    ProductionCredentials,
    TestCredentials,
)
from safelight.reporting.destinations.ncmec.host import host_of
from safelight.reporting.destinations.ncmec.model.reporter import Reporter
from safelight.reporting.destinations.ncmec.rules import RULES
from safelight.reporting.form.checking import record_faults
from safelight.reporting.form.fault import Fault
from safelight.reporting.form.text_kinds import Text
from safelight.reporting.form.tree import from_tree, to_tree

LONGEST_SETUP = 1 << 20

_KEYS = ("environment", "username", "password", "root", "reporter", "espService", "platform", "sharesHashes")
_TEXTS = {"espService": Text(100), "platform": Text(256)}
_END = datetime.max.replace(tzinfo=UTC)
"""Whether a date lies in the past is asked when a report is sent: set-ups are older."""
_ANYWHERE = read_networks(["0.0.0.0/0", "::/0"])
"""Whether an address of a trial is let through is asked when it is called, of the operator's settings."""
_KINDS: Mapping[str, type[TestCredentials | ProductionCredentials]] = {
    Environment.TEST.value: TestCredentials,
    Environment.PRODUCTION.value: ProductionCredentials,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What every report says of this company. `esp_service` and `platform` are empty where they are left out.

    `shares_hashes`: the industry's hash-sharing memorandum was signed, so that its classification may be sent.
    """

    reporter: Reporter = field(repr=False)
    esp_service: str = ""
    platform: str = ""
    shares_hashes: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NcmecSetup:
    """A way to the CyberTipline. `root` is another root for trials, "" for the host that the credentials are for."""

    credentials: Credentials
    root: str = ""
    profile: Profile


def read_setup(data: bytes) -> NcmecSetup:
    """Return the set-up that JSON is. Raises `InvalidValue` with the path of each fault, and nothing of a secret."""
    told = _object(data)
    _refuse(_shape_faults(told))
    grown = from_tree(Reporter, told.get("reporter"), "reporter")
    faults = [*grown.faults, *_text_faults(told)]
    if grown.record is not None:
        faults += record_faults(grown.record, Reporter, "reporter", now=_END, rules=RULES)
    credentials, more = _credentials(told)
    _refuse(faults + more)
    return NcmecSetup(
        credentials=credentials,
        root=told.get("root", ""),
        profile=Profile(
            reporter=grown.record,
            esp_service=told.get("espService", ""),
            platform=told.get("platform", ""),
            shares_hashes=told.get("sharesHashes", False),
        ),
    )


def setup_bytes(setup: NcmecSetup) -> bytes:
    """Return a set-up as JSON, with its secrets: seal it. The same one gives the same bytes."""
    profile = setup.profile
    told = {
        "environment": setup.credentials.environment.value,
        "username": setup.credentials.username,
        "password": setup.credentials.password,
        "root": setup.root,
        "reporter": to_tree(profile.reporter),
        "espService": profile.esp_service,
        "platform": profile.platform,
        "sharesHashes": profile.shares_hashes,
    }
    return json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def _object(data: bytes) -> dict[str, Any]:
    try:
        told = json.loads(data.decode("utf-8")) if len(data) <= LONGEST_SETUP else None
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise InvalidValue(
            "The set-up of the CyberTipline is no JSON object of 1 MiB at most. Nothing was changed. See "
            "docs/how-to/report-to-ncmec.md."
        )
    return told


def _shape_faults(told: Mapping[str, Any]) -> Iterator[Fault]:
    for key in sorted(told.keys() - set(_KEYS)):
        yield Fault(path=key[:40], sentence="There is no such field. Take it out, or correct its name.")
    if told.get("environment") not in list(_KINDS):
        yield Fault(path="environment", sentence='This is neither "test" nor "production". Say which host it is for.')
    for key in ("username", "password", "root", *_TEXTS):
        if not isinstance(told.get(key, ""), str):
            yield Fault(path=key, sentence="This is no text. Correct it.")
    if not isinstance(told.get("sharesHashes", False), bool):
        yield Fault(
            path="sharesHashes", sentence="This is neither true nor false. Say whether the memorandum is signed."
        )


def _text_faults(told: Mapping[str, Any]) -> Iterator[Fault]:
    for key, kind in _TEXTS.items():
        why = kind.refusal_of(told[key]) if told.get(key) else None
        if why is not None:
            yield Fault(path=key, sentence=why)


def _credentials(told: Mapping[str, Any]) -> tuple[Any, list[Fault]]:
    try:
        credentials = _KINDS[told["environment"]](username=told.get("username", ""), password=told.get("password", ""))
    except InvalidValue as error:
        return None, [Fault(path="password", sentence=str(error))]
    try:
        host_of(credentials, told.get("root", ""), _ANYWHERE)
    except (InvalidValue, OutboundRefused) as error:
        return credentials, [Fault(path="root", sentence=str(error))]
    return credentials, []


def _refuse(faults: "Iterator[Fault] | list[Fault]") -> None:
    told = " ".join(map(str, faults))
    if told:
        raise InvalidValue(f"The set-up of the CyberTipline cannot be used; nothing was changed. {told}")
