"""Where reports go is set up by who may, with secrets that go one way; switches hold at every step of a report."""

import json
import logging
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text

from safelight.audit.queries import page_entries
from safelight.database.transaction import read
from safelight.errors import (
    AlreadyExists,
    InvalidValue,
    KeysNotExported,
    KeysUnusable,
    NotAllowed,
    NotFound,
    OutboundFailed,
    UsageError,
)
from safelight.flow.keys.rotation import Rotation, counts_by_key
from safelight.flow.reporting import drafting, setting_up
from safelight.flow.reporting.filing import Filing
from safelight.flow.reporting.finding import Destinations, Opened
from safelight.flow.reporting.routing import route_case
from safelight.flow.reporting.setting_up import SetupDesk
from safelight.flow.reporting.standing import find_standing
from safelight.jobs.worker import Worker
from safelight.reporting import setup_queries
from safelight.reporting.destinations.interface import Done, Refused
from safelight.reporting.destinations.interface import Meaning as Means
from safelight.reporting.report import ReportState
from safelight.reporting.route import Route
from safelight.reporting.setup import SetupKind
from safelight.testing.keys import MemoryKeys

SECRET = "correct horse battery staple"
CONFIG = {"user": "u", "password": SECRET, "test": False}
NCMEC = SetupKind.NCMEC


class House:
    """An office whose destinations are set up, of a kind that lives in memory."""

    def __init__(self, office: Any) -> None:
        self.office, self.is_live, self.greeting = office, True, Done(value=None)
        self.keys, self.engine = office.place.keys, office.place.engine

    def destinations(self) -> Destinations:
        return Destinations(engine=self.engine, keys=self.keys, openers={NCMEC: self.open}, is_live=self.is_live)

    def open(self, name: str, data: bytes) -> Opened:
        told = json.loads(data)
        if "password" not in told:
            raise InvalidValue("password: it is missing. Nothing was changed.")
        line = self.office.line(name=name, is_test=told["test"])
        return Opened(
            destination=line, account=told["user"], greet=None if told.get("wireless") else lambda: self.greeting
        )

    def desk(self, actor: Any = None) -> SetupDesk:
        clock = self.office.clock
        return SetupDesk(clock=clock, actor=actor or self.office.operator, destinations=self.destinations())

    def reports(self) -> drafting.ReportDesk:
        found = self.destinations()
        ways = {"find": found.find, "find_for_sending": found.find_for_sending}
        return replace(self.office.desk(), needs_another=False, **ways)

    def approved(self, to: str = "ncmec") -> int:
        report = drafting.draft_report(self.reports(), self.office.case_id, to, paper=self.office.paper())
        drafting.complete_report(self.reports(), report.id)
        drafting.approve_report(self.reports(), report.id)
        return report.id

    def work(self) -> None:
        office = self.office
        find = self.destinations().find_for_sending
        filing = Filing(vault=office.vault, find=find, actor=office.operator, tell=office.told.append)
        Worker(self.engine, office.clock, filing.handlers(), name="one", tell=office.told.append).run_due()

    def state(self, report_id: int) -> ReportState:
        return self.office.find(report_id).state


@pytest.fixture
def house(office: Any) -> House:
    made = House(office)
    setting_up.add_destination(made.desk(), "ncmec", NCMEC, CONFIG)
    return made


def verbs(house: House) -> list[str]:
    with read(house.engine) as tx:
        return [each.verb for each in page_entries(tx, limit=200) if "destination" in each.verb + each.target]


def test_a_destination_is_added_replaced_switched_and_removed_on_record(house: House) -> None:
    with pytest.raises(AlreadyExists):
        setting_up.add_destination(house.desk(), "NCMEC", NCMEC, CONFIG)
    changed = setting_up.replace_secret(house.desk(), "Ncmec", {**CONFIG, "password": "other"})
    assert changed.name == "ncmec"
    setting_up.switch_off(house.desk(), "ncmec", reason="a leak")
    setting_up.switch_off(house.desk(), "ncmec")
    with pytest.raises(UsageError, match="switched off"):
        house.destinations().find("ncmec")
    setting_up.switch_on(house.desk(), "ncmec")
    assert house.destinations().find("NCMEC").name == "ncmec"
    setting_up.try_destination(house.desk(), "ncmec")
    setting_up.remove_destination(house.desk(), "ncmec")
    with pytest.raises(NotFound, match="safelight destination list"):
        house.destinations().find("ncmec")
    assert sorted(verbs(house)) == [
        "add_destination",
        "remove_destination",
        "replace_destination_secret",
        "switch_destination_off",
        "switch_destination_on",
        "test_destination",
    ]


