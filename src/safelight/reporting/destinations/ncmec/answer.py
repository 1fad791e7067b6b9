"""Answers: what the authority says to a call, read by name and kept as it is."""

import re
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from safelight.errors import InvalidValue
from safelight.reporting.destinations.ncmec.safe_xml import read_xml

LONGEST_ANSWER = 1 << 20
"""A receipt names each file in some 60 bytes: this is for 15,000 files and more."""

_WHOLE = re.compile(r"[+-]?[0-9]{1,19}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportResponse:
    """The answer to all calls but `/finish` and `/xsd`.

    `code` is the authority's number, also where it is not known here. `md5` is the digest of what arrived, in small
    letters. The description may name a user, an address or what a field held: it is for no log, nor is the digest.
    """

    code: int
    description: str = field(default="", repr=False)
    report_id: int | None = None
    file_id: str | None = None
    md5: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDoneResponse:
    """The answer to `/finish`: the receipt, with the ids of the files that the authority holds."""

    code: int
    report_id: int | None = None
    file_ids: tuple[str, ...] = ()


Response = ReportResponse | ReportDoneResponse


def read_response(body: bytes) -> Response:
    """Return what an answer says, whichever of the two it is. Raises `InvalidValue`, with nothing of the answer in it.

    Elements that are not known are passed over; one that is, and that stands there twice, is not believed.
    """
    root = read_xml(body, max_bytes=LONGEST_ANSWER)
    match etree.QName(root).localname:
        case "reportResponse":
            return _response(root)
        case "reportDoneResponse":
            return ReportDoneResponse(
                code=_code(root), report_id=_number(root, "reportId"), file_ids=tuple(_file_ids(root))
            )
    raise InvalidValue("The answer is neither a reportResponse nor a reportDoneResponse. Nothing of it is used.")


def _response(root: Any) -> ReportResponse:
    md5 = _text(root, "hash")
    return ReportResponse(
        code=_code(root),
        description=_text(root, "responseDescription") or "",
        report_id=_number(root, "reportId"),
        file_id=_text(root, "fileId") or None,
        md5=md5.lower() if md5 else None,
    )


def _file_ids(root: Any) -> list[str]:
    """Return the ids below `files`, and those that stand beside it, as one open client has it."""
    holders = [root, *_children(root, "files")]
    return [(each.text or "").strip() for holder in holders for each in _children(holder, "fileId")]


def _code(root: Any) -> int:
    code = _number(root, "responseCode")
    if code is None:
        raise InvalidValue("The answer has no response code. Nothing of it is used.")
    return code


def _number(root: Any, name: str) -> int | None:
    text = _text(root, name)
    if not text:
        return None
    if _WHOLE.fullmatch(text) is None:
        raise InvalidValue(f"The answer's {name} is no number. Nothing of it is used.")
    return int(text)


def _text(root: Any, name: str) -> str | None:
    found = _children(root, name)
    if len(found) > 1:
        raise InvalidValue(f"The answer has {name} more than once. Nothing of it is used.")
    return (found[0].text or "").strip() if found else None


def _children(root: Any, name: str) -> list[Any]:
    return [each for each in root if isinstance(each.tag, str) and etree.QName(each).localname == name]
