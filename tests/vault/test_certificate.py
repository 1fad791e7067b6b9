from datetime import UTC, datetime, timedelta

from safelight.audit.entry import check_details
from safelight.roles import Actor, ActorKind
from safelight.vault.certificate import certify, told_in_audit
from safelight.vault.evidence import Evidence
from safelight.vault.hold import Hold, HoldKind
from safelight.vault.order import Order

_NOW = datetime(2026, 11, 23, 12, 30, 15, 123456, tzinfo=UTC)
_ADA = Actor(kind=ActorKind.PERSON, name="Ada Lovelace")


def _hold(**given) -> Hold:
    values = {
        "id": 1,
        "evidence_id": "e",
        "kind": HoldKind.LAW_ENFORCEMENT,
        "reason": "a reason",
        "legal_basis": "a basis",
        "reference": "Az. 4711",
        "from_at": _NOW - timedelta(days=90),
        "until_at": _NOW,
        "added_at": _NOW,
        "added_by": _ADA,
    }
    return Hold(**(values | given))


def _order(*, is_single_person: bool) -> Order:
    return Order(
        id=9,
        evidence_id="e",
        hold_ids=(2,),
        legal_basis="a basis",
        authority="a court",
        reference="Az. 1",
        asked_at=_NOW,
        asked_by=_ADA,
        is_single_person=is_single_person,
    )


_EVIDENCE = Evidence(id="e", size_bytes=5, sealed_at=_NOW - timedelta(days=400))


def test_a_certificate_names_each_hold_and_when_it_ended() -> None:
    released = _hold(id=2, until_at=None, released_at=_NOW, order_id=9)
    certificate = certify(_EVIDENCE, [_hold(), released], _order(is_single_person=True), _NOW)
    assert [(hold.id, hold.ended_at, hold.is_released) for hold in certificate.holds] == [
        (1, _NOW, False),
        (2, _NOW, True),
    ]
    assert (certificate.order_id, certificate.is_single_person) == (9, True)
    assert (certificate.evidence_id, certificate.size_bytes, certificate.destroyed_at) == ("e", 5, _NOW)


def test_a_destruction_by_the_clock_has_no_order() -> None:
    certificate = certify(_EVIDENCE, [_hold()], None, _NOW)
    assert (certificate.order_id, certificate.is_single_person) == (None, False)
    assert "order" not in told_in_audit(certificate)


def test_the_audit_log_is_told_ids_and_moments_and_no_free_text() -> None:
    certificate = certify(_EVIDENCE, [_hold()], _order(is_single_person=False), _NOW)
    told = told_in_audit(certificate)
    check_details(told)
    assert told["hold_1"] == "law_enforcement ended 2026-11-23T12:30:15.123456+00:00"
    assert told["single_person"] == "no"
    written = str(certificate) + str(told)
    for text in ("a reason", "a basis", "4711", "a court", "Ada"):
        assert text not in written
