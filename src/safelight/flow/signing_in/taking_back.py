"""A try that could not be looked at is no wrong one: it is taken back."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from safelight.access.steps.trying import Counted, take_back_try
from safelight.database.transaction import write
from safelight.errors import KeysUnusable, RateLimited
from safelight.flow.signing_in.desk import SignInDesk


@contextmanager
def taking_back(desk: SignInDesk, counted: Sequence[Counted]) -> Iterator[None]:
    """Take a counted try back where the block fails for want of a place to hash in, or of the key service.

    Else a flood of sign-ins, or an outage, would make everybody wait who tried meanwhile.
    """
    try:
        yield
    except (RateLimited, KeysUnusable):
        with write(desk.engine) as tx:
            take_back_try(tx, counted)
        raise
