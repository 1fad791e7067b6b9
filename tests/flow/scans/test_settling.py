"""What follows from a scan is one transaction: a match is evidence in a case, all else is as the policy says."""

from dataclasses import replace

import pytest

from safelight.audit.queries import page_entries
from safelight.database.transaction import read, write
from safelight.flow.scans.answer import Kept
from safelight.flow.scans.spool_room import SpoolRoom
from safelight.flow.scans.unscanned import Treatment, read_policy
from safelight.hashing.signal import Reason
from safelight.matching.match import Verdict
from safelight.review import queries as cases
from safelight.roles import Permission
from safelight.vault.holding import holds_of
from safelight.vault.purpose import Purpose
from safelight.vault.seal_boundary import SealBoundary

LISTED, OTHER = b"listed, and benign", b"nobody lists this"


class Abandoned(BaseException):
    """The process died here."""


def test_a_match_is_evidence_held_in_a_case_of_the_account(desk, actor) -> None:
    answer = desk.take_in(actor, LISTED)
    assert (answer.verdict, answer.kept, answer.is_new_case) == (Verdict.EXACT, Kept.EVIDENCE, True)
    (facts,), (case,) = desk.evidence(), desk.cases()
    assert (answer.evidence_id, answer.case_id) == (facts.id, case.id)
    assert (case.about.subject_id, case.item_count, case.exact_count) == ("account 7", 1, 1)
    with read(desk.engine) as tx:
        assert [hold.until_at for hold in holds_of(tx, facts.id)] == [None]
        (item,) = cases.page_items(tx, case.id)
    assert (item.evidence_id, item.content_id) == (facts.id, "post 9")
    assert [(match.bank_name, match.entry_id) for match in item.matches] == [("known", 5)]
    assert desk.told == [answer]


def test_the_manifest_names_what_matched_and_the_request(desk, actor) -> None:
    answer = desk.take_in(actor, LISTED)
    vault = desk.settling.vault
    with write(desk.engine) as tx:
        grant = vault.open(tx, actor, answer.evidence_id, Purpose.REVIEW, "test")
    manifest = vault.manifest(desk.engine, grant)
    assert (manifest.media_id, manifest.subject_id) == (answer.id, "account 7")
    assert [(match.bank, match.entry_id) for match in manifest.matches] == [("known", "5")]


def test_the_next_upload_of_the_account_joins_its_case_and_one_of_nobody_known_joins_by_its_bytes(desk, actor) -> None:
    first, second = desk.take_in(actor, LISTED), desk.take_in(actor, LISTED + b"2")
    third, fourth = (desk.take_in(actor, LISTED, subject="") for _ in range(2))
    other = desk.take_in(actor, LISTED + b"2", subject="")
    assert (second.case_id, second.is_new_case) == (first.case_id, False)
    assert (fourth.case_id, fourth.is_new_case) == (third.case_id, False)
    assert len({first.case_id, third.case_id, other.case_id}) == 3
    assert desk.stored() == 2


def test_who_may_scan_and_nothing_else_has_what_matches_preserved(desk, actor) -> None:
    scanner = replace(actor, permissions=frozenset({Permission.MEDIA_SCAN}))
    assert desk.take_in(scanner, LISTED).evidence_id is not None


def test_of_what_does_not_match_nothing_is_left_but_a_count(desk, actor) -> None:
    answer = desk.take_in(actor, OTHER)
    assert (answer.verdict, answer.kept) == (Verdict.NO_KNOWN_MATCH, Kept.NOTHING)
    assert (desk.evidence(), desk.cases(), desk.kept(), desk.stored()) == ([], [], [], 0)
    assert desk.counted == [answer]
    assert desk.told == []
    with read(desk.engine) as tx:
        assert {entry.verb for entry in page_entries(tx)} <= {"create_bank"}


def test_what_cannot_be_scanned_is_held_with_its_reason(desk, actor) -> None:
    desk.fault = Reason.TIMED_OUT
    answer = desk.take_in(actor, LISTED)
    assert (answer.verdict, answer.fault, answer.treatment) == (Verdict.NOT_SCANNED, "timed_out", Treatment.HOLD)
    (kept,) = desk.kept()
    assert (kept.id, kept.held_for, kept.is_held) == (answer.spool_id, "timed_out", True)
    with read(desk.engine) as tx:
        verbs = [entry.verb for entry in page_entries(tx, target=f"spool:{kept.id}")]
    assert verbs == ["keep_spool", "hold_spool"]
    assert desk.counted == desk.told == [answer]


def test_what_the_policy_rejects_leaves_nothing(desk, actor) -> None:
    desk.fault, desk.policy = Reason.UNSUPPORTED, read_policy("unsupported=reject")
    answer = desk.take_in(actor, LISTED)
    assert (answer.fault, answer.treatment, answer.kept) == ("unsupported", Treatment.REJECT, Kept.NOTHING)
    assert (desk.kept(), desk.stored(), desk.counted) == ([], 0, [answer])


def test_where_the_spool_is_full_what_would_be_held_is_rejected(desk, actor) -> None:
    desk.fault, desk.room = Reason.CRASHED, SpoolRoom(most_media=1)
    assert desk.take_in(actor, LISTED).treatment is Treatment.HOLD
    assert desk.take_in(actor, LISTED).treatment is Treatment.REJECT
    assert len(desk.kept()) == 1


@pytest.mark.few_on_postgresql(SealBoundary.BLOB_PLACED, SealBoundary.EVIDENCE_HELD)
@pytest.mark.parametrize("boundary", list(SealBoundary))
def test_a_death_at_any_moment_leaves_evidence_in_a_case_or_neither(desk, actor, boundary) -> None:
    def die(reached: SealBoundary) -> None:
        if reached == boundary:
            raise Abandoned

    desk.reach = die
    with pytest.raises(Abandoned):
        desk.take_in(actor, LISTED)
    assert (desk.evidence(), desk.cases()) == ([], [])
    assert desk.told == []


def test_what_else_happens_stands_or_falls_with_the_rest(desk, actor) -> None:
    def fail(_tx, _answer) -> None:
        raise ValueError("no notice could be queued")

    with desk.arrived(LISTED) as arrived:
        arrivals = desk.arrivals
        broken = replace(arrivals, settling=replace(arrivals.settling, also=fail))
        with pytest.raises(ValueError, match="no notice"):
            broken.take_in(actor, arrived)
    assert (desk.evidence(), desk.cases(), desk.counted) == ([], [], [])
