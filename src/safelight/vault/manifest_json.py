"""Manifests as JSON bytes, and back: every field as it was, and fields of later versions kept."""

import json
from dataclasses import fields
from datetime import datetime
from typing import Any

from safelight.errors import EvidenceDamaged, InvalidValue
from safelight.vault.manifest import Manifest, Neighbour, SealedMatch, SealedOrigin, Told

FORMAT = 1
"""The version of the form. A later one may add fields, which are kept; one that changes their meaning takes a 2."""

_Record = Manifest | SealedOrigin | SealedMatch | Neighbour


def manifest_bytes(manifest: Manifest) -> bytes:
    """Return a manifest as JSON. Raises InvalidValue for a time without a zone."""
    return json.dumps({"format": FORMAT} | _as_json(manifest), sort_keys=True).encode()


def read_manifest(data: bytes) -> Manifest:
    """Return the manifest that JSON holds. Raises EvidenceDamaged if it holds none, or one of a form to come."""
    try:
        told = json.loads(data)
        if told.pop("format") != FORMAT:
            raise EvidenceDamaged(
                "A manifest was written by a later version of Safelight and cannot be read by this one: update it."
            )
        return _manifest(told)
    except (ValueError, KeyError, TypeError, AttributeError):  # the cause may hold a part of the manifest
        raise EvidenceDamaged("What was sealed as a manifest is none: it was not written by Safelight.") from None


def _as_json(record: _Record) -> dict[str, Any]:
    known = {item.name: _value(getattr(record, item.name)) for item in fields(record) if item.name != "newer"}
    return dict(record.newer) | known


def _value(value: Any) -> Any:
    match value:
        case Manifest() | SealedOrigin() | SealedMatch() | Neighbour():
            return _as_json(value)
        case tuple():
            return [_value(item) for item in value]
        case datetime():
            if value.utcoffset() is None:
                raise InvalidValue("A time in a manifest has no zone. Say which zone it is in.")
            return value.isoformat()
        case Told():
            return value.value
        case _:
            return value


def _manifest(told: dict[str, Any]) -> Manifest:
    return Manifest(
        **_known(Manifest, told)
        | {
            "arrived_at": datetime.fromisoformat(told["arrived_at"]),
            "origin": _origin(told["origin"]),
            "bank_ids": None if told.get("bank_ids") is None else tuple(told["bank_ids"]),
            "matches": tuple(SealedMatch(**_known(SealedMatch, match)) for match in told["matches"]),
            "neighbours": tuple(Neighbour(**_known(Neighbour, neighbour)) for neighbour in told["neighbours"]),
            "notes": tuple(told["notes"]),
        }
    )


def _origin(told: dict[str, Any]) -> SealedOrigin:
    uploaded_at = told["uploaded_at"]
    return SealedOrigin(
        **_known(SealedOrigin, told)
        | {
            "uploaded_at": None if uploaded_at is None else datetime.fromisoformat(uploaded_at),
            "publicly_available": Told(told["publicly_available"]),
            "viewed_before_intake": Told(told["viewed_before_intake"]),
        }
    )


def _known(kind: type[_Record], told: dict[str, Any]) -> dict[str, Any]:
    """Return what the constructor takes: the fields that this version knows, and the others together as `newer`."""
    names = {item.name for item in fields(kind)} - {"newer"}
    newer = {name: value for name, value in told.items() if name not in names}
    return {name: value for name, value in told.items() if name in names} | {"newer": newer}
