"""Records are held against their slots, and then against the rules between their fields."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import pytest

from safelight.reporting.form.checking import record_faults
from safelight.reporting.form.fault import Fault
from safelight.reporting.form.plain_kinds import Moment, Number
from safelight.reporting.form.slot import Element
from safelight.reporting.form.text_kinds import Text

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    count: Annotated[int, Element(Number(1, 9))]
    most: Annotated[int | None, Element(Number(1, 9))] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    name: Annotated[str, Element(Text(5))]
    at: Annotated[datetime | None, Element(Moment())] = None
    parts: Annotated[tuple[Part, ...], Element(name="part", is_needed=True)] = ()


def count_is_within(part: Part, path: str) -> Iterator[Fault]:
    if part.most is not None and part.count > part.most:
        yield Fault(path=f"{path}/count", sentence="This is more than the most.")


RULES = {Part: (count_is_within,)}
GOOD = Part(count=1)


def paths(record: Any) -> list[str]:
    return [each.path for each in record_faults(record, Whole, "whole", now=NOW, rules=RULES)]


@pytest.mark.parametrize(
    ("record", "where"),
    [
        (Whole(name="name", parts=(GOOD,)), []),
        (Whole(name="name"), ["whole/part"]),
        (Whole(name="longer", parts=(GOOD,)), ["whole/name"]),
        (Whole(name="name", at=NOW + timedelta(days=1), parts=(GOOD,)), ["whole/at"]),
        (Whole(name="name", parts=(GOOD, Part(count=10))), ["whole/part[2]/count"]),
        (Whole(name="name", parts=(Part(count=3, most=2),)), ["whole/part[1]/count"]),
        (Whole(name=1, parts=(GOOD,)), ["whole/name"]),  # type: ignore[arg-type] - what no type checker saw
        (Whole(name="name", parts=(True,)), ["whole/part[1]"]),  # type: ignore[arg-type] - likewise
    ],
)
def test_each_fault_has_the_path_of_its_field(record: Whole, where: list[str]) -> None:
    assert paths(record) == where


def test_fields_are_compared_only_where_each_of_them_is_in_order() -> None:
    assert paths(Whole(name="name", parts=(Part(count=10, most=2),))) == ["whole/part[1]/count"]


def test_another_record_than_the_one_asked_for_is_a_fault() -> None:
    (fault,) = record_faults(GOOD, Whole, "whole", now=NOW, rules=RULES)
    assert fault.path == "whole"
