"""What the service answers, as records."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One hit. `distance` is None where the key may not know it."""

    kind: str
    signal_type: str
    bank: str
    entry: int
    label: str
    distance: int | None

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Self:
        """Read a match of an answer."""
        return cls(
            kind=told["kind"],
            signal_type=told["signal_type"],
            bank=told["bank"],
            entry=told["entry"],
            label=told["label"],
            distance=told.get("distance"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """What became of media. `verdict` is `exact`, `near`, `no_known_match`, `not_scanned`, or None while it waits.

    `no_known_match` does not mean safe, `not_scanned` does not mean clean. `kept` is `evidence`, `spool` or `nothing`.
    `treatment` says what to do with media that was not scanned: `hold` it back, `reject` it, or `pass_and_requeue`.
    """

    id: str
    verdict: str | None
    kept: str
    case: int | None
    evidence: str | None
    job: int | None
    fault: str | None
    treatment: str | None
    is_repeat: bool
    matches: tuple[Match, ...]

    @property
    def is_match(self) -> bool:
        """Whether something listed was found: then there is a case, and the media is preserved."""
        return self.verdict in {"exact", "near"}

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Self:
        """Read the answer of a scan."""
        return cls(
            id=told["scan"],
            verdict=told["verdict"],
            kept=told["kept"],
            case=told["case"],
            evidence=told["evidence"],
            job=told["job"],
            fault=told["fault"],
            treatment=told.get("treatment"),
            is_repeat=told["is_repeat"],
            matches=tuple(Match.read(each) for each in told.get("matches", ())),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """What is known of one signal."""

    verdict: str
    compared: int
    matches: tuple[Match, ...]

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Self:
        """Read one result of a look-up."""
        matches = tuple(Match.read(each) for each in told["matches"])
        return cls(verdict=told["verdict"], compared=told["compared"], matches=matches)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hashed:
    """The signals of media, by type, in hexadecimal; `missing` says of the others why there is none."""

    signals: Mapping[str, str]
    missing: Mapping[str, str]

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Self:
        """Read the answer of a hashing; of several frames the first counts."""
        signals: dict[str, str] = {}
        missing: dict[str, str] = {}
        for each in told["signals"]:
            if "value" in each:
                signals.setdefault(each["type"], each["value"])
            else:
                missing.setdefault(each["type"], each["reason"])
        return cls(signals=signals, missing={kind: why for kind, why in missing.items() if kind not in signals})


@dataclass(frozen=True, slots=True, kw_only=True)
class Acted:
    """An action that was told. `is_new`: it was not there before."""

    action: int
    is_new: bool

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Self:
        """Read the answer."""
        return cls(action=told["action"], is_new=told["is_new"])
