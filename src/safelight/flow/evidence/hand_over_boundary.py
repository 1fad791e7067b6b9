"""The moments of handing evidence over at which a process may die."""

from enum import StrEnum


class HandOverBoundary(StrEnum):
    """Moments of a hand-over. Bytes leave the vault from `OPENED` to `WHOLE`; the file has its name from `NAMED`."""

    BEGUN = "begun"
    OPENED = "opened"
    PROVED = "proved"
    READ = "read"
    WHOLE = "whole"
    RECORDED = "recorded"
    NAMED = "named"
