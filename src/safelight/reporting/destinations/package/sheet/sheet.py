"""Sheets: what stands on one, in order, whatever it is printed on."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading; level 1 is a section's, 2 and 3 are below it."""

    text: str
    level: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A label and what is said under it, which may have several lines and any character."""

    label: str
    text: str = field(repr=False)
    level: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A text without a label. `is_alarm`: it is to be seen first."""

    text: str = field(repr=False)
    is_alarm: bool = False


Item = Heading | Entry | Passage


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A sheet. `running` stands on every page; `page` has places for `{page}` and `{pages}`.

    `stamp` is printed across every page, "" for nothing. `unshown` is said where a character could not be printed.
    """

    title: str
    running: str
    page: str
    language: str
    stamp: str
    unshown: str
    items: Sequence[Item]
