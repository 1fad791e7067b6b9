"""Kinds of values: what may stand in one element or attribute, and how it is written."""

from datetime import datetime
from typing import Any, Protocol, runtime_checkable


class Kind(Protocol):
    """A kind of value. `types` are the very types that a value may have: a boolean is no number, a moment no day."""

    @property
    def types(self) -> tuple[type, ...]:
        """The types that are taken."""
        ...

    def refusal_of(self, value: Any) -> str | None:
        """Return a sentence on why a value of these types is refused, without the value; None if it is not."""
        ...

    def write(self, value: Any) -> str:
        """Return the text that is sent."""
        ...

    def read(self, text: str) -> Any:
        """Return the value that a text stands for, as `write` gives it. Raises `ValueError` for none of this kind."""
        ...


@runtime_checkable
class Timed(Protocol):
    """A kind whose values can be too late: all dates of a report lie in the past."""

    def lateness_of(self, value: Any, now: datetime) -> str | None:
        """Return a sentence on why a value is too late at that moment; None if it is not."""
        ...
