"""An outcome says what is known, and shows nothing that is for no log."""

from safelight.reporting.destinations.ncmec.answer import ReportResponse
from safelight.reporting.destinations.ncmec.credentials import Environment
from safelight.reporting.destinations.ncmec.outcome import Answered, Sent
from safelight.reporting.destinations.ncmec.response_code import Effect


def _answered(http_status: int, response: ReportResponse | None) -> Answered:
    return Answered(
        environment=Environment.TEST,
        http_status=http_status,
        request_id="r-1",
        response=response,
        unreadable="",
        sent=Sent(size_bytes=0, sha256=b"tell-tale"),
        received=b"tell-tale",
        received_sha256=b"tell-tale",
    )


def test_code_and_effect_follow_from_the_answer() -> None:
    assert _answered(200, ReportResponse(code=0)).effect is Effect.DONE
    assert _answered(200, ReportResponse(code=4100)).effect is Effect.FINAL
    assert (_answered(401, None).code, _answered(401, None).effect) == (None, Effect.ALARM)


def test_neither_bytes_nor_digests_are_shown() -> None:
    assert "tell-tale" not in repr(_answered(200, ReportResponse(code=0, description="tell-tale")))
