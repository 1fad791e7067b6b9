"""Showing: text of strangers, so that no character is lost and none does anything but be read."""

import re
import unicodedata
from collections.abc import Callable

_JOINERS = {"\u200c", "\u200d"}
"""Parts of how some scripts, and pictures made of several, are written."""

_OTHERS = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""What is no character to read: controls, marks that turn the order of text around, halves of pairs."""


def is_readable(character: str) -> bool:
    """Whether a character is one to read, in plain text."""
    return unicodedata.category(character) not in _OTHERS or character in _JOINERS


def shown(text: str, can_show: Callable[[str], bool]) -> str:
    """Return a text in lines, in which whatever cannot be shown stands as its number: `[U+0416]`, `[U+0416 0430]`.

    Nothing is left out: lines end where they did, and a tab is four spaces.
    """
    lines = re.split("\r\n|\n|\r", text)
    return "\n".join(_shown_line(line.replace("\t", "    "), can_show) for line in lines)


def _shown_line(line: str, can_show: Callable[[str], bool]) -> str:
    made, hidden = list[str](), list[str]()
    for character in [*line, ""]:
        if character and not can_show(character):
            hidden.append(f"{ord(character):04X}")
            continue
        if hidden:
            made.append(f"[U+{' '.join(hidden)}]")
            hidden.clear()
        made.append(character)
    return "".join(made)
