"""What is not known is left out, never guessed."""

from datetime import UTC, datetime

from safelight.client.context import Context
from safelight.web.api.context import read_context


def _read(context: Context):
    import json

    return read_context(json.dumps(context.as_json()))


def test_an_empty_context_tells_nothing() -> None:
    told = _read(Context())
    assert told.as_subject() is None
    assert told.as_origin().viewed_before_intake.value == "unknown"
    assert told.banks is None


def test_the_service_reads_what_the_client_writes() -> None:
    at = datetime(2026, 11, 28, 10, tzinfo=UTC)
    context = Context(
        subject_id="a",
        content_id="c",
        file_name="f",
        uploaded_at=at,
        ip_address="192.0.2.1",
        port=1,
        location_url="https://example.org",
        publicly_available="yes",
        viewed_before_intake="no",
        banks=("known",),
    )
    told = _read(context)
    origin = told.as_origin()
    assert (origin.uploaded_at, origin.ip_address, origin.port) == (at, "192.0.2.1", 1)
    assert (told.subject.id, told.banks) == ("a", ["known"])
