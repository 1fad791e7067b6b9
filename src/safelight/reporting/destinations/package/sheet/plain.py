"""The sheet as plain text in UTF-8: any program shows it, in any script that the machine has."""

import textwrap
from collections.abc import Iterator

from safelight.reporting.destinations.package.sheet.sheet import Entry, Heading, Item, Passage, Sheet
from safelight.reporting.destinations.package.sheet.showing import is_readable, shown

_RULES = {1: "=", 2: "-", 3: ""}


def plain_sheet(sheet: Sheet) -> bytes:
    """Return a sheet as text. Lines are as long as they were written."""
    head = [sheet.title, "=" * len(sheet.title), *([f"*** {sheet.stamp} ***"] if sheet.stamp else []), ""]
    lines = [*head, *(line for item in sheet.items for line in _lines(item))]
    return ("\n".join(line.rstrip() for line in lines) + "\n").encode()


def _lines(item: Item) -> Iterator[str]:
    match item:
        case Heading(text=text, level=level):
            yield from ("", text, *([_RULES[level] * len(text)] if _RULES[level] else []))
        case Entry(label=label, text=text, level=level):
            indent = "    " if level > 2 else ""
            first, *others = shown(text, is_readable).split("\n")
            yield f"{indent}{label}: {first}"
            yield from (textwrap.indent(line, f"{indent}    ") for line in others)
        case Passage(text=text, is_alarm=is_alarm):
            mark = "!!! " if is_alarm else ""
            yield from (f"{mark}{line}" for line in shown(text, is_readable).split("\n"))
