"""Lists of `type hash` lines, as python-threatexchange's file exchange reads them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from safelight.banks.entry import NewEntry
from safelight.banks.exchanges.interface import Rejected
from safelight.banks.value import OpaqueText, parse_type, parse_value
from safelight.errors import InvalidValue


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

    def read(self, lines: Iterable[str]) -> Iterator[NewEntry | Rejected]:
        """Give one item for each line."""
        for number, line in enumerate(lines, start=1):
            words = line.split()
            if not words or words[0].startswith("#"):
                continue
            if len(words) != 2:
                yield Rejected(line=number, reason=f"{len(words)} words where a type and a hash are expected")
                continue
            try:
                signal_type = parse_type(words[0], self.opaque)
                value = parse_value(signal_type, words[1], self.opaque)
            except InvalidValue as error:
                yield Rejected(line=number, reason=str(error))
                continue
            yield NewEntry(
                signal_type=signal_type, value=value, label=self.label, label_scheme=self.label_scheme, line=number
            )
