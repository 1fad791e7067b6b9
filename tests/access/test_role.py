"""Roles that are built in give the least that their work takes."""

import pytest

from safelight.access.role import BUILT_IN, ORACLE, read_permissions, require_grantable
from safelight.errors import InvalidValue, NotAllowed
from safelight.roles import EVERY_PERMISSION, Actor, ActorKind, Permission

_MAY_LOOK_AT_MEDIA = {Permission.EVIDENCE_REVIEW, Permission.EVIDENCE_REPORT, Permission.EVIDENCE_HAND_OVER}


def test_the_roles_of_the_work_are_there() -> None:
    assert set(BUILT_IN) == {"admin", "lead", "reviewer", "reporter", "auditor", "analyst", "service"}
    assert BUILT_IN["admin"] == EVERY_PERMISSION


def test_a_service_learns_nothing_by_which_a_picture_could_be_altered_until_it_does_not_match() -> None:
    assert {"match:distance", "match:near_miss", "entry:value", "bank:export"} == ORACLE
    assert not BUILT_IN["service"] & ORACLE


def test_only_who_decides_or_reports_is_shown_media() -> None:
    assert {name for name, held in BUILT_IN.items() if held & _MAY_LOOK_AT_MEDIA} == {
        "admin",
        "lead",
        "reviewer",
        "reporter",
    }


def test_only_admins_say_who_may_do_what() -> None:
    for permission in (Permission.ACCESS_WRITE, Permission.KEY_WRITE, Permission.BACKUP_WRITE):
        assert [name for name, held in BUILT_IN.items() if permission in held] == ["admin"]


def test_auditors_and_analysts_change_nothing() -> None:
    changing = ("write", "release", "seal", "report", "hand_over", "export")
    for name in ("auditor", "analyst"):
        assert [each.value for each in BUILT_IN[name] if each.value.split(":")[1] in changing] == []


def test_permissions_are_read_by_name_and_an_unknown_one_is_told_with_those_that_there_are() -> None:
    assert read_permissions(["bank:read"]) == {Permission.BANK_READ}
    with pytest.raises(InvalidValue, match=r"'bank:reed'.*bank:read"):
        read_permissions(["bank:reed"])


def test_nobody_gives_what_they_lack() -> None:
    giver = Actor(kind=ActorKind.PERSON, name="g", permissions=frozenset({Permission.BANK_READ}))
    require_grantable(giver, {Permission.BANK_READ})
    with pytest.raises(NotAllowed, match="bank:export"):
        require_grantable(giver, {Permission.BANK_READ, Permission.BANK_EXPORT})
