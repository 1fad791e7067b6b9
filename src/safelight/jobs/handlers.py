"""The table of handlers: from kind to what does the work."""

from collections.abc import Collection, Mapping
from datetime import timedelta

from safelight.errors import InvalidValue
from safelight.jobs.job import check_kind
from safelight.jobs.run import Handler


def require_handlers(kinds: Collection[str], handlers: Mapping[str, Handler]) -> None:
    """Raise `InvalidValue` unless every kind has a handler and every handler is of one of the kinds."""
    without, unknown = sorted(set(kinds) - set(handlers)), sorted(set(handlers) - set(kinds))
    if without:
        raise InvalidValue(f"No handler is set for jobs of the kind {', '.join(without)}: they would wait for ever.")
    if unknown:
        raise InvalidValue(f"A handler is set for {', '.join(unknown)}, which is no kind of job.")


def check_table(handlers: Mapping[str, Handler], every: Mapping[str, timedelta]) -> None:
    """Raise `InvalidValue` unless the kinds are well formed, and each periodic one has a handler and a period."""
    for kind in handlers:
        check_kind(kind)
    for kind, period in every.items():
        if kind not in handlers:
            raise InvalidValue(f"{kind} shall come every {period}, and no handler is set for it.")
        if period <= timedelta(0):
            raise InvalidValue(f"The period of {kind} must be longer than nothing, not {period}.")
