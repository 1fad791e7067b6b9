"""What helps somebody to alter a picture until it no longer matches is told on record: who was told what, and when.

It is written down before it is told. No value is in the record, neither a listed one nor one that was asked for.
"""

from safelight.audit import log
from safelight.clock import Clock
from safelight.database.engine import Engine
from safelight.database.transaction import write
from safelight.roles import Actor


def note_values_shown(engine: Engine, clock: Clock, actor: Actor, *, bank_id: int, count: int) -> None:
    """Write down that somebody is shown listed values of a bank."""
    _note(engine, clock, actor, "show_values", f"bank:{bank_id}", values=count)


def note_near_misses(engine: Engine, clock: Clock, actor: Actor, *, signals: int) -> None:
    """Write down that somebody is told what is near to signals and no match."""
    _note(engine, clock, actor, "show_near_misses", _target(actor), signals=signals)


def note_explained(engine: Engine, clock: Clock, actor: Actor, *, entry_id: int | None) -> None:
    """Write down that somebody has a match explained, or the lack of one, perhaps as to one entry."""
    target = _target(actor) if entry_id is None else f"entry:{entry_id}"
    _note(engine, clock, actor, "explain_match", target)


def note_item_explained(
    engine: Engine, clock: Clock, actor: Actor, *, case_id: int, item_id: int, distances: int
) -> None:
    """Write down that somebody is told how near the matches of something in a case are; of no distances, nothing."""
    if distances:
        _note(engine, clock, actor, "explain_match", f"case:{case_id}", item=item_id, distances=distances)


def _target(actor: Actor) -> str:
    return f"actor:{actor.name}" if actor.key_id is None else f"api_key:{actor.key_id}"


def _note(engine: Engine, clock: Clock, actor: Actor, verb: str, target: str, **details: int) -> None:
    with write(engine) as tx:
        log.write(tx, clock=clock, actor=actor, verb=verb, target=target, details=details)
