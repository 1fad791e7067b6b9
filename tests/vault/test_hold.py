"""The rules of holds, over leap years, year ends, time zones, and at the very microsecond of an end."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safelight.errors import InvalidValue
from safelight.roles import Actor, ActorKind
from safelight.vault import hold as rules
from safelight.vault.hold import Hold, HoldKind, NewHold

_TICK = timedelta(microseconds=1)
_NOW = datetime(2026, 11, 23, 12, 30, 15, 123456, tzinfo=UTC)
_DAY = timedelta(days=1)


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _hold(until_at: datetime | None, **given_) -> Hold:
    values = {
        "id": 1,
        "evidence_id": "e",
        "kind": HoldKind.OPERATOR,
        "reason": "",
        "legal_basis": "",
        "reference": "",
        "from_at": _NOW,
        "until_at": until_at,
        "added_at": _NOW,
        "added_by": Actor(kind=ActorKind.PERSON, name="a"),
    }
    return Hold(**(values | given_))


@pytest.mark.parametrize(
    ("receipt", "end"),
    [
        ("2025-06-15T10:00:00+00:00", "2026-06-15T10:00:00+00:00"),
        # a leap day within the year, and none
        ("2023-06-15T10:00:00+00:00", "2024-06-15T10:00:00+00:00"),
        ("2024-02-29T12:00:00+00:00", "2025-03-01T12:00:00+00:00"),
        ("2024-02-28T12:00:00+00:00", "2025-02-28T12:00:00+00:00"),
        # 28 February at 12:00 UTC is still the 28th in the west, and 1 March 02:00 in the farthest east
        ("2023-02-28T12:00:00+00:00", "2024-02-29T12:00:00+00:00"),
        ("2023-02-28T09:00:00+00:00", "2024-02-28T09:00:00+00:00"),
        # 1 March 2024 01:00 UTC is still 29 February west of it, where the year ends a day later
        ("2024-03-01T01:00:00+00:00", "2025-03-02T01:00:00+00:00"),
        ("2024-03-01T12:00:00+00:00", "2025-03-01T12:00:00+00:00"),
        # year ends
        ("2025-12-31T23:59:59.999999+00:00", "2026-12-31T23:59:59.999999+00:00"),
        ("2026-01-01T00:00:00+00:00", "2027-01-01T00:00:00+00:00"),
        # 2100 is no leap year
        ("2099-06-01T00:00:00+00:00", "2100-06-01T00:00:00+00:00"),
        ("2096-02-29T15:00:00+00:00", "2097-03-01T15:00:00+00:00"),
        # zones: the same moment as 10:00 UTC, written elsewhere
        ("2025-06-16T00:00:00+14:00", "2026-06-15T10:00:00+00:00"),
        ("2025-06-14T22:00:00-12:00", "2026-06-15T10:00:00+00:00"),
    ],
)
def test_a_report_is_held_a_calendar_year_from_the_receipt(receipt: str, end: str) -> None:
    new = rules.report_hold(_at(receipt), "123")
    assert new.until_at == _at(end)
    assert (new.kind, new.from_at, new.reference) == (HoldKind.REPORT, _at(receipt), "123")
    assert "2258A(h)" in new.legal_basis


@pytest.mark.parametrize("years", [2, 5])
def test_a_report_is_held_for_longer_where_that_is_set(years: int) -> None:
    assert rules.report_hold(_NOW, "1", years=years).until_at == _NOW.replace(year=2026 + years)


def test_a_report_is_never_held_for_less_than_a_year() -> None:
    with pytest.raises(InvalidValue):
        rules.report_hold(_NOW, "1", years=0)


_FIRST = datetime(1990, 1, 1, tzinfo=UTC)
_MOMENTS = st.integers(0, 200 * 365 * 86_400).map(lambda seconds: _FIRST + timedelta(seconds=seconds))
_OFFSETS = st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


def _local_year_later(local: datetime) -> datetime:
    day_after = local.date() == local.date().replace(month=2, day=28) + _DAY and local.month == 2
    return local.replace(year=local.year + 1, month=3, day=1) if day_after else local.replace(year=local.year + 1)


@given(_MOMENTS, _OFFSETS)
def test_a_year_is_never_shorter_than_any_place_counts_it(moment: datetime, zone: timezone) -> None:
    end = rules.add_years(moment, 1)
    assert end >= _local_year_later(moment.astimezone(zone))
    assert timedelta(days=365) <= end - moment <= timedelta(days=366)


@given(_MOMENTS, _OFFSETS)
def test_a_moment_written_in_another_zone_is_held_for_the_same_time(moment: datetime, zone: timezone) -> None:
    assert rules.add_years(moment.astimezone(zone), 1) == rules.add_years(moment, 1)
    local, plain = moment.astimezone(zone), moment
    assert (
        rules.law_enforcement_hold(local, reference="1").until_at
        == rules.law_enforcement_hold(plain, reference="1").until_at
    )


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Kiritimati"])
@pytest.mark.parametrize(
    "written", ["2026-03-29T01:30:00", "2026-03-08T02:30:00", "2026-10-25T02:30:00", "2026-04-05T01:45:00"]
)
def test_summer_time_takes_no_hour_of_ninety_days_away(zone: str, written: str) -> None:
    for fold in (0, 1):
        local = datetime.fromisoformat(written).replace(tzinfo=ZoneInfo(zone), fold=fold)
        until_at = rules.law_enforcement_hold(local.astimezone(UTC), reference="1").until_at
        assert until_at is not None
        assert until_at - local.astimezone(UTC) == timedelta(days=90)


def test_a_request_by_law_enforcement_lasts_ninety_days_and_never_less() -> None:
    new = rules.law_enforcement_hold(_NOW, reference="4711")
    assert new.until_at == _NOW + timedelta(days=90)
    assert "2703(f)" in new.legal_basis
    assert rules.law_enforcement_hold(_NOW, reference="1", days=180).until_at == _NOW + timedelta(days=180)
    with pytest.raises(InvalidValue):
        rules.law_enforcement_hold(_NOW, reference="1", days=89)


@pytest.mark.parametrize("end", ["2024-02-29T00:00:00+00:00", "2025-12-31T23:59:59.999999+00:00"])
def test_a_renewal_begins_where_the_request_before_ended(end: str) -> None:
    old = _hold(_at(end), kind=HoldKind.LAW_ENFORCEMENT, legal_basis="18 U.S.C. 2703(f), by order")
    new = rules.renewed_hold(old, reference="second")
    assert (new.from_at, new.until_at) == (old.until_at, _at(end) + timedelta(days=90))
    assert (new.reference, new.legal_basis) == ("second", old.legal_basis)


@pytest.mark.parametrize("kind", [HoldKind.OPERATOR, HoldKind.REPORT, HoldKind.UNDER_REVIEW])
def test_only_a_request_by_law_enforcement_is_renewed(kind: HoldKind) -> None:
    with pytest.raises(InvalidValue, match="further hold"):
        rules.renewed_hold(_hold(_NOW, kind=kind), reference="x")


def test_what_is_sealed_is_held_without_an_end() -> None:
    new = rules.review_hold(_NOW)
    assert (new.kind, new.from_at, new.until_at) == (HoldKind.UNDER_REVIEW, _NOW, None)


@pytest.mark.parametrize(
    ("closed", "recorded", "days", "end"),
    [
        ("2026-11-23T12:00:00+00:00", "2026-11-23T12:00:00+00:00", 30, "2026-12-23T12:00:00+00:00"),
        ("2024-02-01T00:00:00+00:00", "2024-02-01T00:00:00+00:00", 30, "2024-03-02T00:00:00+00:00"),
        ("2025-02-01T00:00:00+00:00", "2025-02-01T00:00:00+00:00", 30, "2025-03-03T00:00:00+00:00"),
        # recorded late: the time to appeal is not shortened by that
        ("2026-01-01T00:00:00+00:00", "2026-03-01T00:00:00+00:00", 30, "2026-03-31T00:00:00+00:00"),
        ("2026-11-23T12:00:00+14:00", "2026-11-22T22:00:00+00:00", 0, "2026-11-22T22:00:00+00:00"),
    ],
)
def test_a_review_ends_with_the_time_to_appeal(closed: str, recorded: str, days: int, end: str) -> None:
    assert rules.end_of_review(_at(closed), _at(recorded), appeal_days=days) == _at(end)


def test_the_time_to_appeal_is_not_less_than_nothing() -> None:
    with pytest.raises(InvalidValue):
        rules.end_of_review(_NOW, _NOW, appeal_days=-1)


@pytest.mark.parametrize(("after", "keeps"), [(-_TICK, True), (timedelta(0), False), (_TICK, False)])
def test_a_hold_keeps_up_to_its_end_and_not_at_it(after: timedelta, keeps: bool) -> None:
    hold = _hold(_NOW)
    assert hold.is_active(_NOW + after) is keeps
    assert rules.may_be_destroyed([hold], _NOW + after) is not keeps
    elsewhere = (_NOW + after).astimezone(timezone(timedelta(hours=-12)))
    assert hold.is_active(elsewhere) is keeps


def test_a_hold_that_begins_later_keeps_already_now() -> None:
    assert _hold(_NOW + 9 * _DAY, from_at=_NOW + 5 * _DAY).is_active(_NOW)


def test_a_released_hold_keeps_nothing_and_ended_when_it_was_released() -> None:
    hold = _hold(None, released_at=_NOW, order_id=3)
    assert not hold.is_active(_NOW - _DAY)
    assert hold.ended_at == _NOW


def test_of_several_holds_the_longest_governs() -> None:
    short, long = _hold(_NOW + _DAY), _hold(_NOW + 2 * _DAY, id=2)
    endless, released = _hold(None, id=3), _hold(None, id=4, released_at=_NOW)
    assert rules.governing([short, long, released], _NOW) == long
    assert rules.governing([short, endless, long], _NOW) == endless
    assert rules.governing([short, long], _NOW + 2 * _DAY) is None
    assert not rules.may_be_destroyed([short, long], _NOW + _DAY)
    assert rules.may_be_destroyed([short, long, released], _NOW + 2 * _DAY)


def test_evidence_that_nobody_ever_held_is_not_destroyed_by_the_clock() -> None:
    assert not rules.may_be_destroyed([], _NOW)


def _new(**given_) -> NewHold:
    usual = rules.operator_hold(_NOW, _NOW + _DAY, reason="a reason")
    return replace(usual, **given_)


_REFUSED = [
    (_new(until_at=_NOW), "ended"),
    (_new(until_at=_NOW - _DAY), "ended"),
    (_new(until_at=None), "needs an end"),
    (_new(reason="  "), "reason"),
    (_new(from_at=_NOW + _DAY + _TICK, until_at=_NOW + 3 * _DAY), "begins"),
    (_new(from_at=datetime(1969, 12, 31, tzinfo=UTC)), "begins"),
    (_new(from_at=_at("2026-01-01")), "time zone"),
    (_new(until_at=_at("2027-01-01")), "time zone"),
    (_new(until_at=rules.add_years(_NOW, 10) + _TICK), "10 years"),
    (_new(reason="x" * 1001), "1000"),
    (_new(reference="x" * 1001), "1000"),
    (_new(legal_basis="x" * 1001), "1000"),
    (replace(rules.law_enforcement_hold(_NOW, reference="x"), reference=" "), "reference"),
    (rules.report_hold(_NOW, ""), "reference"),
    (rules.law_enforcement_hold(_NOW - 90 * _DAY, reference="1"), "ended"),
    (rules.report_hold(_NOW - 367 * _DAY, "1"), "ended"),
]


@pytest.mark.parametrize(("new", "why"), _REFUSED)
def test_a_hold_of_the_wrong_form_is_refused(new: NewHold, why: str) -> None:
    with pytest.raises(InvalidValue, match=why):
        rules.check_new_hold(new, _NOW)


@pytest.mark.parametrize(
    "new",
    [
        _new(),
        _new(until_at=_NOW + _TICK),
        _new(from_at=_NOW + _DAY),
        _new(until_at=rules.add_years(_NOW, 10)),
        rules.review_hold(_NOW),
        rules.report_hold(_NOW - 300 * _DAY, "1"),
        rules.law_enforcement_hold(_NOW - 89 * _DAY, reference="1"),
    ],
)
def test_a_hold_of_the_right_form_is_taken(new: NewHold) -> None:
    rules.check_new_hold(new, _NOW)


def test_a_hold_is_told_by_number_kind_and_end() -> None:
    assert rules.tell_hold(_hold(None, kind=HoldKind.UNDER_REVIEW)) == "hold 1 (under review, without an end yet)"
    assert rules.tell_hold(_hold(_NOW)) == "hold 1 (operator, until 2026-11-23 12:30 UTC)"
