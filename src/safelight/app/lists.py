"""Choosing the reader or writer of a hash list."""

from collections.abc import Mapping

from safelight.banks.exchanges.bank_dump import BankDump
from safelight.banks.exchanges.bare_lines import BareLines
from safelight.banks.exchanges.csv_list import CsvList
from safelight.banks.exchanges.interface import ListReader, ListWriter
from safelight.banks.exchanges.json_lines import JsonLines
from safelight.banks.exchanges.typed_lines import TypedLines
from safelight.banks.fields import Given
from safelight.banks.list_format import ListFormat
from safelight.errors import InvalidValue


def open_list_reader(
    list_format: ListFormat, given: Given, *, columns: Mapping[str, str | int] | None = None, has_header: bool = True
) -> ListReader:
    """Return the reader of a list format; `columns` and `has_header` are for CSV.

    Raises InvalidValue where something is given for a dump.
    """
    match list_format:
        case ListFormat.CSV:
            return CsvList(columns=columns or {}, has_header=has_header, given=given)
        case ListFormat.JSON_LINES:
            return JsonLines(given=given)
        case ListFormat.TYPED_LINES:
            return TypedLines(opaque=given.opaque, label=given.label, label_scheme=given.label_scheme)
        case ListFormat.BARE_LINES:
            return BareLines(
                signal_type=given.signal_type,
                opaque=given.opaque,
                label=given.label,
                label_scheme=given.label_scheme,
            )
        case ListFormat.DUMP:
            if given != Given() or columns:
                raise InvalidValue("A dump says everything of its entries itself: leave the options for lists away.")
            return BankDump()


def open_list_writer(list_format: ListFormat) -> ListWriter:
    """Return the writer of a list format. Raises InvalidValue for those that would lose what entries say."""
    match list_format:
        case ListFormat.CSV:
            return CsvList()
        case ListFormat.JSON_LINES:
            return JsonLines()
        case ListFormat.DUMP:
            return BankDump()
        case _:
            raise InvalidValue("A bank is written as dump, csv or json_lines: other formats would lose its labels.")
