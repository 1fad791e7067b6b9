"""Key rings as text: JSON with a checksum, the form of the key file and of recovery copies."""

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from safelight.errors import KeysUnusable
from safelight.keys.key_ring import KeyRing, RetiredKey, SigningKey, WrappingKey, key_id_of

_FORMAT = "safelight-keys"
_VERSION = 1


def ring_text(ring: KeyRing) -> bytes:
    """Write a ring. What comes out is as secret as the ring is."""
    content = {
        "format": _FORMAT,
        "version": _VERSION,
        "service": ring.service,
        "wrapping": [_wrapping_fields(key) for key in ring.wrapping],
        "signing": [_signing_fields(key) for key in ring.signing],
        "retired": [{"id": key.key_id, "retired_at": key.retired_at.isoformat()} for key in ring.retired],
    }
    return json.dumps(content | {"checksum": _checksum(content)}, indent=1).encode() + b"\n"


def ring_of_text(text: bytes, *, name: str) -> KeyRing:
    """Read a ring; `name` says in errors what was read. Raises `KeysUnusable` for what is damaged, foreign or newer."""
    try:
        content = json.loads(text)
        if content["format"] != _FORMAT:
            raise _damaged(name)
        if content["version"] != _VERSION:
            raise KeysUnusable(
                f"{name} was written by a newer version of Safelight, in a form that this one cannot read. Nothing was "
                "changed. Install that version."
            )
        ring = _ring(content)
    except (ValueError, TypeError, KeyError, AttributeError):  # the cause may show a part of a key
        raise _damaged(name) from None
    _require_whole(ring, content, name)
    return ring


def _require_whole(ring: KeyRing, content: Mapping[str, Any], name: str) -> None:
    told = content.get("checksum")
    is_whole = told == _checksum({key: value for key, value in content.items() if key != "checksum"})
    ids_agree = all(key.secret is None or key.key_id == key_id_of(key.secret) for key in ring.wrapping)
    if not (is_whole and ids_agree and ring.wrapping and ring.signing and ring.signing[0].seed):
        raise _damaged(name)


def _damaged(name: str) -> KeysUnusable:
    return KeysUnusable(
        f"{name} is damaged or is no file of Safelight's keys. Nothing was taken from it, and nothing sealed can be "
        "opened with it. Bring a recovery copy: move the file aside, then safelight key import FILE --identity IDENTITY"
    )


def _checksum(content: Mapping[str, Any]) -> str:
    return sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _wrapping_fields(key: WrappingKey) -> dict[str, str | None]:
    return {"id": key.key_id, "secret": _text(key.secret), **_times(key)}


def _signing_fields(key: SigningKey) -> dict[str, str | None]:
    return {"public": _text(key.public), "seed": _text(key.seed), **_times(key)}


def _times(key: WrappingKey | SigningKey) -> dict[str, str | None]:
    exported = None if key.exported_at is None else key.exported_at.isoformat()
    return {"made_at": key.made_at.isoformat(), "exported_at": exported}


def _ring(content: Mapping[str, Any]) -> KeyRing:
    return KeyRing(
        service=str(content["service"]),
        wrapping=tuple(_wrapping(fields) for fields in content["wrapping"]),
        signing=tuple(_signing(fields) for fields in content["signing"]),
        retired=tuple(
            RetiredKey(key_id=str(fields["id"]), retired_at=_moment(fields["retired_at"]))
            for fields in content["retired"]
        ),
    )


def _wrapping(fields: Mapping[str, Any]) -> WrappingKey:
    return WrappingKey(
        key_id=str(fields["id"]),
        secret=_bytes(fields["secret"]),
        made_at=_moment(fields["made_at"]),
        exported_at=_moment_or_none(fields["exported_at"]),
    )


def _signing(fields: Mapping[str, Any]) -> SigningKey:
    return SigningKey(
        public=_bytes(fields["public"]) or b"",
        seed=_bytes(fields["seed"]),
        made_at=_moment(fields["made_at"]),
        exported_at=_moment_or_none(fields["exported_at"]),
    )


def _text(value: bytes | None) -> str | None:
    return None if value is None else b64encode(value).decode()


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else b64decode(text, validate=True)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _moment_or_none(text: str | None) -> datetime | None:
    return None if text is None else _moment(text)
