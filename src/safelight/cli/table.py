"""Tables whose cells are never cut off: what is too wide is folded, and what is copied by hand stays in one piece."""

from collections.abc import Collection

from rich.table import Table


def new_table(*headings: str, whole: Collection[str] = ()) -> Table:
    """Return a table with these columns; the cells of those in `whole`, such as ids, are not even folded."""
    table = Table()
    for heading in headings:
        table.add_column(heading, no_wrap=heading in whole, overflow="fold")
    return table
