"""Reports over the whole model of the CyberTipline, valid ones, by a seed: what an installed product can make up too.

Everything in them is made up by chance. `ncmec_reports` does the same for tests by properties, with hypothesis.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np

from safelight.reporting.destinations.ncmec.model.file import FileDetails
from safelight.reporting.destinations.ncmec.model.report import Report
from safelight.reporting.form.kind import Kind
from safelight.reporting.form.plain_kinds import Choice, Day, Degrees, Flag, Moment, Number
from safelight.reporting.form.slot import Slot, Tags, slots_of
from safelight.reporting.form.text_kinds import Code, EmailText, Form, IpText, Text, Url
from safelight.testing.ncmec_mending import mended, mended_report

_PATTERNS = {r"\S+": "0123abcd", r"\+[0-9]{1,3}": "+372", "[0-9]{1,10}": "12"}
_ADDRESSES = ("192.0.2.7", "2001:db8::7", "::ffff:192.0.2.7")
_TEXTS = ("plain", "ümläut & <tag>", "two\nlines", "\U0001f512", " spaces ")
_BEGINNING = datetime(2001, 1, 1, tzinfo=UTC)
_SECONDS = 20 * 365 * 86_400


@dataclass(frozen=True, slots=True)
class PlainReports:
    """Makes up records by a seed: the same ones each time.

    `fullness` says how much of what may be left out is filled, in percent.
    """

    draw: np.random.Generator
    fullness: int = 40

    def report(self) -> Report:
        """Make up a valid report that is not batched."""
        return mended_report(self.record(Report))

    def file(self) -> FileDetails:
        """Make up valid details of a file."""
        details: FileDetails = self.record(FileDetails)
        return details

    def record(self, kind: type[Any]) -> Any:
        """Make up a record that is valid by itself."""
        filled = {slot.field: self._values(slot) for slot in slots_of(kind) if slot.is_required or self._is_filled()}
        return mended(kind(**filled))

    def _values(self, slot: Slot) -> Any:
        if isinstance(slot.place, Tags):
            return frozenset(each for each in slot.place.options if self._is_filled())
        if slot.is_many:
            return tuple(self._one(slot) for _ in range(1 + self._below(2)))
        return self._one(slot)

    def _one(self, slot: Slot) -> Any:
        if slot.kind is None:
            return self.record(slot.records[self._below(len(slot.records))])
        return self.value(slot.kind)

    def value(self, kind: Kind) -> Any:
        """Make up a value that a kind takes, its limits among them."""
        match kind:
            case Form(pattern=pattern):
                return _PATTERNS[pattern]
            case Code(codes=codes):
                return self.one_of(sorted(codes))
            case Url():
                return self.one_of(["https://media.example/a?b=1&c=<ü>", "h" * 2083])
            case EmailText():
                return self.one_of([f"person-{self._below(1000)}@example.org", "x" * 64 + "@" + "y" * 190])
            case IpText():
                return self.one_of(_ADDRESSES)
            case Text(longest=longest):
                return self.one_of(_TEXTS if longest is None else (*_TEXTS, "x" * longest))
        return self._no_text(kind)

    def _no_text(self, kind: Kind) -> Any:
        at = _BEGINNING + timedelta(seconds=self._below(_SECONDS))
        match kind:
            case Number(least=least, most=most):
                return self.one_of([least, most, (least + most) // 2])
            case Degrees(most=most):
                return self.one_of([float(most), -float(most), 0.5])
            case Moment():
                return at
            case Day():
                return self.one_of([date(1900, 1, 1), at.date()])
            case Choice(options=options):
                return self.one_of([*options])
            case Flag():
                return bool(self._below(2))
        raise TypeError("a kind of values that nothing is made up of")  # pragma: no cover - the test has each

    def one_of(self, options: Sequence[Any]) -> Any:
        """Choose one."""
        return options[self._below(len(options))]

    def _is_filled(self) -> bool:
        return self._below(100) < self.fullness

    def _below(self, count: int) -> int:
        return int(self.draw.integers(count))


def plain_reports(seed: int, *, fullness: int = 40) -> PlainReports:
    """Return what makes up reports by a seed."""
    return PlainReports(np.random.default_rng(seed), fullness)
