"""Taking: what an answer of success must hold to be believed. Each function makes what takes it from one call's answer.

What the authority's answers are said to have (facts/standards.md section 2) is required: the report's number of an
opening, an upload and a receipt; the id and the MD5 of an upload; the files of a receipt. Where nothing is said, a
number that is there must be the right one.
"""

from collections.abc import Callable
from typing import TypeVar

from safelight.reporting.destinations.interface import Uploaded
from safelight.reporting.destinations.ncmec.answer import ReportDoneResponse, ReportResponse, Response
from safelight.reporting.destinations.ncmec.safe_xml import read_xml

_Value = TypeVar("_Value")
Take = Callable[[Response], _Value]
"""Takes from an answer of success what the call was made for. Raises `Doubtful` where it is not there."""

_LARGEST_NUMBER = 2**63 - 1
_LONGEST_FILE_ID = 200
_LONGEST_DESCRIPTION = 64 << 20


class Doubtful(Exception):
    """An answer says that something was done, and not what, or something else than was asked."""


def opened(response: Response) -> str:
    """Take the number of a report that was opened."""
    told = _plain(response).report_id
    if told is None or not 0 < told <= _LARGEST_NUMBER:
        raise Doubtful("The answer has no number of a report.")
    return str(told)


def uploaded_to(report_id: int, before: tuple[str, ...]) -> Take[Uploaded]:
    """Make what takes the id and the MD5 of a file that was uploaded to this report, after others with these ids."""

    def take(response: Response) -> Uploaded:
        told = _plain(response)
        if told.report_id is None or not told.file_id or not told.md5 or len(told.file_id) > _LONGEST_FILE_ID:
            raise Doubtful("The answer lacks the report's number, the file's id, or the MD5 of what arrived.")
        _require(told, report_id)
        if told.file_id in before:
            raise Doubtful("The answer gives the id of another file.")
        return Uploaded(file_id=told.file_id, md5=told.md5)

    return take


def described_as(description: bytes) -> tuple[int, Take[None]]:
    """Return the report of what is described, and what sees that the answer is about it, and about the file."""
    sent = read_xml(description, max_bytes=_LONGEST_DESCRIPTION)
    report_id = int(sent.findtext("reportId", "0"))

    def take(response: Response) -> None:
        told = _plain(response)
        _require(told, report_id)
        if told.file_id is not None and told.file_id != sent.findtext("fileId"):
            raise Doubtful("The answer is about another file.")

    return report_id, take


def finished_with(report_id: int, file_ids: tuple[str, ...]) -> Take[None]:
    """Make what sees that a receipt is of this report, with the files that were sent, each once."""

    def take(response: Response) -> None:
        if not isinstance(response, ReportDoneResponse) or response.report_id is None:
            raise Doubtful("It is no receipt of a finished report.")
        if response.report_id != report_id:
            raise Doubtful("The receipt is of another report.")
        if sorted(response.file_ids) != sorted(file_ids):
            raise Doubtful("The receipt has other files than those that were sent.")

    return take


def retracted(report_id: int) -> Take[None]:
    """Make what sees that the answer is about the report that was retracted."""
    return lambda response: _require(_plain(response), report_id)


def _plain(response: Response) -> ReportResponse:
    if not isinstance(response, ReportResponse):
        raise Doubtful("It is the receipt of a report that was finished, to a call that finishes none.")
    return response


def _require(told: ReportResponse, report_id: int) -> None:
    if told.report_id is not None and told.report_id != report_id:
        raise Doubtful("The answer is about another report.")
