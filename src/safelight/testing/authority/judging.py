"""Judging documents as the calls do: read, then held against the schema, then against the rules between fields."""

from collections.abc import Sequence
from datetime import datetime

from lxml.etree import _Element as Element

from safelight.testing.authority.code import Code
from safelight.testing.authority.model.breach import Breach
from safelight.testing.authority.model.documents import FILE_DETAILS, REPORT
from safelight.testing.authority.model.validating import find_breach
from safelight.testing.authority.reading import read_xml
from safelight.testing.authority.refused import Refused
from safelight.testing.authority.rules.batched import breaches_of_batch
from safelight.testing.authority.rules.files import breaches_of_file
from safelight.testing.authority.rules.reports import breaches_of_report, is_batched


def judge_report(document: bytes, now: datetime) -> Element:
    """Return a report that `/submit` takes at this moment, read. Raises Refused: 4110 or 4100."""
    root = read_xml(document)
    _refuse(find_breach(root, REPORT))
    _refuse(next(breaches_of_report(root, now), None))
    return root


def judge_details(document: bytes, now: datetime) -> Element:
    """Return details of a file that `/fileinfo` takes at this moment, read. Raises Refused: 4110 or 4100."""
    root = read_xml(document)
    _refuse(find_breach(root, FILE_DETAILS))
    _refuse(next(breaches_of_file(root, now), None))
    return root


def judge_whole(report: Element, files: Sequence[Element | None]) -> None:
    """Judge a report with the details of its files as `/finish` does; None for those without. Raises Refused: 4100."""
    if is_batched(report):
        _refuse(next(breaches_of_batch(report, files), None))


def _refuse(breach: Breach | None) -> None:
    if breach is not None:
        raise Refused(Code.INVALID, f"Validation failed: {breach.path}: {breach.says}.")
