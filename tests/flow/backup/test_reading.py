"""Whatever somebody does to a backup, it is refused, and nothing of it stays."""

import io
import tarfile
from collections.abc import Callable
from pathlib import Path

import pyrage
import pytest

from safelight.database.revision import REVISIONS
from safelight.errors import BackupRefused, DatabaseUnusable
from safelight.flow.backup.form import signed_bytes
from safelight.flow.backup.restores import Restored, restore_backup
from safelight.flow.installation import Installation
from safelight.roles import Actor
from safelight.testing.keys import MemoryKeys

Identity = pyrage.x25519.Identity
Restore = Callable[..., Restored]
Untouched = Callable[[Installation], None]
Members = list[tuple[str, bytes]]


def _unpacked(path: Path, identity: Identity) -> Members:
    clear = pyrage.decrypt(path.read_bytes(), [identity])
    with tarfile.open(fileobj=io.BytesIO(clear)) as archive:
        return [(member.name, archive.extractfile(member).read()) for member in archive]  # type: ignore[union-attr] # all are files


def _packed(path: Path, members: Members, identity: Identity) -> None:
    clear = io.BytesIO()
    with tarfile.open(fileobj=clear, mode="w") as archive:
        for name, data in members:
            header = tarfile.TarInfo(name)
            header.size = len(data)
            archive.addfile(header, io.BytesIO(data))
    path.write_bytes(pyrage.encrypt(clear.getvalue(), [identity.to_public()]))


def _without(members: Members, part: str) -> Members:
    place = next(place for place, (name, _) in enumerate(members) if part in name)
    return members[:place] + members[place + 1 :]


def _swapped(members: Members) -> Members:
    places = [place for place, (name, _) in enumerate(members) if name.startswith("blobs/")]
    changed = list(members)
    changed[places[0]], changed[places[1]] = changed[places[1]], changed[places[0]]
    return changed


def _replaced(members: Members, part: str, old: bytes, new: bytes) -> Members:
    return [(name, data.replace(old, new) if part in name else data) for name, data in members]


_REVISION = f'"revision": "{REVISIONS[-1]}"'.encode()

PUT_TOGETHER: dict[str, Callable[[Members], Members]] = {
    "nothing": lambda _: [],
    "no header": lambda members: members[1:],
    "no end": lambda members: members[:-2],
    "no signature": lambda members: members[:-1],
    "no blob": lambda members: _without(members, "blobs/"),
    "no rows": lambda members: _without(members, "database/audit_entries"),
    "blobs in another order": _swapped,
    "a blob twice": lambda members: [*members[:-2], *[m for m in members if m[0].startswith("blobs/")], *members[-2:]],
    "a blob too many": lambda members: [*members[:-2], ("blobs/" + "f" * 32, b"x"), *members[-2:]],
    "an altered blob": lambda members: _replaced(members, "blobs/", b"\0", b"\1"),
    "an altered row": lambda members: _replaced(members, "audit_entries", b"seal_evidence", b"heal_evidence"),
    "an altered end": lambda members: _replaced(members, "end.json", b'"gone_blobs": []', b'"gone_blobs": ["x"]'),
    "a newer format": lambda members: _replaced(members, "backup.json", b'"version": 1', b'"version": 2'),
    "another format": lambda members: _replaced(members, "backup.json", b"safelight backup", b"other"),
    "newer tables": lambda members: _replaced(members, "backup.json", _REVISION, b'"revision": "9999"'),
    "a table of others": lambda members: _replaced(members, "backup.json", b'"banks"', b'"bank"'),
    "a foreign member": lambda members: [members[0], ("../../passwd", b"x"), *members[1:]],
    "rows after blobs": lambda members: [*members[:-2], members[1], *members[-2:]],
    "more after the end": lambda members: [*members, members[1]],
    "a header that is no object": lambda members: [(members[0][0], b"[]"), *members[1:]],
}


ON_BOTH = ("no rows", "no end", "an altered row")
"""What is found when rows are in the database already; the rest does not depend on which database it is."""


def test_what_somebody_put_together_is_refused_and_nothing_of_it_stays(
    *, target: Installation, backup: Path, restore: Restore, require_untouched: Untouched, identity: Identity
) -> None:
    members = _unpacked(backup, identity)
    for how in PUT_TOGETHER if target.engine.dialect.name == "sqlite" else ON_BOTH:
        changed = PUT_TOGETHER[how](members)
        assert changed != members, how
        _packed(backup, changed, identity)
        # PostgreSQL itself tells of rows that refer to none, as it tells of a disk that is full.
        with pytest.raises((BackupRefused, DatabaseUnusable), match=r"(N|n)othing (was restored|of them counts)"):
            restore(target, backup)
        require_untouched(target)


@pytest.mark.few_on_postgresql
def test_packing_anew_what_was_not_changed_is_no_reason_to_refuse_it(
    target: Installation, backup: Path, restore: Restore, identity: Identity
) -> None:
    _packed(backup, _unpacked(backup, identity), identity)
    assert restore(target, backup).blobs == 3


@pytest.mark.few_on_postgresql
def test_a_backup_of_another_installation_is_refused_even_if_its_members_are_right(
    target: Installation, backup: Path, restore: Restore, require_untouched: Untouched, identity: Identity
) -> None:
    members = _unpacked(backup, identity)
    signature = MemoryKeys().sign(signed_bytes(members[-2][1]))
    _packed(backup, [*members[:-1], (members[-1][0], signature)], identity)
    with pytest.raises(BackupRefused, match="not signed by any key"):
        restore(target, backup)
    require_untouched(target)


SHARES = (0, 0.0001, 0.01, 0.5, 0.9, 0.999999)
"""How much of a file is sound: its beginning, the key of age, the header, in the middle, near the end."""


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_file_that_is_cut_short_is_refused(
    target: Installation, backup: Path, restore: Restore, require_untouched: Untouched
) -> None:
    data = backup.read_bytes()
    for share in SHARES:
        backup.write_bytes(data[: int(len(data) * share)])
        with pytest.raises(BackupRefused):
            restore(target, backup)
        require_untouched(target)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_file_with_one_altered_bit_is_refused(
    target: Installation, backup: Path, restore: Restore, require_untouched: Untouched
) -> None:
    data = backup.read_bytes()
    for share in SHARES:
        altered = bytearray(data)
        altered[int(len(data) * share)] ^= 1
        backup.write_bytes(altered)
        with pytest.raises(BackupRefused):
            restore(target, backup)
        require_untouched(target)


@pytest.mark.few_on_postgresql
def test_the_identity_of_somebody_else_opens_nothing(
    target: Installation, actor: Actor, backup: Path, tmp_path: Path, require_untouched: Untouched
) -> None:
    with backup.open("rb") as file, pytest.raises(BackupRefused, match="other recipients"):
        restore_backup(target, actor, file, [pyrage.x25519.Identity.generate()], workspace=tmp_path)
    require_untouched(target)
