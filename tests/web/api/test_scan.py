"""Media is scanned, and what follows is done by the time the answer comes; a repeat gets the first answer."""

import json
import threading

import pytest

from safelight.app.service import open_worker
from safelight.database.transaction import read
from safelight.roles import Permission
from safelight.testing.synthetic import paint
from safelight.vault.queries import list_evidence

both = pytest.mark.usefixtures("either_database")

CONTEXT = {"subject": {"id": "account-1"}, "origin": {"content_id": "post-9", "ip_address": "192.0.2.1"}}


@pytest.fixture
def other() -> bytes:
    """A picture that nothing lists."""
    import io

    buffer = io.BytesIO()
    paint(77, width=200, height=160).save(buffer, "PNG")
    return buffer.getvalue()


def _scan(client, media, *, key: str | None = None, context=CONTEXT, **more):
    headers = {"Safelight-Context": json.dumps(context)} if context is not None else {}
    headers |= {"Idempotency-Key": key} if key else {}
    return client.post("/api/v1/scan", content=media, headers=headers, **more)


def _evidence(service) -> list:
    with read(service.house.engine) as tx:
        return list_evidence(tx)


@pytest.mark.few_on_postgresql
@both
def test_a_match_is_a_case_and_evidence_by_the_time_of_the_answer(client, service, listed) -> None:
    told = _scan(client, listed).json()
    assert (told["verdict"], told["kept"], told["fault"]) == ("near", "evidence", None)
    assert told["compared"] == {"md5": 1, "sha1": 0, "sha256": 0, "pdq": 1}
    assert [match["bank"] for match in told["matches"]] == ["known"]
    assert [each.id for each in _evidence(service)] == [told["evidence"]]
    assert client.get(f"/api/v1/cases/{told['case']}").json()["subject"] == "account-1"
    assert client.get(f"/api/v1/evidence/{told['evidence']}/holds").json()["items"][0]["kind"] == "under_review"


@pytest.mark.few_on_postgresql
@both
def test_what_matches_nothing_leaves_nothing_behind(client, service, other, tmp_path) -> None:
    told = _scan(client, other).json()
    assert (told["verdict"], told["kept"], told["case"], told["matches"]) == ("no_known_match", "nothing", None, [])
    assert _evidence(service) == []
    files = [path for path in (tmp_path / "workspace" / "spool").rglob("*") if path.is_file()]
    assert [path for path in files if path.suffix != ".lock"] == []


@pytest.mark.few_on_postgresql
@both
def test_what_cannot_be_looked_at_is_held_and_never_clean(client) -> None:
    told = _scan(client, b"no picture at all").json()
    assert (told["verdict"], told["treatment"], told["kept"]) == ("not_scanned", "hold", "spool")
    assert told["fault"] == "unsupported"
    assert {each["type"]: each["reason"] for each in told["not_compared"]} == {"pdq": "unsupported"}


@pytest.mark.few_on_postgresql
@both
def test_a_repeat_gets_the_first_answer_and_another_body_is_refused(client, service, listed, other) -> None:
    first, again = _scan(client, listed, key="k").json(), _scan(client, listed, key="k").json()
    assert (again["is_repeat"], first["is_repeat"]) == (True, False)
    assert [again[name] for name in ("scan", "verdict", "case", "evidence")] == [
        first[name] for name in ("scan", "verdict", "case", "evidence")
    ]
    conflict = _scan(client, other, key="k")
    assert (conflict.status_code, conflict.json()["code"]) == (422, "idempotency_conflict")
    assert len(_evidence(service)) == 1


def test_the_same_key_of_another_sender_is_another_request(client, client_of, keys, service, listed) -> None:
    other = client_of(keys.add("other", Permission.MEDIA_SCAN))
    assert _scan(client, listed, key="k").json()["scan"] != _scan(other, listed, key="k").json()["scan"]


def test_multipart_brings_media_and_what_is_known_of_it(client, listed) -> None:
    files = {"context": (None, json.dumps(CONTEXT)), "media": ("x.png", listed, "image/png")}
    told = client.post("/api/v1/scan", files=files).json()
    assert told["verdict"] == "near"
    assert client.get(f"/api/v1/cases/{told['case']}").json()["subject"] == "account-1"
    assert client.get(f"/api/v1/cases/{told['case']}/items").json()["items"][0]["content_id"] == "post-9"


@pytest.mark.parametrize("wait", ["true", "false"])
def test_a_bank_that_there_is_not_is_told_before_anything_is_taken_in(client, listed, wait) -> None:
    answer = _scan(client, listed, context={**CONTEXT, "banks": ["knwon"]}, params={"wait": wait})
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert client.get("/api/v1/spool").json()["items"] == []


@pytest.mark.few_on_postgresql
@both
def test_what_is_queued_is_answered_at_once_and_scanned_by_a_job(client, service, listed) -> None:
    answer = _scan(client, listed, params={"wait": "false"})
    told = answer.json()
    assert (answer.status_code, told["verdict"], told["kept"]) == (202, None, "spool")
    assert client.get(told["status"]).json()["verdict"] is None
    open_worker(service, 1, lambda _: None).run_due(threading.Event())
    later = client.get(told["status"]).json()
    assert (later["verdict"], later["kept"]) == ("near", "evidence")
    assert client.get(f"/api/v1/jobs/{told['job']}").json()["state"] == "done"
    assert client.get("/api/v1/scans/nothing").status_code == 404


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"Safelight-Context": "{"}, "invalid_value"),
        ({"Safelight-Context": '{"subject": {"id": "a", "nationality": "x"}}'}, "invalid_value"),
        ({"Idempotency-Key": "x" * 300}, "invalid_value"),
        ({"Content-Type": "multipart/form-data"}, "invalid_value"),
    ],
)
def test_what_is_malformed_is_refused_and_nothing_is_kept(client, service, listed, headers, code: str) -> None:
    answer = client.post("/api/v1/scan", content=listed, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert _evidence(service) == []


def test_where_nothing_can_be_matched_media_is_not_taken_for_scanned(client_of, keys, listed, service) -> None:
    client = client_of(keys.add("scoped", Permission.MEDIA_SCAN, banks=frozenset({"other"})))
    answer = _scan(client, listed)
    assert (answer.status_code, answer.json()["code"]) == (503, "nothing_to_match")
    assert _evidence(service) == []


def test_verdicts_and_reasons_are_counted(client, listed) -> None:
    _scan(client, listed)
    _scan(client, b"no picture at all")
    figures = client.get("/metrics").text
    assert 'safelight_scans_total{verdict="near"} 1.0' in figures
    assert 'safelight_scan_reasons_total{reason="unsupported",type="pdq"} 1.0' in figures
    assert "account-1" not in figures
