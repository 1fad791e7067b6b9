"""Administration of keys: each function is one act of a person. What is going to be done is recorded before it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from safelight.audit.heading import latest_head
from safelight.database.transaction import Tx, read, write
from safelight.errors import AlreadyExists, KeysUnusable
from safelight.flow.keys.desk import KeyDesk, Place, told_of
from safelight.flow.keys.rotation import counts_by_key
from safelight.keys.boundary import KeyBoundary
from safelight.keys.interface import KeyDescription
from safelight.keys.key_ring import KeyRing
from safelight.keys.recovery import make_copy, open_copy, read_identities, read_recipients


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyState:
    """The keys as they are described, and how many wraps in the database need each, also of keys that are missing."""

    described: KeyDescription
    wraps_by_key: Mapping[str, int]

    @property
    def missing(self) -> tuple[str, ...]:
        """The keys that the database needs and that are not here."""
        return tuple(sorted(self.wraps_by_key.keys() - set(self.described.key_ids)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import of a recovery copy brought."""

    state: KeyState
    new_key_ids: tuple[str, ...]
    left_out: int


def show_keys(desk: KeyDesk) -> KeyState:
    """Return what keys there are and what needs them."""
    described = desk.keys.describe()
    with read(desk.engine) as tx:
        return KeyState(described=described, wraps_by_key=counts_by_key(tx))


def create_keys(desk: KeyDesk, *, despite_loss: bool = False, reason: str = "") -> KeyDescription:
    """Make the first keys of an installation.

    Raises `AlreadyExists` where there are some, and `KeysUnusable` where the database knows keys that are gone: a lost
    key file is never silently replaced. `despite_loss` makes new ones all the same; what the lost ones sealed stays
    shut until their recovery copy comes.
    """
    desk.require_leave()
    if desk.keys.exists():
        raise AlreadyExists(
            "There is a key file already, and it is never overwritten. For a new key: safelight key rotate"
        )
    ring = desk.keys.new_ring(desk.clock.now())
    with write(desk.engine) as tx:
        if not despite_loss:
            _require_no_loss(tx)
        desk.note(tx, "create_keys", ring.key_ids[0], reason, despite_loss=int(despite_loss))
    desk.reach(KeyBoundary.RECORDED)
    desk.keys.create(ring)
    desk.reach(KeyBoundary.KEPT)
    return desk.keys.describe()


def _require_no_loss(tx: Tx) -> None:
    needed = counts_by_key(tx)
    if not needed and latest_head(tx) is None:
        return
    what = f"sealed things need ({sum(needed.values())} of them)" if needed else "the audit log was signed with"
    raise KeysUnusable(
        f"The key file is missing, and {what} the keys that it held. Nothing was made, for new keys would open nothing "
        "of it. Bring the recovery copy: safelight key import FILE --identity IDENTITY. Only if every copy is lost for "
        "good: safelight key create --despite-loss --reason TEXT"
    )


def export_keys(desk: KeyDesk, *, recipients: Sequence[str], place: Place, reason: str = "") -> KeyDescription:
    """Make a recovery copy for the recipients, and mark the keys as exported. Raises `InvalidValue`, `KeysUnusable`."""
    desk.require_leave()
    read_recipients(recipients)
    ring = desk.keys.ring().exported(desk.clock.now())
    with write(desk.engine) as tx:
        desk.note(tx, "export_keys", ring.key_ids[0], reason, **told_of(recipients))
    desk.reach(KeyBoundary.RECORDED)
    place(make_copy(ring, read_recipients(recipients)))
    desk.reach(KeyBoundary.EXPORTED)
    desk.keys.change(lambda now: now.exported_as(ring))
    desk.reach(KeyBoundary.KEPT)
    return desk.keys.describe()


def import_keys(desk: KeyDesk, *, copy: bytes, identity: bytes, reason: str = "") -> Imported:
    """Bring keys back from a recovery copy: all of them where there are none, else those that are lacking.

    No key is ever removed by this, and one that was retired here stays away. Raises `InvalidValue` for the identity,
    `KeysUnusable` for the copy or for a key file that is there and damaged.
    """
    desk.require_leave()
    ring = open_copy(copy, read_identities(identity))
    before = desk.keys.ring().key_ids if desk.keys.exists() else ()
    with write(desk.engine) as tx:
        desk.note(tx, "import_keys", ring.key_ids[0], reason, keys=len(ring.key_ids))
    desk.reach(KeyBoundary.RECORDED)
    if before:
        desk.keys.change(lambda now: now.merged(_of_service(ring, now.service)))
    else:
        desk.keys.create(ring)
    desk.reach(KeyBoundary.KEPT)
    state = show_keys(desk)
    new = tuple(key_id for key_id in state.described.key_ids if key_id not in before)
    return Imported(state=state, new_key_ids=new, left_out=len(set(ring.key_ids) - set(state.described.key_ids)))


def _of_service(ring: KeyRing, service: str) -> KeyRing:
    if ring.service != service:
        raise KeysUnusable(
            f"The recovery copy is of the key service {ring.service!r}, and the keys here are of {service!r}. Nothing "
            "was changed. Set key_service and key_file to what the copy is of."
        )
    return ring
