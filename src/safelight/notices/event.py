"""Events: what happened, by ids and verdict. Nothing of media and nothing of a person is ever in one."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from safelight.errors import InvalidValue

MOST_FACTS = 10
_NAME = re.compile(r"[a-z][a-z_]{0,36}_id")
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_VERDICT = re.compile(r"[a-z_]{1,30}")

Facts = Mapping[str, int | str]
"""Ids, under names that end in `_id`, and a `verdict`."""


class EventKind(StrEnum):
    """What an address can be told of."""

    SCAN_FINISHED = "scan_finished"
    CASE_OPENED = "case_opened"
    RETROACTIVE_MATCH = "retroactive_match"
    CASE_DECIDED = "case_decided"
    IMMINENT_DANGER = "imminent_danger"
    READER_MISSING = "reader_missing"
    HASH_PATH_OFF = "hash_path_off"
    REPORT_FILED = "report_filed"
    REPORT_FAILED = "report_failed"
    HAND_OVER_DUE = "hand_over_due"
    REPORT_DUE = "report_due"
    REPORT_OVERDUE = "report_overdue"
    REPORT_LEFT_OPEN = "report_left_open"
    CONTACT_DUE = "contact_due"
    EVIDENCE_SEALED = "evidence_sealed"
    EVIDENCE_DESTROYED = "evidence_destroyed"
    TEST = "test"  # sent when somebody asks for it, whatever kinds an address wants


WANTABLE = frozenset(EventKind) - {EventKind.TEST}
"""The kinds that an address may want."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened. A receiver that gets the same id twice has seen it before."""

    id: str
    kind: EventKind
    happened_at: datetime
    facts: Facts


def check_facts(facts: Facts) -> None:
    """Raise `InvalidValue` unless facts are ids and a verdict: a text of any other form could name somebody."""
    if len(facts) > MOST_FACTS:
        raise InvalidValue(f"An event has at most {MOST_FACTS} facts.")
    for name, value in facts.items():
        form = _VERDICT if name == "verdict" else _ID
        if name != "verdict" and not _NAME.fullmatch(name):
            raise InvalidValue(f"The event's fact {name[:40]!r} is neither a verdict nor an id (`…_id`): keep to ids.")
        if not isinstance(value, int) and not form.fullmatch(value):
            raise InvalidValue(f"The event's fact {name!r} is no id or verdict: keep to letters, digits, _ and -.")


def event_body(event: Event) -> bytes:
    """Return what is posted: always the same bytes for the same event."""
    told = {
        "id": event.id,
        "kind": event.kind.value,
        "happened_at": event.happened_at.astimezone(UTC).isoformat(timespec="milliseconds"),
        "facts": dict(event.facts),
    }
    return json.dumps(told, sort_keys=True, separators=(",", ":")).encode("ascii")
