"""Lists as JSON Lines: one object a line."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from safelight.banks.entry import Entry
from safelight.banks.exchanges.interface import Item, ListHead, Rejected, Unit
from safelight.banks.fields import FIELDS, Given, entry_of, fields_of
from safelight.banks.list_source import ListSource
from safelight.banks.list_text import ListText
from safelight.errors import InvalidValue

_KNOWN = frozenset(FIELDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonLines:
    """Reads and writes one JSON object a line, with the members of `safelight.banks.fields.FIELDS`.

    A member of another name is refused, so that a slip of the pen does not lose a label.
    """

    given: Given = field(default_factory=Given)

    @property
    def format(self) -> str:
        """The name of the format."""
        return "json_lines"

    @property
    def unit(self) -> Unit:
        """What its places are counted in."""
        return Unit.LINE

    def read(self, source: ListSource) -> Iterator[Item]:
        """Give one item for each line that is not blank."""
        for number, line in enumerate(ListText(source), start=1):
            if line.isspace():
                continue
            try:
                yield entry_of(_fields(line), self.given, number)
            except InvalidValue as error:
                yield Rejected(line=number, reason=str(error))

    def write(self, entries: Iterable[Entry], head: ListHead) -> Iterator[bytes]:  # noqa: ARG002 - rows only
        """Give one line for each entry, without the members that it has nothing for."""
        for entry in entries:
            members: dict[str, str | bool] = {name: text for name, text in fields_of(entry).items() if text}
            if entry.disabled:
                members["disabled"] = True
            yield json.dumps(members, ensure_ascii=False).encode() + b"\n"


def _fields(line: str) -> dict[str, str]:
    try:
        members = json.loads(line)
    except (ValueError, RecursionError):
        # The parser's own message would be safe, but its chained error holds the line.
        raise InvalidValue("not JSON") from None
    if not isinstance(members, dict):
        raise InvalidValue("not a JSON object")
    if not members.keys() <= _KNOWN:
        raise InvalidValue(f"a member has none of these names: {', '.join(FIELDS)}")
    return {name: _text(name, value) for name, value in members.items() if value is not None}


def _text(name: str, value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool) and name == "disabled":
        return "true" if value else ""
    if isinstance(value, int) and not isinstance(value, bool) and name in {"entry_id", "issuer", "label"}:
        return str(value)
    raise InvalidValue(f"{name!r} is not a text")
