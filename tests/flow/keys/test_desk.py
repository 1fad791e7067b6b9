from dataclasses import replace
from typing import Any

import pytest

from safelight.audit.queries import page_entries
from safelight.clock import FixedClock
from safelight.database.engine import Engine
from safelight.database.transaction import read, write
from safelight.errors import NotAllowed
from safelight.flow.keys.desk import KeyDesk, told_of
from safelight.roles import EVERY_PERMISSION, Actor, Permission

KEYS: Any = None
"""No act of the desk itself asks for keys."""


def test_changing_keys_takes_its_permission(engine: Engine, clock: FixedClock, actor: Actor) -> None:
    KeyDesk(engine=engine, keys=KEYS, clock=clock, actor=actor).require_leave()
    other = replace(actor, permissions=EVERY_PERMISSION - {Permission.KEY_WRITE})
    with pytest.raises(NotAllowed, match="key:write"):
        KeyDesk(engine=engine, keys=KEYS, clock=clock, actor=other).require_leave()


def test_an_act_is_written_down_under_its_key(engine: Engine, clock: FixedClock, actor: Actor) -> None:
    desk = KeyDesk(engine=engine, keys=KEYS, clock=clock, actor=actor)
    with write(engine) as tx:
        desk.note(tx, "export_keys", "local:1", "yearly", recipients=2)
    with read(engine) as tx:
        (entry,) = page_entries(tx)
    assert (entry.verb, entry.target, entry.reason) == ("export_keys", "key:local:1", "yearly")
    assert entry.details == {"recipients": 2}


def test_recipients_are_told_by_marks_that_fit_the_log() -> None:
    told = told_of([f"age1{number}" for number in range(9)])
    assert told["recipients"] == 9
    assert len(str(told["recipient_marks"])) <= 100
    assert told_of([" age1x\n"]) == told_of(["age1x"]) != told_of(["age1y"])
    assert "age1" not in str(told_of(["age1x"]))
