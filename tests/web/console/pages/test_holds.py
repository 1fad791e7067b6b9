"""Holds are added and renewed with a reason; none ends early but by an order that two people see to."""

import re
from datetime import timedelta

import pytest

from safelight.database.transaction import read
from safelight.testing.evidence import seal_bytes
from safelight.vault.hold import HoldKind
from safelight.vault.holding import holds_of
from safelight.vault.queries import find_evidence


@pytest.fixture
def sealed(place, by_hand, tmp_path) -> str:
    """Evidence of this test alone."""
    return seal_bytes(place, by_hand, tmp_path / "spool", [str(tmp_path).encode()]).id


def holds(console, evidence_id: str):
    with read(console.engine) as tx:
        return holds_of(tx, evidence_id)


def end_of(console, **span: float) -> str:
    return f"{console.clock.now() + timedelta(**span):%Y-%m-%d}"


def test_a_hold_of_our_own_takes_a_reason_and_an_end(admins, console, sealed) -> None:
    path, day = f"/evidence/{sealed}/hold", end_of(console, days=200)
    assert "A hold of our own" in admins.get(path).text
    for wrong in (
        {"kind": "operator", "until": day},
        {"kind": "operator", "reason": "why"},
        {"kind": "operator", "reason": "why", "until": end_of(console, days=365 * 20)},
        {"kind": "under_review", "reason": "why", "until": day},
        {"kind": "law_enforcement", "reason": "why"},
        {"kind": "law_enforcement", "reason": "why", "reference": "Az. 1", "until": day},
        {"reason": "why"},
    ):
        assert admins.submit(path, **wrong).status_code == 422, wrong
    assert len(holds(console, sealed)) == 1
    answer = admins.submit(path, kind="operator", until=day, reason="a civil case {{ 7 * 7 }}", legal_basis="<b>")
    assert answer.headers["location"] == f"/evidence/{sealed}"
    page = admins.get(f"/evidence/{sealed}").text
    assert "The hold is added." in page
    assert "a civil case {{ 7 * 7 }}" in page
    assert "&lt;b&gt;" in page
    assert f"{day} 00:00" in page


def test_a_request_by_law_enforcement_is_renewed_from_its_end(admins, console, sealed) -> None:
    admins.submit(f"/evidence/{sealed}/hold", kind="law_enforcement", reference="Az. 4711", reason="asked")
    first = next(each for each in holds(console, sealed) if each.kind is HoldKind.LAW_ENFORCEMENT)
    path = f"/evidence/{sealed}/holds/{first.id}/renew"
    assert f'href="{path}"' in admins.get(f"/evidence/{sealed}").text
    assert "Az. 4711" in admins.get(path).text
    assert admins.submit(path, reference="Az. 4711-2").status_code == 422
    assert admins.submit(path, reference="Az. 4711-2", reason="asked again").status_code == 303
    assert holds(console, sealed)[-1].from_at == first.until_at


def test_a_hold_is_renewed_with_its_own_evidence_alone(admins, console, sealed, records) -> None:
    admins.submit(f"/evidence/{sealed}/hold", kind="law_enforcement", reference="Az. 9", reason="asked")
    own = holds(console, sealed)[-1].id
    sent = {"reference": "Az. 9-2", "reason": "again"}
    assert admins.get(f"/evidence/{records.evidence}/holds/{own}/renew").status_code == 404
    assert admins.submit(f"/evidence/{records.evidence}/holds/{own}/renew", **sent).status_code == 404
    review = holds(console, sealed)[0].id
    assert admins.submit(f"/evidence/{sealed}/holds/{review}/renew", **sent).status_code == 422


def test_two_people_destroy_by_a_lawful_order_and_one_never_does(admins, enrol, console, sealed) -> None:
    path, own = f"/evidence/{sealed}/destroy", holds(console, sealed)[0].id
    order = {"authority": "District Court {{ 7 * 7 }}", "legal_basis": "18 U.S.C. 2258B(c)", "reference": "26-cr-1"}
    assert f'value="{own}"' in admins.get(path).text
    assert admins.submit(path, **order).status_code == 409
    assert admins.submit(path, hold="99999", **order).status_code == 422
    assert admins.submit(path, hold="x", **order).status_code == 422
    assert admins.submit(path, hold=str(own), **order | {"authority": " "}).status_code == 422
    assert admins.submit(path, hold=str(own), **order).status_code == 303
    page = admins.get(f"/evidence/{sealed}").text
    assert "The order waits for another person." in page
    confirm = re.search(r'href="(/evidence/\w+/orders/\d+/confirm)"', page)[1]
    assert "/evidence/" + sealed in admins.get("/evidence").text.partition("Orders to destroy")[2]
    assert "District Court {{ 7 * 7 }}" in admins.get(confirm).text
    alone = admins.submit(confirm)
    assert alone.status_code == 403
    assert "another person" in alone.text
    with read(console.engine) as tx:
        assert find_evidence(tx, sealed).destroyed_at is None
    other = admins.__class__(admins.app).enter(enrol(f"lead-{sealed}@example.org", "lead"))
    other.get(confirm)
    assert other.submit(confirm).headers["location"] == f"/evidence/{sealed}"
    assert "The evidence is destroyed." in other.get(f"/evidence/{sealed}").text
    with read(console.engine) as tx:
        assert find_evidence(tx, sealed).destroyed_at is not None
    assert other.get(confirm).status_code == 404


def test_an_order_is_confirmed_with_its_own_evidence_alone(admins, enrol, console, sealed, records) -> None:
    own = holds(console, sealed)[0].id
    order = {"authority": "Court", "legal_basis": "law", "reference": "1"}
    admins.submit(f"/evidence/{sealed}/destroy", hold=str(own), **order)
    confirm = re.search(r"/orders/(\d+)/confirm", admins.get(f"/evidence/{sealed}").text)[1]
    other = admins.__class__(admins.app).enter(enrol(f"second-{sealed}@example.org", "lead"))
    for wrong in (f"/evidence/{records.evidence}/orders/{confirm}/confirm", f"/evidence/{sealed}/orders/999/confirm"):
        assert other.get(wrong).status_code == 404
        assert other.submit(wrong).status_code == 404
    with read(console.engine) as tx:
        assert find_evidence(tx, sealed).destroyed_at is None


def test_destroying_asks_again_who_is_there(admins, moving, sealed) -> None:
    moving.move(minutes=11)
    assert admins.get(f"/evidence/{sealed}/destroy").headers["location"].startswith("/confirm?next=%2Fevidence%2F")
    assert admins.submit(f"/evidence/{sealed}/destroy", reference="1").headers["location"].startswith("/confirm")


@pytest.mark.parametrize(("role", "allowed"), [("auditor", ()), ("reviewer", ()), ("reporter", ("hold",))])
def test_each_role_is_offered_what_it_may_and_refused_the_rest(role, allowed, browser, enrol, sealed) -> None:
    browser.enter(enrol(f"{role}-{sealed}@example.org", role))
    page = browser.get(f"/evidence/{sealed}").text
    for act in ("hold", "destroy"):
        assert (f'/evidence/{sealed}/{act}"' in page) == (act in allowed)
        assert (browser.get(f"/evidence/{sealed}/{act}").status_code == 403) == (act not in allowed)
        assert (browser.submit(f"/evidence/{sealed}/{act}").status_code == 403) == (act not in allowed)
