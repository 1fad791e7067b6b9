"""What is written down of the use of keys: uses, and alarms about look-ups."""

from datetime import timedelta

from safelight.access.steps.record import note
from safelight.access.store import key_rows, secret_rows
from safelight.access.store.secret_rows import Uses
from safelight.clock import Clock
from safelight.database.transaction import Tx
from safelight.roles import Actor

ALARMS_APART = timedelta(hours=1)
"""Between two alarms about one key there is so long, however many processes watch it."""

_VERB = "alarm_of_probing"


def record_uses(tx: Tx, uses: Uses) -> None:
    """Add to how often secrets were used, and when last. It alters nothing that anybody may do, and is no act."""
    secret_rows.add_uses(tx, uses)


def record_distances(tx: Tx, clock: Clock, actor: Actor, count: int) -> None:
    """Write down how many distances somebody was told: how near matches are could show a way past a list."""
    target = f"actor:{actor.name}" if actor.key_id is None else f"api_key:{actor.key_id}"
    note(tx, clock, actor, "tell_distances", target, distances=count)


def alarm_of_key(tx: Tx, clock: Clock, watch: Actor, key_id: int, *, lookups: int) -> bool:
    """Write down that the look-ups of a key look like probing; return False where that was done within the hour."""
    if not key_rows.note_alarm(tx, key_id, clock.now(), apart=ALARMS_APART):
        return False
    note(tx, clock, watch, _VERB, f"api_key:{key_id}", lookups=lookups)
    return True


def alarm_of_other(tx: Tx, clock: Clock, watch: Actor, name: str, *, lookups: int) -> None:
    """Write down that the look-ups of somebody without a key look like probing."""
    note(tx, clock, watch, _VERB, f"actor:{name}", lookups=lookups)
