"""A table of handlers that cannot be right is an error at start-up."""

from datetime import timedelta

import pytest

from safelight.errors import InvalidValue
from safelight.jobs.handlers import check_table, require_handlers


def _handle(run) -> None:
    raise AssertionError


def test_every_kind_has_its_handler_and_every_handler_its_kind() -> None:
    require_handlers(["a", "b"], {"a": _handle, "b": _handle})
    with pytest.raises(InvalidValue, match="No handler is set for jobs of the kind b, c"):
        require_handlers(["c", "a", "b"], {"a": _handle})
    with pytest.raises(InvalidValue, match="A handler is set for b, which is no kind"):
        require_handlers(["a"], {"a": _handle, "b": _handle})


def test_kinds_are_well_formed_and_periodic_ones_have_a_handler_and_a_period() -> None:
    check_table({"a": _handle}, {"a": timedelta(seconds=1)})
    with pytest.raises(InvalidValue, match="is no kind of job"):
        check_table({"A b": _handle}, {})
    with pytest.raises(InvalidValue, match="b shall come every 1 day, 0:00:00, and no handler"):
        check_table({"a": _handle}, {"b": timedelta(days=1)})
    with pytest.raises(InvalidValue, match="must be longer than nothing"):
        check_table({"a": _handle}, {"a": timedelta(0)})
