"""Lists of bare hashes: one hash a line, all of one type."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from safelight.banks.entry import NewEntry
from safelight.banks.exchanges.interface import Rejected
from safelight.banks.value import OpaqueText, infer_type, parse_type, parse_value
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

    def read(self, lines: Iterable[str]) -> Iterator[NewEntry | Rejected]:
        """Give one item for each hash."""
        signal_type = None if self.signal_type is None else parse_type(self.signal_type, self.opaque)
        for number, line in enumerate(lines, start=1):
            text = line.strip()
            if not text or text.startswith("#"):
                continue
            try:
                signal_type = signal_type or infer_type(text)
                value = parse_value(signal_type, text, self.opaque)
            except InvalidValue as error:
                yield Rejected(line=number, reason=str(error))
                continue
            yield NewEntry(
                signal_type=signal_type, value=value, label=self.label, label_scheme=self.label_scheme, line=number
            )
