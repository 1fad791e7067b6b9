"""What a command opens is closed when it ends, though it need not say so."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from contextvars import ContextVar
from typing import TypeVar

_OPENED: ContextVar[ExitStack] = ContextVar("opened")
_Opened = TypeVar("_Opened")


@contextmanager
def closing_what_is_opened() -> Iterator[None]:
    """Close at the end of the block, whatever happens in it, what was given to `close_at_end` within."""
    with ExitStack() as opened:
        token = _OPENED.set(opened)
        try:
            yield
        finally:
            _OPENED.reset(token)


def close_at_end(thing: AbstractContextManager[_Opened]) -> _Opened:
    """Enter a context that ends with the command; outside any command it is left to whoever opened it."""
    opened = _OPENED.get(None)
    return thing.__enter__() if opened is None else opened.enter_context(thing)