def test_a_secret_shows_nowhere(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(InvalidValue) as refused:
        setting_up.replace_secret(house.desk(), "ncmec", {"user": SECRET})
    house.greeting = Refused(meaning=Means.FAULTY, sentence="it does not know us")
    with pytest.raises(OutboundFailed) as failed:
        setting_up.try_destination(house.desk(), "ncmec")
    with read(house.engine) as tx:
        setup = setup_queries.find_setup(tx, "ncmec")
        shown = [repr(setup), repr(setup_queries.sealed_setup(tx, setup)), repr(house.destinations())]
        shown += [repr(each) for each in page_entries(tx, limit=200)]
        rows = tx.execute(text("SELECT * FROM report_destinations")).all()
    shown += [str(refused.value), repr(house.desk()), str(failed.value), caplog.text, repr(rows)]
    assert [each for each in shown if SECRET in each] == []


def test_only_admins_set_destinations_up(house: House) -> None:
    for role in ("lead", "reporter", "reviewer", "auditor", "analyst"):
        desk = house.desk(house.office.person(f"some {role}", role))
        for act in (
            lambda desk: setting_up.add_destination(desk, "other", NCMEC, CONFIG),
            lambda desk: setting_up.replace_secret(desk, "ncmec", CONFIG),
            lambda desk: setting_up.switch_off(desk, "ncmec"),
            lambda desk: setting_up.switch_on(desk, "ncmec"),
            lambda desk: setting_up.set_routes(desk, []),
            lambda desk: setting_up.try_destination(desk, "ncmec"),
            lambda desk: setting_up.remove_destination(desk, "ncmec"),
        ):
            with pytest.raises(NotAllowed, match="destination:write"):
                act(desk)
    assert verbs(house) == ["add_destination"]
    admin = house.office.person("ada", "admin")
    setting_up.add_destination(house.desk(admin), "other", NCMEC, CONFIG)


def test_what_cannot_be_is_refused(house: House) -> None:
    with pytest.raises(UsageError, match="kind package"):
        setting_up.add_destination(house.desk(), "other", SetupKind.PACKAGE, CONFIG)
    with pytest.raises(UsageError, match="production destination, and this would make it a test one"):
        setting_up.replace_secret(house.desk(), "ncmec", {**CONFIG, "test": True})
    setting_up.replace_secret(house.desk(), "ncmec", {**CONFIG, "wireless": True})
    with pytest.raises(UsageError, match="no wire"):
        setting_up.try_destination(house.desk(), "ncmec")
    house.keys = MemoryKeys(is_exported=False)
    with pytest.raises(KeysNotExported):
        setting_up.add_destination(house.desk(), "other", NCMEC, CONFIG)


def test_another_account_waits_until_nothing_lies_at_the_one_before_and_another_password_does_not(
    house: House,
) -> None:
    office, report_id = house.office, house.approved()
    faults = {"finish": "cut after", "retract": "cut before"}
    office.worker(office.line(name="ncmec", fault=lambda kind: faults.get(kind, ""))).run_due()
    other = {**CONFIG, "user": "another"}
    with pytest.raises(UsageError, match="another account"):
        setting_up.replace_secret(house.desk(), "ncmec", other)
    setting_up.replace_secret(house.desk(), "ncmec", {**CONFIG, "password": "new"})
    house.work()
    assert house.state(report_id) is ReportState.FILED, "it was tried at once"
    assert len(office.authority.of(office.find(report_id).mark, "finished")) == 1
    setting_up.replace_secret(house.desk(), "ncmec", other)


def test_what_cannot_be_read_any_more_is_replaced_where_nothing_lies_there(house: House) -> None:
    house.keys = MemoryKeys()
    setting_up.replace_secret(house.desk(), "ncmec", CONFIG)
    assert house.destinations().find("ncmec").name == "ncmec"


def test_keys_that_are_rotated_take_secrets_along(house: House) -> None:
    keys = house.keys
    old = keys.describe().active_key_id
    with read(house.engine) as tx:
        before = counts_by_key(tx)[old]
    new = keys.rotate()
    Rotation(engine=house.engine, keys=keys, clock=house.office.clock, actor=house.office.operator).run()
    keys.retire(old)
    with read(house.engine) as tx:
        assert counts_by_key(tx) == {new: before}
    assert house.destinations().find("ncmec").name == "ncmec"
    house.keys = MemoryKeys()
    with pytest.raises(KeysUnusable):
        house.destinations().find("ncmec")


def test_a_destination_with_unfinished_reports_or_a_route_stays(house: House) -> None:
    report_id = house.approved()
    with pytest.raises(UsageError, match="not finished: 1"):
        setting_up.remove_destination(house.desk(), "ncmec")
    house.work()
    assert house.state(report_id) is ReportState.FILED
    setting_up.set_routes(house.desk(), [Route(place=1, destination="NCMEC")])
    with pytest.raises(UsageError, match="routing table"):
        setting_up.remove_destination(house.desk(), "ncmec")
    setting_up.set_routes(house.desk(), [])
    setting_up.remove_destination(house.desk(), "ncmec")
    assert house.state(report_id) is ReportState.FILED


def test_what_waits_for_a_destination_that_is_off_is_filed_as_soon_as_it_is_on(house: House) -> None:
    report_id = house.approved()
    assert setting_up.switch_off(house.desk(), "ncmec") == 1
    house.work()
    assert (house.state(report_id), house.office.authority.calls) == (ReportState.FILING, [])
    assert "switched off" in house.office.told[0]
    standing = find_standing(house.reports(), report_id)
    assert "switched off" in standing.hindrance
    assert standing.due_at is not None
    assert standing.due_at > house.office.clock.now()
    setting_up.switch_on(house.desk(), "ncmec")
    house.work()
    assert house.state(report_id) is ReportState.FILED


def test_without_the_live_switch_what_counts_is_drafted_and_never_let_go(house: House) -> None:
    house.is_live = False
    report = drafting.draft_report(house.reports(), house.office.case_id, "ncmec", paper=house.office.paper())
    drafting.complete_report(house.reports(), report.id)
    with pytest.raises(UsageError, match="live_reporting"):
        drafting.approve_report(house.reports(), report.id)
    assert house.state(report.id) is ReportState.APPROVAL_DUE
    setting_up.add_destination(house.desk(), "trial", NCMEC, {**CONFIG, "test": True})
    tried = house.approved("trial")
    house.work()
    assert house.state(tried) is ReportState.TRIED


@pytest.mark.parametrize("midway", ["approved", "upload", "finish"])
def test_a_live_switch_that_is_turned_off_midway_holds_and_the_report_is_filed_once_when_it_is_on(
    house: House, midway: str
) -> None:
    office, report_id = house.office, house.approved()
    if midway != "approved":
        faults = {midway: "cut after", "retract": "cut before"}
        office.worker(office.line(name="ncmec", fault=lambda kind: faults.get(kind, ""))).run_due()
    seen = len(office.authority.calls)
    house.is_live = False
    for _ in range(3):
        office.clock.advance(hours=1)
        house.work()
    assert len(office.authority.calls) == seen
    assert house.state(report_id) is ReportState.FILING
    assert "live_reporting" in find_standing(house.reports(), report_id).hindrance
    house.is_live = True
    office.clock.advance(hours=1)
    house.work()
    mark = office.find(report_id).mark
    assert (house.state(report_id), len(office.authority.of(mark, "finished"))) == (ReportState.FILED, 1)


def test_one_that_failed_for_reasons_outside_of_it_is_filed_as_it_was_approved(house: House) -> None:
    office, report_id = house.office, house.approved()
    refusing = office.line(name="ncmec", fault=lambda kind: "faulty" if kind == "open" else "")
    office.worker(refusing).run_due()
    assert house.state(report_id) is ReportState.FAILED
    with pytest.raises(InvalidValue):
        drafting.retry_report(house.reports(), report_id, reason=" ")
    house.is_live = False
    with pytest.raises(UsageError, match="live_reporting"):
        drafting.retry_report(house.reports(), report_id, reason="the account was blocked")
    house.is_live = True
    drafting.retry_report(house.reports(), report_id, reason="the account was blocked")
    assert (house.state(report_id), office.find(report_id).failure) == (ReportState.APPROVED, "")
    house.work()
    assert house.state(report_id) is ReportState.FILED
    with pytest.raises(UsageError, match="filed"):
        drafting.retry_report(house.reports(), report_id, reason="again")


def test_a_case_goes_where_the_first_line_that_fits_leads_and_it_is_told_why(house: House) -> None:
    desk = house.reports()
    with pytest.raises(NotFound, match="destination route set"):
        _ = route_case(desk, house.office.case_id).destination
    setting_up.add_destination(house.desk(), "police", NCMEC, CONFIG)
    lines = [Route(place=1, destination="POLICE", jurisdiction="GB"), Route(place=2, destination="ncmec")]
    setting_up.set_routes(house.desk(), lines, reason="two laws")
    found = route_case(desk, house.office.case_id, jurisdiction="gb", service="chat")
    assert (found.destination, found.passed, found.setup and found.setup.name) == ("police", (), "police")
    found = route_case(desk, house.office.case_id)
    assert found.destination == "ncmec"
    assert [why for _, why in found.passed] == ["It is for the jurisdiction GB, and asked is for none."]
    with read(house.engine) as tx:
        assert [each.destination for each in setup_queries.list_routes(tx)] == ["police", "ncmec"]
        told = [entry for entry in page_entries(tx, limit=200) if entry.verb == "set_report_routes"]
    assert dict(told[0].details) == {"lines": 2, "line 1": "GB * * -> POLICE", "line 2": "* * * -> ncmec"}
    with pytest.raises(NotFound):
        setting_up.set_routes(house.desk(), [Route(place=1, destination="gone")])
    with read(house.engine) as tx:
        assert len(setup_queries.list_routes(tx)) == 2, "the old table stays"
    nobody = house.office.person("somebody", "reviewer")
    with pytest.raises(NotAllowed):
        route_case(replace(desk, actor=nobody), house.office.case_id)
