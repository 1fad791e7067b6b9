"""Files that a command is given: text or JSON from a file, or from standard input for `-`."""

import json
import sys
from pathlib import Path

from safelight.errors import InvalidValue, NotFound

LARGEST_BYTES = 16 << 20


def read_given(file: Path) -> bytes:
    """Return what a file holds; `-` is standard input. Raises `NotFound`, `InvalidValue`."""
    try:
        if str(file) == "-":
            data = sys.stdin.buffer.read(LARGEST_BYTES + 1)
        else:
            with file.open("rb") as opened:
                data = opened.read(LARGEST_BYTES + 1)
    except FileNotFoundError as error:
        raise NotFound(f"There is no file {file}. Nothing was changed. Name one that is there.") from error
    except OSError as error:
        raise InvalidValue(f"{file} cannot be read: {error.strerror}. Nothing was changed.") from error
    if len(data) > LARGEST_BYTES:
        raise InvalidValue(f"{file} is longer than {LARGEST_BYTES >> 20} MiB. Nothing was changed.")
    return data


def read_text(file: Path) -> str:
    """Return the text of a file. Raises `NotFound`, `InvalidValue`, with nothing of it in the message."""
    try:
        return read_given(file).decode()
    except UnicodeDecodeError:
        raise InvalidValue(f"{file} is not text in UTF-8. Nothing was changed.") from None


def read_json(file: Path) -> object:
    """Return the JSON of a file. Raises `NotFound`, `InvalidValue`, with nothing of it in the message."""
    try:
        return json.loads(read_text(file))
    except (json.JSONDecodeError, RecursionError) as error:
        place = f", line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise InvalidValue(f"{file} is not JSON{place}. Nothing was changed.") from None
