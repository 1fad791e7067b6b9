"""Reports that are broken in one place, wherever that may be, for tests by properties."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from safelight.reporting.form.kind import Kind
from safelight.reporting.form.plain_kinds import Choice, Day, Degrees, Flag, Moment, Number
from safelight.reporting.form.slot import Filled, OneOf, Slot, Tags, filled_slots
from safelight.reporting.form.text_kinds import Text
from safelight.testing.ncmec_reports import NOW

_FOREIGN: list[Any] = [object(), ["a list"]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """A record that is broken in one place, and the path of that place."""

    record: Any
    path: str


@st.composite
def broken(draw: st.DrawFn, whole: st.SearchStrategy[Any], root: str) -> Broken:
    """Give valid records of which one field, anywhere below, was given what it does not take."""
    return break_one(draw(whole), root, lambda options: draw(st.sampled_from(options)))


def break_one(record: Any, root: str, choose: Callable[[list[Any]], Any]) -> Broken:
    """Return a record of which one field, anywhere below, has what it does not take: which, and what, is chosen."""
    filled, steps = choose([*_places(record, root, ())])
    bad = choose(bad_values(filled.slot))
    return Broken(record=_with(record, steps, bad), path=filled.path)


def bad_values(slot: Slot) -> list[Any]:
    """Return values that a slot does not take: of other types, and beyond its limits."""
    if isinstance(slot.place, Tags):
        return [*_FOREIGN, frozenset({"spam"}), ("spam",)]
    return [*_FOREIGN, *_beyond(slot.kind)]


def _beyond(kind: Kind | None) -> list[Any]:
    match kind:
        case Text(longest=longest):
            long = [] if longest is None else ["x" * (longest + 1), "\U0001f512" * (longest // 2 + 1)]
            odd = [] if type(kind) is Text else ["\u2028 odd", "a b@c d"]
            return ["", " \n ", "a\x00b", "\x1f", "\ud800", "\ufffe", 5, True, *long, *odd]
        case Number(least=least, most=most):
            return [least - 1, most + 1, True, 1.5, "1"]
        case Degrees(most=most):
            return [most + 0.001, -most - 1.0, float("nan"), float("inf"), True, "1"]
        case Moment():
            naive = datetime(2026, 1, 1)  # noqa: DTZ001 - that it has no zone is what is wrong
            old = datetime(1899, 12, 31, tzinfo=UTC)
            return [naive, old, NOW, NOW + timedelta(days=1), date(2026, 1, 1), "2026-01-01T00:00:00Z"]
        case Day():
            return [date(1899, 12, 31), NOW.date(), NOW.date() + timedelta(days=9), NOW - timedelta(days=9)]
        case Flag():
            return [1, "true"]
        case Choice():
            return ["no such word", 1]
    return []


def _places(record: Any, path: str, steps: tuple[tuple[str, int | None], ...]) -> Iterator[tuple[Filled, Any]]:
    counts: dict[str, int] = {}
    for filled in filled_slots(record, path):
        field = filled.slot.field
        index = counts.get(field, 0) if filled.slot.is_many else None
        counts[field] = counts.get(field, 0) + 1
        here = (*steps, (field, index))
        if not isinstance(filled.slot.place, OneOf):
            yield filled, here
        if filled.slot.kind is None and not isinstance(filled.slot.place, Tags):
            yield from _places(filled.value, filled.path, here)


def _with(record: Any, steps: tuple[tuple[str, int | None], ...], bad: Any) -> Any:
    (field, index), *rest = steps
    old = getattr(record, field)
    if index is None:
        return replace(record, **{field: _with(old, tuple(rest), bad) if rest else bad})
    new = _with(old[index], tuple(rest), bad) if rest else bad
    return replace(record, **{field: (*old[:index], new, *old[index + 1 :])})
