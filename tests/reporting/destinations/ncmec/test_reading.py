"""What an outcome means: never that it was done where that is in doubt. All codes and faults: test_cybertip.py."""

import pytest

from safelight.reporting.destinations.interface import Done, Meaning, Refused, Unanswered
from safelight.reporting.destinations.ncmec import outcome as client
from safelight.reporting.destinations.ncmec.answer import ReportResponse, Response
from safelight.reporting.destinations.ncmec.credentials import Environment
from safelight.reporting.destinations.ncmec.reading import read_outcome
from safelight.reporting.destinations.ncmec.taking import Doubtful


def _answered(http_status: int, code: int | None, report_id: int | None = None) -> client.Answered:
    return client.Answered(
        environment=Environment.TEST,
        http_status=http_status,
        request_id="r-1",
        response=None if code is None else ReportResponse(code=code, description="tell-tale", report_id=report_id),
        unreadable="" if code is not None else "The answer has no body.",
        sent=client.Sent(size_bytes=1, sha256=b""),
        received=b"tell-tale",
        received_sha256=b"",
    )


def _take(_: Response) -> str:
    return "value"


@pytest.mark.parametrize(
    ("http_status", "code", "expected"),
    [
        (200, 0, "done"),
        (204, 0, "done"),
        (500, 0, "unanswered"),
        (302, 0, "unanswered"),
        (200, None, "unanswered"),
        (500, None, "unanswered"),
        (599, None, "unanswered"),
        (429, None, "later"),
        (429, 1000, "unanswered"),
        (500, 1100, "unanswered"),
        (200, 1100, "unanswered"),
        (302, None, "faulty"),
        (401, None, "faulty"),
        (404, None, "faulty"),
        (200, 2000, "faulty"),
        (400, 4100, "faulty"),
        (200, -1, "faulty"),
        (404, 5001, "unknown_report"),
        (200, 5101, "retracted"),
        (400, 5102, "finished"),
    ],
)
def test_status_and_code_are_one_meaning(http_status: int, code: int | None, expected: str) -> None:
    answer = read_outcome(_answered(http_status, code), _take, sent=b"sent", report_id=7)
    assert (answer.meaning.value if isinstance(answer, Refused) else type(answer).__name__.lower()) == expected
    exchange = answer.exchange
    assert (exchange.sent, exchange.received, exchange.request_id) == (b"sent", b"tell-tale", "r-1")
    assert (exchange.http_status, exchange.code) == (http_status, code)
    if not isinstance(answer, Done):
        assert answer.sentence.endswith((".", ".)"))
        assert "tell-tale" not in answer.sentence  # what the authority says may name a user, or what a field held


@pytest.mark.parametrize("code", [5001, 5101, 5102])
def test_an_opening_is_not_settled_by_an_answer_about_another_report(code: int) -> None:
    answer = read_outcome(_answered(400, code), _take, report_id=None)
    assert isinstance(answer, Refused)
    assert answer.meaning is Meaning.FAULTY


def test_what_is_doubtful_is_not_done() -> None:
    def doubt(_: Response) -> str:
        raise Doubtful("It has no number.")

    answer = read_outcome(_answered(200, 0), doubt, report_id=7)
    assert isinstance(answer, Unanswered)
    assert answer.sentence == "The authority answers that it was done, and not what. It has no number."


def test_what_never_left_was_not_done_and_what_may_have_arrived_is_open() -> None:
    def unanswered(reach: client.Reach) -> client.Unanswered:
        return client.Unanswered(environment=Environment.TEST, reach=reach, reason="The line broke.")

    before = read_outcome(unanswered(client.Reach.BEFORE_SENDING), _take, report_id=7)
    assert isinstance(before, Refused)
    assert before.meaning is Meaning.LATER
    assert isinstance(read_outcome(unanswered(client.Reach.UNKNOWN), _take, report_id=7), Unanswered)


@pytest.mark.parametrize("code", [5001, 5101, 5102])
def test_what_is_said_of_another_report_settles_nothing_of_this_one(code: int) -> None:
    assert isinstance(read_outcome(_answered(200, code, 7), _take, report_id=7), Refused)
    crossed = read_outcome(_answered(200, code, 8), _take, report_id=7)
    assert isinstance(crossed, Unanswered)
    assert "another report" in crossed.sentence
