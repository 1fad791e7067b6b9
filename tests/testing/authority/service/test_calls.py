"""The seven calls over HTTP, and every response code that is known."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from lxml import etree

from safelight.testing.authority import Account, Call, FakeAuthority, State, Wanted, fake_authority
from safelight.testing.authority.model.documents import FILE_DETAILS, REPORT
from safelight.testing.authority.model.specimen import specimens


def _text(root: Any) -> str:
    return etree.tostring(root, encoding="unicode")


def test_status_says_who_asks_and_from_where(caller: Any) -> None:
    answer = caller.get("/status")
    assert (answer.status, answer.code) == (200, 0)
    assert answer.told["responseDescription"] == "Remote User : fake-user, Remote Ip : 127.0.0.1"
    assert "reportId" not in answer.told


def test_xsd_is_a_schema_that_says_that_it_is_ours(caller: Any) -> None:
    response = caller.call("GET", "/xsd")
    assert response.headers["Content-Type"] == "text/xml; charset=utf-8"
    assert b"not the authority's schema" in response.content
    assert etree.XMLSchema(etree.fromstring(response.content)) is not None


def test_a_report_with_files_from_its_opening_to_its_receipt(caller: Any, fake: FakeAuthority) -> None:
    contents = [b"first", b"second", b"first"]
    report_id = caller.submit("account-9")
    uploads = [caller.upload(report_id, content) for content in contents]
    ids = [answer.told["fileId"] for answer in uploads]
    assert [answer.told["hash"] for answer in uploads] == [hashlib.md5(each).hexdigest() for each in contents]
    assert {answer.told["reportId"] for answer in uploads} == {str(report_id)}
    for file_id in ids:
        assert caller.describe(report_id, file_id).code == 0
    done = caller.finish(report_id)
    assert (done.status, done.code, done.told["reportId"], done.files) == (200, 0, str(report_id), ids)
    report = fake.report(report_id)
    assert report is not None
    assert (report.state, report.texts("personOrUserReported/espIdentifier")) == (State.FINISHED, ["account-9"])
    assert [file.size_bytes for file in report.files] == [5, 6, 5]
    assert [len(file.details) for file in report.files] == [1, 1, 1]


def test_everything_that_the_model_has_can_be_sent(caller: Any) -> None:
    for report in specimens(REPORT):
        persons = report.findall("personOrUserReported")
        report.remove(persons[1])
        assert caller.send("/submit", _text(report)).told["responseDescription"] == "Success"
    report_id = caller.submit()
    for details in specimens(FILE_DETAILS):
        file_id = caller.upload(report_id).told["fileId"]
        details.find("reportId").text, details.find("fileId").text = str(report_id), file_id
        assert caller.send("/fileinfo", _text(details)).told["responseDescription"] == "Success"
    assert caller.finish(report_id).code == 0


@pytest.mark.parametrize(("end", "code"), [("finish", 5102), ("retract", 5101), ("expire", 5001)])
def test_an_ended_report_answers_every_call_with_its_end(caller: Any, fake: FakeAuthority, end: str, code: int) -> None:
    report_id = caller.submit()
    file_id = caller.upload(report_id).told["fileId"]
    if end == "expire":
        fake.clock.advance(timedelta(hours=24))
    else:
        assert getattr(caller, end)(report_id).code == 0
    answers = [
        caller.upload(report_id),
        caller.describe(report_id, file_id),
        caller.finish(report_id),
        caller.retract(report_id),
    ]
    assert [answer.code for answer in answers] == [code] * 4


def test_the_last_change_gives_an_hour(caller: Any, fake: FakeAuthority) -> None:
    report_id = caller.submit()
    fake.clock.advance(timedelta(hours=23, minutes=50))
    file_id = caller.upload(report_id).told["fileId"]
    fake.clock.advance(timedelta(minutes=59))
    assert caller.describe(report_id, file_id).code == 0
    fake.clock.advance(timedelta(minutes=59))
    assert caller.finish(report_id).code == 0


def test_reports_and_files_that_nobody_has_do_not_exist(caller: Any) -> None:
    report_id = caller.submit()
    assert [caller.upload(1).code, caller.finish(1).code, caller.retract(1).code] == [5001] * 3
    assert caller.describe(1, "0" * 32).code == 5001
    assert caller.describe(report_id, "0" * 32).code == 5002


def test_documents_are_read_then_validated_then_held_against_the_rules(caller: Any, documents: Any) -> None:
    report = documents["report"]()
    answers = {
        "malformed": caller.send("/submit", report[:-4]),
        "a document type": caller.send("/submit", report.replace("<report>", "<!DOCTYPE report><report>")),
        "the schema": caller.send("/submit", report.replace("incidentType>", "incidentKind>")),
        "a rule": caller.send("/submit", report.replace("2026-11-22", "2026-11-24")),
    }
    assert [answer.code for answer in answers.values()] == [4110, 4110, 4100, 4100]
    assert [answer.status for answer in answers.values()] == [400] * 4
    assert (
        answers["the schema"]
        .told["responseDescription"]
        .startswith("Validation failed: report/incidentSummary/incidentType: it is missing before incidentKind")
    )
    assert "incidentDateTime: it has to lie in the past" in answers["a rule"].told["responseDescription"]


def test_details_are_held_against_their_rules(caller: Any) -> None:
    report_id = caller.submit()
    file_id = caller.upload(report_id).told["fileId"]
    answer = caller.describe(report_id, file_id, "<exifViewedByEsp>true</exifViewedByEsp>")
    assert (answer.code, "exifViewedByEsp" in answer.told["responseDescription"]) == (4100, True)
    assert caller.describe(report_id, file_id, "<fileName>a</fileName><fileName>b</fileName>").code == 4100


def test_a_batched_report_is_held_against_its_rules_when_it_is_finished(caller: Any, documents: Any) -> None:
    batched = documents["report"]().replace("<report>", '<report><batchedReport reason="VIRAL_POTENTIAL_MEME"/>')
    report_id = caller.send("/submit", batched).told["reportId"]
    file_id = caller.upload(report_id).told["fileId"]
    refused = caller.finish(report_id)
    assert (refused.status, refused.code) == (400, 4100)
    assert caller.describe(report_id, file_id, "<fileAnnotations><viral/></fileAnnotations>").code == 0
    assert caller.finish(report_id).code == 0


def test_uploads_need_an_id_and_a_file_that_is_not_empty(caller: Any, documents: Any) -> None:
    report_id = caller.submit()

    def post(**body: Any) -> int:
        return documents["read"](caller.call("POST", "/upload", **body)).code

    file = {"file": ("a", b"x")}
    assert [post(files=file), post(files=file, data={"id": "x"}), post(files=file, data={"id": "-1"})] == [4000] * 3
    assert post(content=b"x", headers={"Content-Type": "application/octet-stream"}) == 4000
    assert post(data={"id": str(report_id)}) == 4200
    assert post(data={"id": str(report_id)}, files={"file": ("a", b"")}) == 4200
    broken = {"Content-Type": "multipart/form-data; boundary=x"}
    assert post(content=b'--x\r\nContent-Disposition: form-data; name="id"\r\n\r\n1', headers=broken) == 4200


def test_finish_and_retract_take_a_multipart_form_too(caller: Any, documents: Any) -> None:
    for path in ("/finish", "/retract"):
        form = {"id": (None, str(caller.submit()))}
        assert documents["read"](caller.call("POST", path, files=form)).code == 0
        assert documents["read"](caller.call("POST", path, data={})).code == 4000


def test_accounts_are_refused_what_they_may_not_do(new_caller: Any) -> None:
    accounts = [
        Account(user="barred", password="p", is_barred=True),
        Account(user="reader", password="p", may_submit=False, may_update=False),
    ]
    with fake_authority(Wanted(accounts=accounts)) as other:
        answers = [
            new_caller(address=other.address, user=user, password="p").send("/submit", "<report/>")
            for user in ("barred", "reader")
        ]
        late = new_caller(address=other.address, user="reader", password="p").finish(1)
    assert [(answer.status, answer.code) for answer in [*answers, late]] == [(403, 3000), (403, 3100), (403, 3300)]


def test_fifty_callers_at_a_time_get_each_their_own(fake: FakeAuthority, new_caller: Any) -> None:
    before = fake.counts[Call.FINISH]

    def report(number: int) -> tuple[int, str]:
        calling = new_caller(address=fake.address)
        report_id = calling.submit(f"crowd-{number}")
        content = f"content of {number}".encode()
        answer = calling.upload(report_id, content)
        assert answer.told["hash"] == hashlib.md5(content).hexdigest()
        assert calling.describe(report_id, answer.told["fileId"]).code == 0
        return calling.finish(report_id).code, f"crowd-{number}"

    with ThreadPoolExecutor(50) as threads:
        answers = list(threads.map(report, range(100)))
    assert {code for code, _ in answers} == {0}
    tally = fake.tally("personOrUserReported/espIdentifier", [mark for _, mark in answers])
    assert (len(tally.once), tally.lost, tally.doubled) == (100, (), ())
    assert fake.counts[Call.FINISH] == before + 100
