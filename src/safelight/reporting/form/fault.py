"""Faults: what in a report the authority would refuse, and where."""

from collections.abc import Sequence
from dataclasses import dataclass

from safelight.errors import InvalidValue

_MOST_TOLD = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong. `path` names the field as XPath does, `sentence` says what is wrong and what to do.

    Repeated elements are counted from 1 (`report/victim[2]/victimPerson/age`), attributes have an `@`. The sentence
    never holds what the field holds.
    """

    path: str
    sentence: str

    def __str__(self) -> str:
        """Put the path before the sentence."""
        return f"{self.path}: {self.sentence}"


def refuse_faults(faults: Sequence[Fault]) -> None:
    """Raise `InvalidValue` that tells faults, with their paths, if there are any."""
    if not faults:
        return
    told = " ".join(map(str, faults[:_MOST_TOLD]))
    more = f" And {len(faults) - _MOST_TOLD} more." if len(faults) > _MOST_TOLD else ""
    raise InvalidValue(f"The report cannot be sent as it is; nothing was sent. {told}{more}")
