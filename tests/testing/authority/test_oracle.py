"""Whatever goes wrong once, a sender that asks by `/retract` how far it had come files each report exactly once.

That is the reading of the published facts that the fake stands for.
"""

import hashlib
from typing import Any

import httpx2
import pytest
from lxml import etree

from safelight.testing.authority import Call, FakeAuthority, State
from safelight.testing.authority.faults.fault import NAMED

_PATH = "personOrUserReported/espIdentifier"
_CONTENT = b"content"


class _Failed(Exception):
    """A call that did not go well, or nobody knows."""


def _code(call: Any, *words: object) -> Any:
    try:
        answer = call(*words)
    except (httpx2.TransportError, etree.XMLSyntaxError, ValueError) as error:
        raise _Failed from error
    if answer.code != 0 or answer.status != 200:
        raise _Failed(answer.code)
    return answer


def _require_right(md5: str) -> None:
    if md5 != hashlib.md5(_CONTENT).hexdigest():
        raise _Failed("another file arrived")


def _file_once(caller: Any, documents: Any, mark: str) -> None:
    for _ in range(10):
        report_id = None
        try:
            report_id = _code(caller.send, "/submit", documents["report"](mark)).told["reportId"]
            upload = _code(caller.upload, report_id, _CONTENT)
            _require_right(upload.told["hash"])
            _code(caller.describe, report_id, upload.told["fileId"])
            _code(caller.finish, report_id)
        except _Failed:
            if report_id is None or not _was_filed(caller, report_id):
                continue
        return
    pytest.fail("it was never filed")


def _was_filed(caller: Any, report_id: str) -> bool:
    """Ask by retracting: 5102 says that it was filed; retracted now, before, or gone says that it was not."""
    for _ in range(10):
        try:
            code = caller.retract(report_id).code
        except (httpx2.TransportError, etree.XMLSyntaxError, ValueError):
            continue
        if code in {0, 5001, 5101, 5102}:
            return bool(code == 5102)
    pytest.fail("it does not answer")


@pytest.mark.parametrize("name", NAMED)
def test_any_fault_at_any_call_leaves_exactly_one_finished_report(
    fake: FakeAuthority, caller: Any, documents: Any, name: str
) -> None:
    calls = [Call.SUBMIT, Call.UPLOAD, Call.FILEINFO, Call.FINISH]
    marks = [f"{name} at {call}" for call in calls]
    for call, mark in zip(calls, marks, strict=True):
        fake.faults.next(call, name, seconds=0.0005)
        fake.faults.next(Call.RETRACT, name, seconds=0.0005)
        _file_once(caller, documents, mark)
        fake.faults.clear()
    found = fake.tally(_PATH, marks)
    assert (found.lost, found.doubled) == ((), ())
    (file, *_) = next(each for each in fake.reports(State.FINISHED) if each.texts(_PATH) == [marks[0]]).files
    assert file.md5 == hashlib.md5(_CONTENT).hexdigest()
