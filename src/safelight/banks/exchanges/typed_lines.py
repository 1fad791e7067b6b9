"""Lists of `type hash` lines, as python-threatexchange's file exchange reads them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from safelight.banks.entry_block import EntryBlock
from safelight.banks.exchanges.interface import Item, Rejected, Unit
from safelight.banks.fields import Given, block_of, entry_of
from safelight.banks.list_source import ListSource
from safelight.banks.list_text import ListText
from safelight.banks.value import OpaqueText
from safelight.errors import InvalidValue

_Words = tuple[int, list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedLines:
    """Reads a signal type, a blank and a hash on each line, passing over blank lines and those that start with `#`."""

    opaque: OpaqueText | None = None
    label: str | None = None
    label_scheme: str | None = None

    @property
    def format(self) -> str:
        """The name of the format."""
        return "typed_lines"

    @property
    def unit(self) -> Unit:
        """What its places are counted in."""
        return Unit.LINE

    def read(self, source: ListSource) -> Iterator[Item]:
        """Give the entry of every line."""
        given = Given(opaque=self.opaque, label=self.label, label_scheme=self.label_scheme)
        for first, lines in ListText(source).numbered_parts():
            numbered = list(enumerate(map(str.split, lines), start=first))
            block = _block(numbered, given)
            if block is None:
                yield from _one_by_one(numbered, given)
            else:
                yield block


def _block(lines: Sequence[_Words], given: Given) -> EntryBlock | None:
    """Return lines as a block, or None if anything is unusual about one of them."""
    numbers, words = zip(*lines, strict=True)
    if set(map(len, words)) != {2}:
        return None
    signal_types, values = zip(*words, strict=True)
    if any(name.startswith("#") for name in set(signal_types)):
        return None
    try:
        return block_of({"signal_type": signal_types, "value": values}, given, numbers)
    except InvalidValue:
        return None


def _one_by_one(lines: Sequence[_Words], given: Given) -> Iterator[Item]:
    for number, words in lines:
        if not words or words[0].startswith("#"):
            continue
        if len(words) != 2:
            yield Rejected(line=number, reason=f"{len(words)} words where a type and a hash are expected")
            continue
        try:
            yield entry_of({"signal_type": words[0], "value": words[1]}, given, number)
        except InvalidValue as error:
            yield Rejected(line=number, reason=str(error))
