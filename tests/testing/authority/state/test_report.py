"""A report expires 24 hours after it was opened or an hour after its last change, whichever is later."""

from datetime import UTC, datetime, timedelta

from safelight.testing.authority.state.report import SentFile, SentReport

_AT = datetime(2026, 11, 23, tzinfo=UTC)
_XML = b"<report><personOrUserReported><espIdentifier>a</espIdentifier></personOrUserReported><victim/></report>"


def _report(changed_after: timedelta = timedelta()) -> SentReport:
    file = SentFile(file_id="f", md5="", sha256="", size_bytes=1, uploaded_at=_AT, details=(b"<old/>", b"<new/>"))
    return SentReport(report_id=1, user="u", xml=_XML, opened_at=_AT, changed_at=_AT + changed_after, files=(file,))


def test_it_has_a_day() -> None:
    assert _report().expires_at == _report(timedelta(hours=22)).expires_at == _AT + timedelta(hours=24)


def test_it_has_an_hour_from_a_late_change() -> None:
    assert _report(timedelta(hours=23, minutes=30)).expires_at == _AT + timedelta(hours=24, minutes=30)


def test_what_stands_in_it_is_found_by_a_path() -> None:
    assert _report().texts("personOrUserReported/espIdentifier") == ["a"]
    assert _report().texts("victim") == [""]
    assert _report().texts("reporter") == []


def test_a_file_is_found_by_its_id_and_its_last_details_count() -> None:
    file = _report().file("f")
    assert file is not None
    assert file.described is not None
    assert file.described.tag == "new"
    assert _report().file("g") is None
    assert SentFile(file_id="f", md5="", sha256="", size_bytes=1, uploaded_at=_AT).described is None
