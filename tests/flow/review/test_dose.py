"""Who may set, ask, grant and be told what."""

from datetime import timedelta

import pytest

from safelight.audit.queries import page_entries
from safelight.database.transaction import read
from safelight.errors import InvalidValue, NotAllowed, NotFound, UsageError
from safelight.flow.review import dose
from safelight.review.exposure.lift import LiftKind
from safelight.review.exposure.limits import Limits, OwnLimits
from safelight.review.exposure.staff_code import staff_code
from safelight.roles import EVERY_PERMISSION, Actor, ActorKind
from safelight.vault.content_digest import digest_secret
from safelight.vault.vault import Vault


def _ask(source, who, name, kind=LiftKind.MINUTES) -> int:
    until = source.clock.now() + timedelta(hours=5)
    minutes = 30 if kind is LiftKind.MINUTES else 0
    return dose.ask_lift(
        source.engine, source.clock, who, name, kind, until=until, reason="a raid", extra_minutes=minutes
    )


def test_people_are_told_their_own_figures_and_nobody_elses(source, rosa) -> None:
    assert dose.own_figures(source.engine, source.clock, rosa, Limits()).review_minutes == 0
    with pytest.raises(NotFound):
        dose.own_figures(source.engine, source.clock, Actor(kind=ActorKind.PERSON, name="Mina"), Limits())


def test_sums_are_for_leads(source, rosa, person) -> None:
    assert len(dose.team_weeks(source.engine, source.clock, person("Lena", "lead"), weeks=3)) == 3
    with pytest.raises(NotAllowed):
        dose.team_weeks(source.engine, source.clock, rosa)


def test_nobody_loosens_their_own_limits_not_even_a_lead(source, rosa, person) -> None:
    lena, set_limits = person("Lena", "lead"), dose.set_limits
    tight, loose = OwnLimits(minutes_per_day=10), OwnLimits(minutes_per_day=20)
    for who, name in ((rosa, "Rosa"), (lena, "lena"), (lena, "Rosa")):
        set_limits(source.engine, source.clock, who, name, tight, house=Limits(), reason="so")
    for who, name in ((rosa, "rosa"), (lena, "Lena"), (rosa, "Lena")):
        with pytest.raises(NotAllowed):
            set_limits(source.engine, source.clock, who, name, loose, house=Limits(), reason="so")
    set_limits(source.engine, source.clock, lena, "Rosa", loose, house=Limits(), reason="so")
    service = Actor(kind=ActorKind.SERVICE, name="key", permissions=EVERY_PERMISSION)
    with pytest.raises(NotAllowed):
        set_limits(source.engine, source.clock, service, "Rosa", loose, house=Limits(), reason="so")


def test_a_lift_takes_a_second_person_who_is_neither_the_asker_nor_the_one_it_is_for(source, rosa, person) -> None:
    lena, mona, grant = person("Lena", "lead"), person("Mona", "lead"), dose.grant_lift
    own, others = _ask(source, rosa, "Rosa"), _ask(source, lena, "Mona", LiftKind.HOURS)
    with pytest.raises(NotAllowed):
        _ask(source, rosa, "Lena")
    for who, number in ((rosa, own), (lena, others), (mona, others)):
        with pytest.raises(NotAllowed):
            grant(source.engine, source.clock, who, number)
    grant(source.engine, source.clock, lena, own)
    budget = dose.own_figures(source.engine, source.clock, rosa, Limits()).budget
    assert budget.extra_time(source.clock.now()) == timedelta(minutes=30)


def test_an_opt_out_is_ones_own(source, rosa) -> None:
    dose.set_opted_out(source.engine, rosa, "A1", is_out=True)
    assert dose.own_figures(source.engine, source.clock, rosa, Limits()).budget.opted_out == {"a1"}
    with pytest.raises(NotFound):
        dose.set_opted_out(source.engine, Actor(kind=ActorKind.PERSON, name="Mina"), "A1", is_out=True)


def test_a_staff_code_leads_to_its_person_for_who_may_read_the_audit_log(source, actor, rosa, evidence_id) -> None:
    vault = Vault(blobs=source.blobs, keys=source.keys, clock=source.clock)
    code = staff_code(digest_secret(source.engine, source.keys, source.clock), 1)

    def find(who: Actor, code: str, reason: str = "seen outside") -> str:
        return dose.find_by_staff_code(source.engine, source.clock, vault, who, code, reason=reason)

    assert find(actor, code.lower()) == "Rosa"
    with pytest.raises(NotAllowed):
        find(rosa, code)
    with pytest.raises(NotFound):
        find(actor, "0" * 8)
    with pytest.raises(InvalidValue):
        find(actor, code, " ")
    with read(source.engine) as tx:
        asked = [each.reason for each in page_entries(tx, target="person:1") if each.verb == "find_staff_code"]
    assert asked == ["seen outside"]


def test_a_lift_is_refused_by_a_lead_or_taken_back_by_who_asked(source, rosa, person) -> None:
    lena, refuse = person("Lena", "lead"), dose.refuse_lift
    first, second, third = _ask(source, rosa, "Rosa"), _ask(source, rosa, "Rosa"), _ask(source, lena, "Lena")
    refuse(source.engine, source.clock, lena, first, reason="not this week")
    refuse(source.engine, source.clock, rosa, second, reason="not needed")
    with pytest.raises(NotAllowed):
        refuse(source.engine, source.clock, rosa, third, reason="so")
    for number in (first, second):
        with pytest.raises(UsageError):
            dose.grant_lift(source.engine, source.clock, lena, number)
