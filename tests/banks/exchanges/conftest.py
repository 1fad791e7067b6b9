"""What tests of every list format need: reading one, entry by entry."""

import io
from collections.abc import Callable

import pytest

from safelight.banks.entry import NewEntry
from safelight.banks.entry_block import EntryBlock
from safelight.banks.exchanges.interface import ListHead, ListReader, Rejected
from safelight.banks.list_source import ListSource

Read = Callable[[ListReader, str], list[NewEntry | Rejected]]


@pytest.fixture
def read_list() -> Read:
    """Give a function that reads a text with a reader and gives its entries one by one."""

    def read(reader: ListReader, text: str) -> list[NewEntry | Rejected]:
        source = ListSource(io.BytesIO(text.encode()), accepts_unfinished_line=True)
        items: list[NewEntry | Rejected] = []
        for item in reader.read(source):
            if isinstance(item, EntryBlock):
                items += item.entries()
            elif not isinstance(item, ListHead):
                items.append(item)
        return items

    return read
