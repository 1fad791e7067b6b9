"""What each of the seven calls does, once it has been read."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from safelight.clock import Clock
from safelight.testing.authority.code import Code
from safelight.testing.authority.judging import judge_details, judge_report, judge_whole
from safelight.testing.authority.model.schema import schema_text
from safelight.testing.authority.refused import Refused
from safelight.testing.authority.service.accounts import Account
from safelight.testing.authority.service.answer import XML, Answer, Told, receipt, respond
from safelight.testing.authority.service.asked import Asked, Form
from safelight.testing.authority.service.manners import Manners
from safelight.testing.authority.state.calls import Call
from safelight.testing.authority.state.ledger import Ledger
from safelight.testing.authority.state.report import SentReport


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What the calls work with."""

    ledger: Ledger
    clock: Clock
    manners: Manners


def perform(desk: Desk, call: Call, account: Account, asked: Asked) -> Answer:
    """Carry a call out and answer it. Raises Refused."""
    account.require(call)
    return _DONE_BY[call](desk, account.user, asked)


def _status(_: Desk, user: str, asked: Asked) -> Answer:
    return respond(Code.SUCCESS, f"Remote User : {user}, Remote Ip : {asked.address}")


def _xsd(_: Desk, __: str, ___: Asked) -> Answer:
    return Answer(code=int(Code.SUCCESS), status=200, body=schema_text(), content_type=XML)


def _submit(desk: Desk, user: str, asked: Asked) -> Answer:
    judge_report(asked.document, desk.clock.now())
    report = desk.ledger.open_report(user, asked.document)
    return respond(Code.SUCCESS, told=Told(report_id=report.report_id))


def _upload(desk: Desk, user: str, asked: Asked) -> Answer:
    form = asked.form or Form(fields={})
    report_id = _id_of(form)
    desk.ledger.require_open(user, report_id)
    if form.file is None or not form.file.size_bytes:
        raise Refused(Code.MALFORMED_FILE, "The form has no file, or an empty one.")
    file, md5 = form.file, form.file.md5
    file_id = desk.ledger.add_file(user, report_id, md5=md5, sha256=file.sha256, size_bytes=file.size_bytes)
    return respond(Code.SUCCESS, told=Told(report_id=report_id, file_id=file_id, md5=md5))


def _fileinfo(desk: Desk, user: str, asked: Asked) -> Answer:
    root = judge_details(asked.document, desk.clock.now())
    report_id = int(root.findtext("reportId", ""))
    file_id = root.findtext("fileId", "").strip()
    desk.ledger.describe_file(user, report_id, file_id, asked.document, only_once=desk.manners.one_fileinfo)
    return respond(Code.SUCCESS, told=Told(report_id=report_id, file_id=file_id))


def _finish(desk: Desk, user: str, asked: Asked) -> Answer:
    report = desk.ledger.finish(user, _id_of(asked.form), _judge)
    return receipt(report.report_id, (file.file_id for file in report.files))


def _retract(desk: Desk, user: str, asked: Asked) -> Answer:
    report = desk.ledger.retract(user, _id_of(asked.form))
    return respond(Code.SUCCESS, told=Told(report_id=report.report_id))


def _judge(report: SentReport) -> None:
    judge_whole(report.root, [file.described for file in report.files])


def _id_of(form: Form | None) -> int:
    told = form.fields.get("id", "") if form else ""
    if not re.fullmatch(r"[0-9]{1,19}", told, re.ASCII):
        raise Refused(Code.INVALID_REQUEST, "The form has no id, or one that is no number.")
    return int(told)


_DONE_BY: dict[Call, Callable[[Desk, str, Asked], Answer]] = {
    Call.STATUS: _status,
    Call.XSD: _xsd,
    Call.SUBMIT: _submit,
    Call.UPLOAD: _upload,
    Call.FILEINFO: _fileinfo,
    Call.FINISH: _finish,
    Call.RETRACT: _retract,
}
