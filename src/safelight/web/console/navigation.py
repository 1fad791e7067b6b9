"""The ways through the console: what each person's navigation shows, and which key leads where."""

from dataclasses import dataclass

from safelight.roles import Actor, Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A page that the navigation shows to whom it is open: its path, its text `nav.<name>`, and its key."""

    name: str
    path: str
    key: str
    permission: Permission | None = None


WAYS = (
    Way(name="home", path="/", key="h"),
    Way(name="queue", path="/queue", key="q", permission=Permission.CASE_DECIDE),
    Way(name="cases", path="/cases", key="c", permission=Permission.CASE_READ),
    Way(name="reports", path="/reports", key="g", permission=Permission.REPORT_READ),
    Way(name="banks", path="/banks", key="b", permission=Permission.BANK_READ),
    Way(name="evidence", path="/evidence", key="e", permission=Permission.EVIDENCE_READ),
    Way(name="audit", path="/audit", key="u", permission=Permission.AUDIT_READ),
    Way(name="dose", path="/dose", key="m"),
    Way(name="jobs", path="/jobs", key="j", permission=Permission.JOB_READ),
    Way(name="people", path="/people", key="p", permission=Permission.ACCESS_READ),
    Way(name="health", path="/health", key="y", permission=Permission.METRICS_READ),
    Way(name="settings", path="/settings", key="s", permission=Permission.ACCESS_READ),
    Way(name="account", path="/account", key="a"),
)
"""All of them, in the order in which they are shown. No two have one key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key that does something on a page, and the text that says what."""

    key: str
    text: str


ELSEWHERE = (Key(key="?", text="keys.map"), Key(key="/", text="keys.first_field"), Key(key="Esc", text="keys.leave"))
"""Keys that lead nowhere, on every page."""


def ways_for(actor: Actor | None) -> tuple[Way, ...]:
    """Return the ways that are open to somebody: none to whoever has not signed in."""
    if actor is None:
        return ()
    return tuple(way for way in WAYS if way.permission is None or way.permission in actor.permissions)


def is_within(way: Way, path: str) -> bool:
    """Whether a page lies on a way, so that the navigation marks it."""
    return path == way.path or (way.path != "/" and path.startswith(f"{way.path}/"))
