"""`safelight backup` and `safelight restore`."""

from pathlib import Path
from typing import Annotated, BinaryIO

from cyclopts import Parameter

from safelight.app import Workspace as House
from safelight.cli.options import Workspace
from safelight.cli.voice import Voice, warn
from safelight.cli.workspace import open_named
from safelight.errors import InvalidValue
from safelight.flow.backup.backups import make_backup
from safelight.flow.backup.restores import restore_backup
from safelight.flow.installation import Installation
from safelight.keys.recovery import read_identities


def backup(
    out: Path,
    /,
    *,
    to: Annotated[list[str] | None, Parameter(name="--to", negative="")] = None,
    workspace: Workspace = None,
) -> int:
    """Back up the database and the sealed bytes, consistently, into one file that only recipients can open.

    The keys are not in it, nor are the settings. Work goes on meanwhile. The file gets its name when it is whole.

    Parameters
    ----------
    out
        The new file. Keep it away from this machine.
    to
        Who shall be able to open it: age1…, 'ssh-ed25519 …' or 'ssh-rsa …'. Can be repeated.
    workspace
        The workspace folder.

    """
    house = open_named(workspace)
    made = make_backup(_installation(house), house.actor, out, to or [])
    voice = Voice()
    voice.say(f"Backup written to {out}: {made.rows} rows, {made.blobs} sealed files, {made.size_bytes} bytes.")
    if made.gone:
        voice.say(f"{made.gone} sealed files were destroyed while it was made; they are not in it.")
    voice.say(f"SHA-256 of the file: {made.sha256.hex()}")
    return 0


def restore(
    file: Path,
    into: Path,
    /,
    *,
    identity: Annotated[Path, Parameter(name="--identity")],
    ledger: Annotated[list[str] | None, Parameter(name="--ledger", negative="")] = None,
) -> int:
    """Restore a backup into a new workspace, wholly or not at all; what was destroyed since is destroyed again.

    Make the workspace with `safelight init`, then import the keys with `safelight key import`.

    Parameters
    ----------
    file
        The backup.
    into
        The new workspace: its database unused, its store of sealed bytes empty.
    identity
        The file with the secret key of a recipient, as age-keygen wrote it, or an OpenSSH private key.
    ledger
        Where sealed bytes lived on after the backup was made: a folder or an address. What the ledger there says was
        destroyed is destroyed again. Can be repeated; without it, only the ledger in the backup counts.

    """
    house = open_named(into)
    identities = read_identities(_read(identity))
    with _open(file) as opened:
        restored = restore_backup(
            _installation(house),
            house.actor,
            opened,
            identities,
            workspace=house.settings.workspace,
            ledgers=[house.blobs_at(_from_here(address)) for address in ledger or []],
        )
    voice = Voice()
    voice.say(f"Restored the backup of {restored.made_at}: {restored.rows} rows, {restored.blobs} sealed files.")
    voice.say(f"{restored.replayed} pieces of evidence were destroyed after it was made, and are destroyed again.")
    if not ledger:
        warn("No --ledger was named: what was destroyed after the backup was finished is not known here.")
    if restored.doubted:
        warn(
            f"{restored.doubted} reports may have been filed after the backup was made. None of them is filed again "
            "before a person has asked its authority: safelight report list --state failed, safelight report show N"
        )
    if restored.not_let_go:
        warn(
            f"{restored.not_let_go} reports are being written here, or wait for a person. Any of them may have been "
            "filed after the backup was made: ask its authority before you approve it or hand it over."
        )
    voice.say("Next: safelight db check, safelight evidence fsck, safelight audit verify")
    return 0


def _installation(house: House) -> Installation:
    return Installation(engine=house.engine, blobs=house.blobs, keys=house.keys, clock=house.clock)


def _from_here(address: str) -> str:
    """Return an address; of a folder, as seen from where the command was given and not from the workspace."""
    return address if "://" in address else str(Path(address).absolute())


def _read(path: Path) -> bytes:
    with _open(path) as file:
        return file.read()


def _open(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise InvalidValue(f"{path} cannot be read: {error.strerror}. Nothing was restored.") from error
