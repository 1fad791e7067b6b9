"""Faults: what in a report the authority would refuse, and where."""

from dataclasses import dataclass


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
