"""What is told of a fault of ours that nobody foresaw: its kind and its place, never what it says."""

import traceback
from pathlib import Path


def name_fault(error: BaseException) -> str:
    """Return the kind of an error and the file and line where it arose, such as `KeyError in shelf.py:12`.

    What the error itself says is left out: it may hold a listed value.
    """
    places = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)]
    return f"{type(error).__name__} in {places[-1] if places else 'an unknown place'}"
