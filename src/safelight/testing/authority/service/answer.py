"""Answers, as XML in the two forms that the authority has."""

from collections.abc import Iterable
from dataclasses import dataclass

from lxml import etree

from safelight.testing.authority.code import MEANINGS, Code, status_of

XML = "text/xml; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer: its response code (-1 where it has none), HTTP status, body and type."""

    code: int
    status: int
    body: bytes
    content_type: str = XML


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What an answer tells beside its code. What is None is left out."""

    report_id: int | None = None
    file_id: str | None = None
    md5: str | None = None


def respond(code: int, says: str | None = None, told: Told | None = None, status: int | None = None) -> Answer:
    """Return a `reportResponse`."""
    told = told or Told()
    values = {
        "responseCode": str(int(code)),
        "responseDescription": says or MEANINGS.get(code, "Unknown"),
        "reportId": None if told.report_id is None else str(told.report_id),
        "fileId": told.file_id,
        "hash": told.md5,
    }
    root = etree.Element("reportResponse")
    for name, value in values.items():
        if value is not None:
            etree.SubElement(root, name).text = value
    return Answer(code=int(code), status=status_of(code) if status is None else status, body=_written(root))


def receipt(report_id: int, file_ids: Iterable[str]) -> Answer:
    """Return the `reportDoneResponse` that ends a report."""
    root = etree.Element("reportDoneResponse")
    etree.SubElement(root, "responseCode").text = str(int(Code.SUCCESS))
    etree.SubElement(root, "reportId").text = str(report_id)
    files = etree.SubElement(root, "files")
    for file_id in file_ids:
        etree.SubElement(files, "fileId").text = file_id
    return Answer(code=int(Code.SUCCESS), status=200, body=_written(root))


def _written(root: etree._Element) -> bytes:
    return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=True))
