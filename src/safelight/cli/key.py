"""`safelight key …`: the keys that everything sealed depends on."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from safelight.app import Workspace as House
from safelight.cli.new_file import new_file
from safelight.cli.options import Workspace
from safelight.cli.voice import Voice, warn
from safelight.cli.workspace import open_named
from safelight.errors import AlreadyExists, InvalidValue
from safelight.flow.keys import acts as keys
from safelight.flow.keys import changes as key_changes
from safelight.flow.keys.acts import KeyState
from safelight.flow.keys.desk import KeyDesk

Reason = Annotated[str, Parameter(help="Why; kept in the audit log.")]
Recipients = Annotated[
    tuple[str, ...],
    Parameter(
        name="--to",
        negative="",
        help="Who shall be able to open the recovery copy: age1…, 'ssh-ed25519 …' or 'ssh-rsa …'. Can be repeated.",
    ),
]


def create(
    *,
    despite_loss: Annotated[
        bool, Parameter(negative="", help="Though the keys that the database knows are lost, with every copy.")
    ] = False,
    reason: Reason = "",
    workspace: Workspace = None,
) -> int:
    """Make the first keys of this installation: a key that wraps and a key that signs."""
    described = keys.create_keys(_desk(workspace), despite_loss=despite_loss, reason=reason)
    Voice().say(f"Keys made in {described.location}. Nothing is sealed before there is a recovery copy.")
    Voice().say("Next: safelight key export --to RECIPIENT OUT.age")
    return 0


def show(*, workspace: Workspace = None) -> int:
    """Say which keys there are, and what needs each. Nothing secret is shown."""
    _tell(keys.show_keys(_desk(workspace)))
    return 0


def export(out: Path, /, *, to: Recipients = (), reason: Reason = "", workspace: Workspace = None) -> int:
    """Make a recovery copy of the keys: an age file that only its recipients can open.

    Parameters
    ----------
    out
        The new file. Keep it away from this machine and from its backups.

    """
    keys.export_keys(_desk(workspace), recipients=to, place=_place(out), reason=reason)
    Voice().say(f"Recovery copy written to {out}. Try it: age -d -i IDENTITY {out} > /dev/null")
    return 0


def import_copy(
    copy: Path,
    /,
    *,
    identity: Annotated[Path, Parameter(help="The private key that opens the copy: of age, or of OpenSSH.")],
    reason: Reason = "",
    workspace: Workspace = None,
) -> int:
    """Bring keys back from a recovery copy. No key that is here goes."""
    texts = {"copy": _read(copy), "identity": _read(identity)}
    brought = keys.import_keys(_desk(workspace), **texts, reason=reason)
    Voice().say(f"Keys brought back: {len(brought.new_key_ids)}.")
    if brought.left_out:
        warn(f"Keys of the copy that were retired here and stay away: {brought.left_out}.")
    _tell(brought.state)
    return 0


def rotate(
    out: Path | None = None,
    /,
    *,
    to: Recipients = (),
    resume: Annotated[
        bool, Parameter(negative="", help="Make no new key: only wrap anew what older keys still wrap.")
    ] = False,
    signing: Annotated[bool, Parameter(negative="", help="Make a new key for signatures as well.")] = False,
    reason: Reason = "",
    workspace: Workspace = None,
) -> int:
    """Make a new key, export it, and wrap anew with it all that older keys wrap. Sealed bytes are not touched.

    Parameters
    ----------
    out
        The new file of the recovery copy.

    """
    desk = _desk(workspace)
    if resume:
        count = key_changes.resume_rotation(desk, reason=reason)
    elif out is None:
        raise InvalidValue(
            "A new key needs a recovery copy. Name its file: safelight key rotate --to RECIPIENT OUT.age"
        )
    else:
        place = _place(out)
        count = key_changes.rotate_keys(desk, recipients=to, place=place, with_signing=signing, reason=reason)
        Voice().say(f"Recovery copy written to {out}.")
    Voice().say(f"Wrapped keys that were wrapped anew by {desk.keys.describe().active_key_id}: {count}.")
    return 0


def retire(key_id: str, /, *, reason: Reason = "", workspace: Workspace = None) -> int:
    """Remove an old key for good: what it wrapped, as in old backups, never opens here again.

    Parameters
    ----------
    key_id
        The key, as `safelight key show` names it. Never the one in use, nor one that anything in the database needs.

    """
    key_changes.retire_key(_desk(workspace), key_id=key_id, reason=reason)
    Voice().say(f"{key_id} is removed. Recovery copies that hold it still open what it wrapped: destroy them too.")
    return 0


def _desk(workspace: Path | None) -> KeyDesk:
    house: House = open_named(workspace)
    return KeyDesk(engine=house.engine, keys=house.keys, clock=house.clock, actor=house.actor)


def _place(out: Path) -> Callable[[bytes], None]:
    """Return what writes the copy; a name that is taken is refused before anything is done."""
    if os.path.lexists(out):
        raise AlreadyExists(f"{out} exists and is not overwritten. Name another file.")

    def place(copy: bytes) -> None:
        with new_file(out) as file:
            file.write(copy)

    return place


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InvalidValue(f"{path} cannot be read: {error.strerror}.") from error


def _tell(state: KeyState) -> None:
    voice, described = Voice(), state.described
    voice.say(f"Key service: {described.service} ({described.location})")
    for key_id in described.key_ids:
        use = "in use" if key_id == described.active_key_id else "old"
        voice.say(f"{key_id}  {use}, wrapped keys that need it: {state.wraps_by_key.get(key_id, 0)}")
    for number, public in enumerate(described.public_keys):
        voice.say(f"ed25519:{public.hex()}  {'old' if number else 'signs'}")
    if not described.is_exported:
        warn("No recovery copy was made yet: nothing is sealed. Make one: safelight key export --to RECIPIENT OUT.age")
    for key_id in state.missing:
        warn(f"{key_id} is missing, wrapped keys that need it: {state.wraps_by_key[key_id]}. Bring its recovery copy.")
