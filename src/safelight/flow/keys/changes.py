"""Rotating and retiring keys: acts of a person, each recorded before it is done."""

from collections.abc import Sequence

from safelight.database.transaction import write
from safelight.errors import InvalidValue, NotFound
from safelight.flow.keys.desk import KeyDesk, Place, told_of
from safelight.flow.keys.rotation import WRAPS, Rotation, counts_by_key
from safelight.keys.boundary import KeyBoundary
from safelight.keys.key_ring import KeyRing, new_signing_key
from safelight.keys.recovery import make_copy, read_recipients


def rotate_keys(
    desk: KeyDesk, *, recipients: Sequence[str], place: Place, with_signing: bool = False, reason: str = ""
) -> int:
    """Make a new wrapping key, export it, take it into use, and re-wrap all that older keys wrap; return how many.

    The old keys stay until `retire_key`. With `with_signing` a new key signs too. The recovery copy comes first: what
    the new key seals never depends on one file alone. Raises `InvalidValue` or `KeysUnusable`.
    """
    desk.require_leave()
    read_recipients(recipients)
    at = desk.clock.now()
    key = desk.keys.new_wrapping_key(at)
    signing = new_signing_key(at) if with_signing else None

    def turned(now: KeyRing) -> KeyRing:
        ring = now.with_wrapping(key)
        return ring.with_signing(signing) if signing else ring

    with write(desk.engine) as tx:
        desk.note(tx, "rotate_keys", key.key_id, reason, signing=int(with_signing), **told_of(recipients))
    desk.reach(KeyBoundary.RECORDED)
    copy = turned(desk.keys.ring()).exported(at)
    place(make_copy(copy, read_recipients(recipients)))
    desk.reach(KeyBoundary.EXPORTED)
    desk.keys.change(lambda now: turned(now).exported_as(copy))
    desk.reach(KeyBoundary.KEPT)
    return resume_rotation(desk, reason=reason)


def resume_rotation(desk: KeyDesk, *, reason: str = "") -> int:
    """Re-wrap by the active key what older keys still wrap, and return how many. Safe to run at any time."""
    desk.require_leave()
    rotation = Rotation(engine=desk.engine, keys=desk.keys, clock=desk.clock, actor=desk.actor, reach=desk.reach)
    count = rotation.run()
    with write(desk.engine) as tx:
        desk.note(tx, "finish_rotation", desk.keys.describe().active_key_id, reason, wraps=count)
    return count


def retire_key(desk: KeyDesk, *, key_id: str, reason: str = "") -> None:
    """Remove an old wrapping key for good: what it wrapped, as in old backups, can then never be opened here.

    Raises `NotFound`, and `InvalidValue` for the active key and for one that something in the database needs. Nobody
    can add a wrap while this looks: who seals waits, and then sees that the key is gone. A key that is retired
    already is only written down once more, for that may be what a death prevented.
    """
    desk.require_leave()
    if any(key.key_id == key_id for key in desk.keys.ring().retired):
        with write(desk.engine) as tx:
            desk.note(tx, "retire_key", key_id, reason, again=1)
        return
    _require_old(desk, key_id)
    with write(desk.engine) as tx:
        desk.note(tx, "begin_retiring_key", key_id, reason)
    desk.reach(KeyBoundary.RECORDED)
    with write(desk.engine) as tx:
        for wraps in WRAPS:
            wraps.keep_still(tx)
        needed = counts_by_key(tx).get(key_id, 0)
        if needed:
            raise InvalidValue(
                f"Wrapped keys that still need the key {key_id}: {needed}. It was not removed. Wrap them by the "
                "active key first: safelight key rotate --resume"
            )
        desk.note(tx, "retire_key", key_id, reason)
        desk.keys.change(lambda now: now.without(key_id, desk.clock.now()))
        desk.reach(KeyBoundary.FORGOTTEN)


def _require_old(desk: KeyDesk, key_id: str) -> None:
    described = desk.keys.describe()
    if key_id not in described.key_ids:
        raise NotFound(f"There is no key {key_id}. `safelight key show` lists them.")
    if key_id == described.active_key_id:
        raise InvalidValue(f"{key_id} is the key in use. Make a new one first: safelight key rotate")
