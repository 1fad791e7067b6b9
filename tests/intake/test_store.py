"""The table of requests holds digests, verdicts and ids, and lets two requests without a key be side by side."""

from sqlalchemy import select

from safelight.database.transaction import read, write
from safelight.intake import store
from safelight.intake.request import Claim, Outcome, RequestDigests


def test_requests_without_a_key_do_not_hinder_each_other(engine, clock) -> None:
    with write(engine) as tx:
        for request_id in ("a", "b"):
            store.add_answered(tx, request_id, Outcome(), clock.now())
        assert store.find_request(tx, "b") is not None


def test_a_claim_of_another_token_answers_nothing(engine, clock) -> None:
    digests = RequestDigests(key=b"k", body=b"b")
    with write(engine) as tx:
        store.add_request(tx, "a", digests, token="t", now=clock.now(), until=clock.now())
        assert not store.answer(tx, Claim(id="a", token="u"), Outcome(), clock.now())
        assert store.answer(tx, Claim(id="a", token="t"), Outcome(verdict="near"), clock.now())
    with read(engine) as tx:
        row = tx.execute(select(store.requests)).one()
        assert (row.verdict, row.token, row.lease_until) == ("near", None, None)
