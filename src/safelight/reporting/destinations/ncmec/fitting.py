"""Fitting: what a platform told goes into its field where the form takes it, and else into the text.

There all of it is told, with a sentence: nothing is lost, and nothing makes a draft that cannot be sent.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from safelight.reporting.form.kind import Kind, Timed
from safelight.reporting.form.plain_kinds import Moment
from safelight.reporting.form.text_kinds import unwritable

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitting:
    """Fits values into fields at a moment, and keeps sentences for the text that goes along, in their order."""

    now: datetime
    sentences: list[str] = field(default_factory=list, repr=False)

    def fit(self, kind: Kind, value: _Value | None, what: str) -> _Value | None:
        """Return a value that a field of this kind takes, or None; then it is told as text. `what` names it."""
        if value is None or value == "":
            return None
        if self.takes(kind, value):
            return value
        self.tell(f"{what}, which its field cannot hold: {_as_text(value)}")
        return None

    def takes(self, kind: Kind, value: Any) -> bool:
        """Whether a field of this kind takes a value at this moment."""
        if kind.refusal_of(value) is not None:
            return False
        return not isinstance(kind, Timed) or kind.lateness_of(value, self.now) is None

    def tell(self, sentence: str) -> None:
        """Add a sentence to the text."""
        self.sentences.append(sendable(sentence))


def distinct(values: Iterable[_Value]) -> list[_Value]:
    """Return what is there, each once, in the order in which it first stands there."""
    return list(dict.fromkeys(values))


def sendable(text: str) -> str:
    """Return a text in which every character that XML cannot hold is written as its number."""
    return text if unwritable(text) is None else "".join(map(_sendable, text))


def spelled(moment: datetime) -> str:
    """Return a moment as people and machines read it."""
    return Moment().write(moment)


def _sendable(character: str) -> str:
    return character if unwritable(character) is None else f"\\u{ord(character):04x}"


def _as_text(value: object) -> str:
    if not isinstance(value, datetime):
        return str(value)
    return value.isoformat() if value.utcoffset() is None or value.year in {1, 9999} else spelled(value)
