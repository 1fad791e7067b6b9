"""Checking: everything that the authority would refuse is found before anything leaves.

Order and cardinality follow from the records themselves; `form` has the limits of single values, `rules` what fields
say about each other, `batched` what a batched report may not have.
"""

from collections.abc import Sequence
from datetime import datetime

from safelight.reporting.destinations.ncmec.batched import batch_faults
from safelight.reporting.destinations.ncmec.model.file import FileDetails
from safelight.reporting.destinations.ncmec.model.report import Report
from safelight.reporting.destinations.ncmec.rules import RULES
from safelight.reporting.form.checking import record_faults
from safelight.reporting.form.fault import Fault


def check_report(report: Report, now: datetime) -> list[Fault]:
    """Return what is wrong with a report, in the order of its fields; nothing where it can be sent at that moment."""
    return _checked(report, Report, "report", now)


def check_file(details: FileDetails, now: datetime) -> list[Fault]:
    """Return what is wrong with the details of one file."""
    return _checked(details, FileDetails, "fileDetails", now)


def check_submission(report: Report, files: Sequence[FileDetails], now: datetime) -> list[Fault]:
    """Return what is wrong with a report, its files, and with both together. Paths of files begin `fileDetails[1]`."""
    faults = check_report(report, now)
    for place, details in enumerate(files, start=1):
        faults += _checked(details, FileDetails, f"fileDetails[{place}]", now)
    return faults or list(batch_faults(report, files))


def _checked(record: object, kind: type, path: str, now: datetime) -> list[Fault]:
    return record_faults(record, kind, path, now=now, rules=RULES)
