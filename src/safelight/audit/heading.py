"""Signing heads: what fixes the log's past, for whoever keeps a head elsewhere."""

from datetime import datetime, timedelta

from safelight.audit import log, store
from safelight.audit.head import Head, log_origin, parse_head
from safelight.audit.note import NoteKey, signature_line
from safelight.audit.sequencing import read_frontier
from safelight.clock import Clock
from safelight.database.installation import installation_id
from safelight.database.transaction import Tx
from safelight.errors import InvalidValue
from safelight.keys.interface import KeyService
from safelight.roles import Actor

SIGN_VERB = "sign_head"
_NOUN = "audit_head"


def note_keys(tx: Tx, public_keys: tuple[bytes, ...]) -> tuple[NoteKey, ...]:
    """Return public keys under the name of this database's log."""
    origin = log_origin(installation_id(tx))
    return tuple(NoteKey(name=origin, public_key=public_key) for public_key in public_keys)


def present_head(tx: Tx, clock: Clock) -> Head:
    """Return the head of the log as it is now. Raises `DatabaseUnusable` where its tables contradict each other."""
    frontier = read_frontier(tx)
    origin = log_origin(installation_id(tx))
    return Head(origin=origin, size=frontier.size, root=frontier.root(), at=clock.now())


def sign_head(keys: KeyService, head: Head) -> str:
    """Return the note of a head. Outside any transaction: the keys may be a service far away. Raises `KeysUnusable`."""
    text = head.text()
    key = NoteKey(name=head.origin, public_key=keys.describe().public_keys[0])
    return f"{text}\n{signature_line(key, keys.sign(text.encode()))}"


def add_head(tx: Tx, clock: Clock, actor: Actor, note: str) -> None:
    """Keep a signed head, and write that it was signed: so a head that vanishes leaves its entry behind."""
    size = parse_head(head_text(note)).size
    store.add_head(tx, size, note)
    log.write(tx, clock=clock, actor=actor, verb=SIGN_VERB, target=f"{_NOUN}:{size}")


def latest_head(tx: Tx) -> str | None:
    """Return the note of the last head that was signed, None if there is none."""
    found = store.latest_head(tx)
    return None if found is None else found[1]


def latest_head_at(tx: Tx) -> datetime | None:
    """Return when the last head was signed; None where none was, or it cannot be read."""
    note = latest_head(tx)
    try:
        return None if note is None else parse_head(head_text(note)).at
    except InvalidValue:
        return None


def is_head_due(tx: Tx, clock: Clock, every: timedelta) -> bool:
    """Whether a head is due: more was written than of heads, and the last head is older than so long.

    A last head that cannot be read, or that stands in the future because the clock was set back, counts as old.
    """
    found = store.latest_head(tx)
    size, note = found or (0, "")
    if not store.is_any_but(tx, SIGN_VERB, from_leaf=size):
        return False
    try:
        age = clock.now() - parse_head(head_text(note)).at
    except InvalidValue:
        return True
    return not timedelta() <= age < every


def head_text(note: str) -> str:
    """Return the text of a note, whoever signed it."""
    return note.rpartition("\n\n")[0] + "\n"


def told_size(target: object) -> int | None:
    """Return the size of which an entry of this kind tells; None for what is not written as it should be."""
    noun, _, size = str(target).partition(":")
    return int(size) if noun == _NOUN and size.isdecimal() else None
