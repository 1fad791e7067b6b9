"""Lists of bare hashes: one hash a line, all of one type."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from safelight.banks.entry_block import EntryBlock
from safelight.banks.exchanges.interface import Item, Rejected, Unit
from safelight.banks.fields import Given, block_of, entry_of
from safelight.banks.list_source import ListSource
from safelight.banks.list_text import ListText
from safelight.banks.value import OpaqueText, infer_type, parse_type
from safelight.errors import InvalidValue


@dataclass(frozen=True, slots=True, kw_only=True)
class BareLines:
    """Reads one hash a line. Without `signal_type` the length of the first hash decides for all, if that is clear.

    Blank lines and lines that start with `#` are passed over.
    """

    signal_type: str | None = None
    opaque: OpaqueText | None = None
    label: str | None = None
    label_scheme: str | None = None

    @property
    def format(self) -> str:
        """The name of the format."""
        return "bare_lines"

    @property
    def unit(self) -> Unit:
        """What its places are counted in."""
        return Unit.LINE

    def read(self, source: ListSource) -> Iterator[Item]:
        """Give the entry of every hash."""
        signal_type = None if self.signal_type is None else parse_type(self.signal_type, self.opaque)
        given = Given(signal_type=signal_type, opaque=self.opaque, label=self.label, label_scheme=self.label_scheme)
        for first, lines in ListText(source).numbered_parts():
            texts = list(map(str.strip, lines))
            block = _block(first, texts, given)
            if block is not None:
                yield block
                continue
            for number, text in enumerate(texts, start=first):
                if not text or text.startswith("#"):
                    continue
                try:
                    given = given if given.signal_type else replace(given, signal_type=infer_type(text))
                    yield entry_of({"value": text}, given, number)
                except InvalidValue as error:
                    yield Rejected(line=number, reason=str(error))


def _block(first: int, texts: Sequence[str], given: Given) -> EntryBlock | None:
    """Return lines as a block, or None if anything is unusual about one of them, or the type not known yet."""
    if given.signal_type is None:
        return None
    try:
        return block_of({"value": texts}, given, range(first, first + len(texts)))
    except InvalidValue:
        return None
