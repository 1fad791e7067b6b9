"""Telling the format of a list by its first lines, where they leave no doubt."""

import json
from enum import StrEnum
from itertools import islice

from safelight.banks.fields import FIELDS
from safelight.banks.value import infer_type, parse_type
from safelight.errors import InvalidValue, ListRefused


class ListFormat(StrEnum):
    """The list formats that Safelight reads."""

    CSV = "csv"
    TYPED_LINES = "typed_lines"
    BARE_LINES = "bare_lines"
    JSON_LINES = "json_lines"
    DUMP = "dump"


def detect_format(head: str) -> ListFormat:
    """Return the format of a list of text by its beginning (some whole lines). A dump is told by `is_dump`.

    Only four beginnings leave no doubt: a JSON object; a CSV header that has a column `value`; a signal type that
    Safelight computes, a blank and hexadecimal digits; hexadecimal digits of the length of one type alone. Raises
    `InvalidValue` for all others: then somebody who knows the list must say. Raises `ListRefused` for what is no text,
    and where nothing but blank lines and comments can be seen.
    """
    lines = (line.strip() for line in head.removeprefix("\ufeff").splitlines())
    first = next(islice((line for line in lines if line and not line.startswith("#")), 1), "")
    if _is_json_object(first):
        return ListFormat.JSON_LINES
    if "value" in first.split(",") and len(set(first.split(",")) & set(FIELDS)) > 1:
        return ListFormat.CSV
    words = first.split()
    if len(words) == 2 and _is_known_type(words[0]) and _is_hex(words[1]):
        return ListFormat.TYPED_LINES
    if len(words) == 1 and _is_hex(first) and _is_clear(first):
        return ListFormat.BARE_LINES
    formats = ", ".join(name for name in ListFormat if name is not ListFormat.DUMP)
    _refuse_hopeless(head, first)
    raise InvalidValue(f"The first lines do not show what format this list has. Name one of: {formats}.")


def _refuse_hopeless(head: str, first: str) -> None:
    if not first:
        raise ListRefused("The list holds no entry, or none near its beginning. Nothing was taken.")
    # U+FFFD stands for bytes that are not UTF-8; at the end it may be a letter that was cut in two.
    if "\0" in head or "\ufffd" in head.rstrip("\ufffd"):
        raise ListRefused("The file is binary, or not UTF-8. Nothing was taken. Save the list as UTF-8 text.")


def _is_json_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False


def _is_known_type(text: str) -> bool:
    try:
        parse_type(text, None)
    except InvalidValue:
        return False
    return True


def _is_clear(text: str) -> bool:
    try:
        infer_type(text)
    except InvalidValue:
        return False
    return True


def _is_hex(text: str) -> bool:
    return bool(text) and all(digit in "0123456789abcdefABCDEF" for digit in text)
