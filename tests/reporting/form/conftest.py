"""What the tests of forms need: a moment, and the details of a file as one form has them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from safelight.reporting.destinations.ncmec.model.file import FileDetails


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 11, 23, 12, 30, 15, tzinfo=UTC)


@pytest.fixture
def details() -> Callable[..., FileDetails]:
    """Make the smallest details of a file, with some fields changed."""

    def make(**changes: Any) -> FileDetails:
        return replace(FileDetails(report_id=4711, file_id="0123abcd"), **changes)

    return make
