"""The parts of a service are joined once, start without any bank, and do every kind of job."""

import hashlib
import io
from pathlib import Path

import pytest

import safelight
from safelight.app.service import open_service, open_worker
from safelight.banks.entry import NewEntry
from safelight.errors import NothingToMatch
from safelight.flow.banks import edits as banks
from safelight.intake.sources.stream import StreamArrival
from safelight.matching.match import Verdict
from safelight.testing.synthetic import paint


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SAFELIGHT_SCAN_WORKERS", "1")
    monkeypatch.setenv("SAFELIGHT_FOLLOW_SECONDS", "0.05")
    safelight.create_workspace(tmp_path / "workspace")
    house = safelight.open_workspace(tmp_path / "workspace")
    with house, open_service(house, lambda _: None) as service:
        yield service


def _arrival() -> tuple[StreamArrival, bytes]:
    buffer = io.BytesIO()
    paint(5, width=120, height=90).save(buffer, "PNG")
    data = buffer.getvalue()
    return StreamArrival(stream=io.BytesIO(data), max_bytes=1 << 20), hashlib.sha256(data).digest()


def test_without_banks_media_is_hashed_and_never_called_unknown(service) -> None:
    arrival, sha256 = _arrival()
    assert sha256 in {getattr(answer, "value", None) for answer in service.hash(arrival).answers}
    with pytest.raises(NothingToMatch):
        service.scan(_arrival()[0])


def test_what_is_listed_is_found_in_the_banks_asked(service) -> None:
    house, (arrival, sha256) = service.house, _arrival()
    made = {}
    for name in ("one", "two"):
        made[name] = banks.create_bank(house.engine, house.clock, house.actor, name=name)
        value = sha256 if name == "one" else bytes(32)
        entry = NewEntry(signal_type="sha256", value=value)
        banks.add_entries(house.engine, house.clock, house.actor, bank=name, entries=[entry])
    service.banks._follower.catch_up()
    assert service.scan(arrival).verdict is Verdict.EXACT
    assert service.scan(_arrival()[0], frozenset({made["two"]})).verdict is Verdict.NO_KNOWN_MATCH
    with pytest.raises(NothingToMatch):
        service.scan(_arrival()[0], frozenset({made["two"] + 1}))
    assert service.keeper is None


def test_its_worker_carries_out_what_is_due(service) -> None:
    assert open_worker(service, 1, lambda _: None).run_due() > 0
