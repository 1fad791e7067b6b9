"""What was said to an authority is read again word for word, by whoever may read reports, until it is erased."""

import hashlib

import pytest

from safelight.database.transaction import read, write
from safelight.errors import InvalidValue, NotAllowed, NotFound
from safelight.flow.reporting.quoting import quote_call
from safelight.reporting import queries, steps


@pytest.fixture
def filed(office):
    """A report that was filed."""
    report = office.approved()
    office.worker().run_due()
    return report


@pytest.fixture
def calls(office, filed):
    """The numbers of its calls: open, and for each of two files upload and describe, then finish."""
    with read(office.place.engine) as tx:
        return queries.calls_of(tx, filed.id)


def test_each_call_is_told_with_its_words_and_they_have_the_digests_that_are_kept(office, filed, calls) -> None:
    for call in calls:
        told = quote_call(office.desk(), filed.id, call.id)
        assert told.call == call
        for words, digest in ((told.sent, call.sent_sha256), (told.received, call.received_sha256)):
            assert digest == (hashlib.sha256(words).hexdigest() if words else "")
    opened, uploaded, described = (quote_call(office.desk(), filed.id, each.id) for each in calls[:3])
    assert filed.mark.encode() in opened.sent
    assert (uploaded.sent, uploaded.call.evidence_id) == (b"", office.evidence_ids[0])
    assert office.evidence_ids[0].encode() in described.sent


def test_who_may_not_read_reports_reads_no_call(office, filed, calls) -> None:
    assert quote_call(office.desk(office.person("eve", "auditor")), filed.id, calls[0].id).sent
    with pytest.raises(NotAllowed):
        quote_call(office.desk(office.person("rex", "reviewer")), filed.id, calls[0].id)


def test_a_call_of_another_report_and_one_that_is_none_are_not_there(office, filed, calls) -> None:
    other = office.approved()
    for report_id, call_id in (
        (other.id, calls[0].id),
        (filed.id, calls[-1].id + 1),
        (filed.id, 0),
        (filed.id, 2**70),
    ):
        with pytest.raises(NotFound, match=f"Report {report_id} has no call {call_id}"):
            quote_call(office.desk(), report_id, call_id)
    with pytest.raises(NotFound, match="There is no report"):
        quote_call(office.desk(), other.id + 1, calls[0].id)
    with pytest.raises(InvalidValue):
        quote_call(office.desk(), 0, calls[0].id)


def test_once_a_report_is_erased_its_calls_say_so(office, filed, calls) -> None:
    office.clock.advance(days=400)
    with write(office.place.engine) as tx:
        assert steps.erase_ended(tx, office.clock, office.operator, before=office.clock.now()) == 1
    with pytest.raises(NotFound, match="erased"):
        quote_call(office.desk(), filed.id, calls[0].id)
