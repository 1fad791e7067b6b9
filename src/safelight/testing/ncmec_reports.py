"""Reports over the whole model of the CyberTipline, valid ones, for tests by properties.

Everything in them is made up by chance. This module needs hypothesis, which is no dependency of Safelight.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from hypothesis import strategies as st

from safelight.reporting.destinations.ncmec.model.file import FileAnnotation, FileDetails
from safelight.reporting.destinations.ncmec.model.report import BatchedReport, BatchReason, Report
from safelight.reporting.destinations.ncmec.model.reported import PersonOrUserReported
from safelight.reporting.form.kind import Kind
from safelight.reporting.form.plain_kinds import (
    CLOCK_MARGIN,
    Choice,
    Day,
    Degrees,
    Flag,
    Moment,
    Number,
)
from safelight.reporting.form.slot import Slot, Tags, slots_of
from safelight.reporting.form.text_kinds import Code, EmailText, Form, IpText, Text, Url
from safelight.testing.ncmec_mending import mended, mended_report

Strategy = st.SearchStrategy[Any]
NOW = datetime(2026, 11, 23, 12, 30, 15, 123456, tzinfo=UTC)
"""The moment at which all of them are valid."""

_LATEST = NOW.replace(tzinfo=None) - CLOCK_MARGIN - timedelta(hours=14)
_EARLIEST = datetime(1970, 1, 1)  # noqa: DTZ001 - zones are drawn
_VISIBLE = st.characters(codec="ascii", min_codepoint=33)
_ZONES = st.sampled_from([UTC, timezone(timedelta(hours=-8)), timezone(timedelta(hours=5, minutes=30))])
_LETTERS = st.characters(
    exclude_categories=("Cs", "Cc"), include_characters="\t\n\r", exclude_characters="\ufffe\uffff"
)


def reports() -> st.SearchStrategy[Report]:
    """Give valid reports that are not batched."""
    return st.builds(mended_report, records(Report))


def file_details() -> st.SearchStrategy[FileDetails]:
    """Give valid details of files."""
    return records(FileDetails)


def batched_reports() -> st.SearchStrategy[tuple[Report, FileDetails]]:
    """Give valid batched reports, each with its one file."""
    people = st.lists(st.builds(PersonOrUserReported, esp_identifier=st.integers(1).map(str)), min_size=1, max_size=5)
    annotations = st.frozensets(st.sampled_from([FileAnnotation.VIRAL, FileAnnotation.POTENTIAL_MEME]), min_size=1)
    return st.builds(_batched, reports(), people.map(tuple), file_details(), annotations)


def records(kind: type[Any]) -> Strategy:
    """Give records of one type, valid by themselves: each field is left out or filled, its limits included."""
    filled = {slot.field: _values(slot) for slot in slots_of(kind)}
    return st.builds(lambda **fields: mended(kind(**fields)), **filled)


def _values(slot: Slot) -> Strategy:
    if isinstance(slot.place, Tags):
        return st.frozensets(st.sampled_from(slot.place.options))
    single = st.one_of([_deferred(each) for each in slot.records]) if slot.kind is None else values_of(slot.kind)
    if slot.is_many:
        return st.lists(single, min_size=int(slot.is_required), max_size=2).map(tuple)
    return single if slot.is_required else st.none() | single


def _deferred(kind: type[Any]) -> Strategy:
    return st.deferred(lambda: records(kind))


def values_of(kind: Kind) -> Strategy:
    """Give values that a kind takes, the longest and the least among them."""
    return _VALUES[type(kind)](kind)


def _texts(longest: int | None) -> Strategy:
    short = st.text(_LETTERS, min_size=1, max_size=min(longest or 20, 20) // 2).filter(str.strip)
    return short if longest is None else short | st.just("x" * longest)


_VALUES: dict[type, Callable[[Any], Strategy]] = {
    Form: lambda kind: st.from_regex(kind.pattern, fullmatch=True, alphabet=_VISIBLE),
    Code: lambda kind: st.sampled_from(sorted(kind.codes)),
    Url: lambda _: st.integers(0).map("https://media.example/a?b={}&c=<ü>".format) | st.just("h" * 2083),
    EmailText: lambda _: st.integers(0).map("person-{}@example.org".format) | st.just("x" * 64 + "@" + "y" * 190),
    IpText: lambda _: st.ip_addresses().map(str),
    Text: lambda kind: _texts(kind.longest),
    Number: lambda kind: st.integers(kind.least, kind.most),
    Degrees: lambda kind: st.floats(-kind.most, kind.most),
    Moment: lambda _: st.datetimes(_EARLIEST, _LATEST, timezones=_ZONES),
    Day: lambda _: st.dates(date(1900, 1, 1), NOW.date() - timedelta(days=2)),
    Choice: lambda kind: st.sampled_from(kind.options),
    Flag: lambda _: st.booleans(),
}


def _batched(
    report: Report,
    people: tuple[PersonOrUserReported, ...],
    details: FileDetails,
    annotations: frozenset[FileAnnotation],
) -> tuple[Report, FileDetails]:
    whole = Report(
        batched_report=BatchedReport(reason=BatchReason.VIRAL_POTENTIAL_MEME),
        incident_summary=replace(report.incident_summary, escalate_to_high_priority=None),
        reporter=report.reporter,
        reported=people,
    )
    file = FileDetails(
        report_id=details.report_id,
        file_id=details.file_id,
        file_viewed_by_esp=details.file_viewed_by_esp,
        file_annotations=annotations,
        industry_classification=details.industry_classification,
        additional_infos=details.additional_infos,
    )
    return whole, file
