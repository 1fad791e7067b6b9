"""A fake is run by one block, and keeps its reports in a file where it is told to."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

from safelight.errors import InvalidValue, UsageError
from safelight.testing.authority import Call, FakeAuthority, State, Wanted, fake_authority
from safelight.testing.authority.running import listen
from safelight.testing.certificates import TrialAuthority

_PATH = "personOrUserReported/espIdentifier"


def test_it_is_asked_what_came(fake: FakeAuthority, caller: Any) -> None:
    marks = [f"mark-{number}" for number in range(3)]
    first, second, third = (caller.submit(mark) for mark in marks)
    caller.finish(first)
    caller.retract(second)
    assert fake.tally(_PATH, marks[:1]).once == ("mark-0",)
    assert fake.finished_by_mark(_PATH)["mark-0"] == (first,)
    assert second in [each.report_id for each in fake.reports(State.RETRACTED)]
    assert [each.report_id for each in fake.orphans()] == [third]
    assert fake.counts[Call.RETRACT] == 1
    report = fake.report(first)
    assert report is not None
    assert report.user == fake.account.user


def test_reports_outlive_the_fake_in_a_file(tmp_path: Path, new_caller: Any) -> None:
    wanted = Wanted(state=tmp_path / "state")
    with fake_authority(wanted) as before:
        calling = new_caller(address=before.address)
        finished, opened = calling.submit("a"), calling.submit("b")
        file_id = calling.upload(opened).told["fileId"]
        calling.finish(finished)
        reports = before.reports()
    with fake_authority(wanted) as after:
        calling = new_caller(address=after.address)
        assert after.reports() == reports
        assert calling.describe(opened, file_id).code == 0
        assert [calling.finish(opened).code, calling.finish(finished).code] == [0, 5102]
        assert calling.submit() == opened + 1
        after.clock.advance(timedelta(days=2))
        assert len(after.reports(State.EXPIRED)) == 1


def test_it_speaks_tls(new_caller: Any) -> None:
    trial = TrialAuthority()
    with fake_authority(Wanted(tls=trial.server(["127.0.0.1"]), base_path="/x")) as fake:
        assert fake.address.startswith("https://127.0.0.1:")
        assert fake.address.endswith("/x")
        with httpx2.Client(verify=trial.trust()) as client:
            assert client.get(f"{fake.address}/status", auth=("fake-user", "fake-password")).status_code == 200


def test_without_a_control_port_there_is_no_control_address() -> None:
    with fake_authority() as fake:
        assert fake.control_address is None


def test_what_cannot_be_had_is_told(tmp_path: Path) -> None:
    (tmp_path / "letter").write_text("Dear Sir,\n")
    with pytest.raises(InvalidValue), fake_authority(Wanted(state=tmp_path / "letter")):
        pass
    with (
        listen("127.0.0.1", 0) as sock,
        pytest.raises(UsageError),
        fake_authority(Wanted(port=sock.getsockname()[1])),
    ):
        pass
