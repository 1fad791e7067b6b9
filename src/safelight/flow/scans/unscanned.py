"""What is done with media that could not be scanned, by the reason why."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from safelight.errors import InvalidValue
from safelight.hashing.signal import Reason


class Treatment(StrEnum):
    """What is done with media that could not be scanned. Whatever it is, the verdict is `not_scanned`."""

    HOLD = "hold"
    """The bytes stay in the sealed spool: the sender is told to keep the media back until somebody has looked."""
    REJECT = "reject"
    """Nothing is kept: the sender is told to refuse the media."""
    PASS_AND_REQUEUE = "pass_and_requeue"  # noqa: S105 - a way to treat media, not a secret
    """The bytes stay and are scanned as soon as that is possible; the sender may let the media pass meanwhile."""


class OwnFault(StrEnum):
    """Why media could not be scanned through no fault of its own, so that no sender can bring it about."""

    BUSY = "busy"
    UNAVAILABLE = "unavailable"


FAULTS: tuple[str, ...] = (*(reason.value for reason in Reason if reason.is_fault), *(each.value for each in OwnFault))
"""Every reason for which media is not scanned."""

_NONE: Mapping[str, Treatment] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What is done by reason; for reasons that are not named, `otherwise`."""

    otherwise: Treatment = Treatment.HOLD
    by_fault: Mapping[str, Treatment] = field(default_factory=lambda: _NONE)

    def treat(self, fault: str) -> Treatment:
        """Return what is done with media that was not scanned for one reason."""
        return self.by_fault.get(fault, self.otherwise)

    @property
    def keeps_when_busy(self) -> bool:
        """Whether media is kept, to be scanned later, when every worker process is taken for too long.

        Only where `busy` is named by itself: else the sender is told to come again, and loses nothing by it.
        """
        return self.by_fault.get(OwnFault.BUSY, Treatment.REJECT) is not Treatment.REJECT

    def decide(self, faults: Collection[str]) -> tuple[str, Treatment]:
        """Return the reason that decides, and what is done for it, where media has several.

        What is to be held is held, though another reason would have it rejected: what is kept can still be rejected.
        """
        ordered = sorted(faults, key=FAULTS.index)
        deciding = next((fault for fault in ordered if self.treat(fault) is Treatment.HOLD), ordered[0])
        return deciding, self.treat(deciding)


HOLD_ALL = Policy()


def read_policy(text: str) -> Policy:
    """Read a policy such as `hold` or `hold, unsupported=reject, busy=pass_and_requeue`.

    A word alone is for all reasons that are not named. Raises `InvalidValue`:

    - for a reason or a treatment that is none, or a reason named twice;
    - for `pass_and_requeue` of a reason that a sender can bring about: whoever knows which file cannot be scanned would
      have it passed every time. It may be named for `busy` and `unavailable` alone, and never for all.
    """
    otherwise: Treatment | None = None
    by_fault: dict[str, Treatment] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        fault, is_named, word = (each.strip() for each in part.rpartition("="))
        treatment = _treatment(word)
        if is_named:
            _add(by_fault, fault, treatment)
        elif otherwise is not None:
            raise InvalidValue("it says twice what is done for all other reasons")
        else:
            otherwise = treatment
    if otherwise is Treatment.PASS_AND_REQUEUE:
        raise InvalidValue(f"pass_and_requeue cannot be for all reasons: {_ONLY_OURS}")
    return Policy(otherwise=otherwise or Treatment.HOLD, by_fault=MappingProxyType(by_fault))


_ONLY_OURS = "a sender can bring the others about, so it is for busy and unavailable alone"


def _treatment(word: str) -> Treatment:
    try:
        return Treatment(word)
    except ValueError:
        known = ", ".join(Treatment)
        raise InvalidValue(f"{word[:30]!r} is nothing that is done with media: {known}") from None


def _add(by_fault: dict[str, Treatment], fault: str, treatment: Treatment) -> None:
    if fault not in FAULTS:
        raise InvalidValue(f"{fault[:30]!r} is no reason why media is not scanned: {', '.join(FAULTS)}")
    if fault in by_fault:
        raise InvalidValue(f"it names {fault} twice")
    if treatment is Treatment.PASS_AND_REQUEUE and fault not in set(OwnFault):
        raise InvalidValue(f"pass_and_requeue cannot be for {fault}: {_ONLY_OURS}")
    by_fault[fault] = treatment
