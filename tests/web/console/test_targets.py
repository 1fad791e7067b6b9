"""What an audit entry is about has a page for whoever may open it, and a target that is no number has none."""

from datetime import UTC, datetime

import pytest

from safelight.audit.entry import AuditEntry
from safelight.roles import EVERY_PERMISSION, Actor, ActorKind, Permission
from safelight.web.console.targets import page_of

BANKS = {3: "known"}


def entry(target: str, **details: int | str) -> AuditEntry:
    who = Actor(kind=ActorKind.PERSON, name="Ada")
    at = datetime(2026, 11, 29, tzinfo=UTC)
    return AuditEntry(id=1, at=at, actor=who, verb="do", target=target, reason="", details=details)


@pytest.mark.parametrize(
    ("told", "path"),
    [
        (entry("case:12"), "/cases/12"),
        (entry("job:7"), "/jobs/7"),
        (entry("person:7"), "/people/7"),
        (entry("evidence:" + "0a" * 16), "/evidence/" + "0a" * 16),
        (entry("bank:3"), "/banks/known"),
        (entry("bank:3", entry=5), "/banks/known/entries/5"),
        (entry("bank:3", entry="../../x"), "/banks/known"),
        (entry("bank:4"), None),
        (entry("person:ada@example.org"), None),
        (entry("case:12/../../evil"), None),
        (entry("case:"), None),
        (entry("case:\uff11\uff12"), None),
        (entry("evidence:javascript"), None),
        (entry("//evil.example:1"), None),
        (entry("audit_head:9"), None),
        (entry(""), None),
    ],
)
def test_a_target_has_a_page_or_none(told: AuditEntry, path: str | None) -> None:
    assert page_of(told, EVERY_PERMISSION, BANKS) == path
    assert page_of(told, {Permission.AUDIT_READ}, BANKS) is None
