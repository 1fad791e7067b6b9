"""Records become what JSON can hold."""

import json
from datetime import UTC, datetime, timedelta

from safelight.testing.authority.as_json import call_as_json, orphan_as_json, report_as_json, scripted_as_json
from safelight.testing.authority.faults.plan import FaultPlan
from safelight.testing.authority.findings import Orphan
from safelight.testing.authority.state.calls import Call, CallMade
from safelight.testing.authority.state.report import SentFile, SentReport

_AT = datetime(2026, 11, 23, tzinfo=UTC)


def test_a_report_is_told_with_its_files_and_documents() -> None:
    file = SentFile(file_id="f", md5="m", sha256="s", size_bytes=3, uploaded_at=_AT, details=("<ü/>".encode(),))
    report = SentReport(report_id=1, user="u", xml=b"<report/>", opened_at=_AT, changed_at=_AT, files=(file,))
    told = json.loads(json.dumps(report_as_json(report)))
    assert (told["state"], told["xml"], told["ended_at"]) == ("open", "<report/>", None)
    assert told["expires_at"] == "2026-11-24T00:00:00+00:00"
    assert told["files"][0]["details"] == ["<ü/>"]


def test_the_other_records_are_told() -> None:
    orphan = Orphan(report_id=1, files=0, opened_at=_AT, expires_at=_AT, age=timedelta(minutes=1))
    made = CallMade(number=1, request_id="r", call=Call.UPLOAD, at=_AT, codes=(0, 0), status=200, fault="duplicate")
    plan = FaultPlan()
    plan.next("upload", "drip", times=2)
    told = json.loads(json.dumps([orphan_as_json(orphan), call_as_json(made), scripted_as_json(plan.script[0])]))
    assert told[0]["age_seconds"] == 60
    assert (told[1]["call"], told[1]["codes"], told[1]["at"]) == ("upload", [0, 0], "2026-11-23T00:00:00+00:00")
    assert told[2] == {"call": "upload", "fault": "drip", "times": 2, "skip": 0}
