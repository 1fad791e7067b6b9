import stat
from collections.abc import Callable
from pathlib import Path

import pyrage
import pytest
from sqlalchemy import insert

from safelight.app import open_workspace
from safelight.database.transaction import write
from safelight.vault.store.tables import secrets
from safelight.vault.wrap_context import secret_context

PERSON = pyrage.x25519.Identity.generate()
TO = str(PERSON.to_public())
Run = Callable[..., int]
Told = pytest.CaptureFixture[str]


@pytest.fixture
def identity(tmp_path: Path) -> Path:
    """Be the file with the private key of the recovery recipient."""
    path = tmp_path / "identity.txt"
    path.write_text(f"# a recovery recipient\n{PERSON}\n")
    return path


@pytest.fixture
def keys(run: Run, capsys: Told) -> None:
    """Have keys in the workspace."""
    assert run("key", "create") == 0
    capsys.readouterr()


def _seal_something(workspace: Path) -> None:
    house = open_workspace(workspace)
    wrapped = house.keys.wrap(b"secret", context=secret_context("n"))
    with write(house.engine) as tx:
        tx.execute(insert(secrets).values(name="n", key_id=wrapped.key_id, wrapped_key=wrapped.data))
    house.engine.dispose()


def _active(workspace: Path) -> str:
    return open_workspace(workspace).keys.describe().active_key_id


def test_keys_are_made_in_a_file_that_only_its_owner_opens(run: Run, workspace: Path, capsys: Told) -> None:
    assert run("key", "create") == 0
    assert stat.S_IMODE((workspace / "keys.json").stat().st_mode) == 0o600
    assert "safelight key export --to RECIPIENT OUT.age" in capsys.readouterr().out


@pytest.mark.usefixtures("keys")
def test_keys_are_made_once(run: Run, capsys: Told) -> None:
    assert run("key", "create") == 73
    assert "safelight key rotate" in capsys.readouterr().err


def test_without_keys_it_is_told_how_to_get_them(run: Run, capsys: Told) -> None:
    assert run("key", "show") == 69
    told = capsys.readouterr().err
    assert "safelight key create" in told
    assert "safelight key import" in told


@pytest.mark.usefixtures("keys")
def test_show_names_the_keys_and_what_is_left_to_do(run: Run, workspace: Path, capsys: Told) -> None:
    _seal_something(workspace)
    assert run("key", "show") == 0
    told = capsys.readouterr()
    assert f"{_active(workspace)}  in use, wrapped keys that need it: 1" in told.out
    assert "ed25519:" in told.out
    assert "No recovery copy was made yet" in told.err


@pytest.mark.usefixtures("keys")
def test_show_shows_nothing_secret(run: Run, workspace: Path, capsys: Told) -> None:
    run("key", "show")
    ring = open_workspace(workspace).keys.ring()
    told = capsys.readouterr().out
    assert (ring.wrapping[0].secret or b"").hex() not in told
    assert (ring.signing[0].seed or b"").hex() not in told


@pytest.mark.usefixtures("keys")
def test_an_export_writes_a_copy_that_only_its_owner_opens(run: Run, workspace: Path, tmp_path: Path) -> None:
    out = tmp_path / "copy.age"
    assert run("key", "export", "--to", TO, out, "--reason", "first copy") == 0
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert pyrage.decrypt(out.read_bytes(), [PERSON])
    assert open_workspace(workspace).keys.describe().is_exported


@pytest.mark.usefixtures("keys")
def test_an_export_overwrites_nothing_and_records_nothing_then(run: Run, workspace: Path, tmp_path: Path) -> None:
    out = tmp_path / "copy.age"
    out.write_text("mine")
    assert run("key", "export", "--to", TO, out) == 73
    assert out.read_text() == "mine"
    assert not open_workspace(workspace).keys.describe().is_exported


@pytest.mark.usefixtures("keys")
def test_an_export_into_a_folder_that_is_missing_leaves_the_keys_unexported(
    run: Run, workspace: Path, tmp_path: Path
) -> None:
    assert run("key", "export", "--to", TO, tmp_path / "none" / "copy.age") == 64
    assert not open_workspace(workspace).keys.describe().is_exported


@pytest.mark.usefixtures("keys")
def test_an_export_needs_a_recipient(run: Run, tmp_path: Path, capsys: Told) -> None:
    assert run("key", "export", tmp_path / "copy.age") == 64
    assert run("key", "export", "--to", "nobody", tmp_path / "copy.age") == 64
    assert "This is no recipient" in capsys.readouterr().err
    assert not (tmp_path / "copy.age").exists()


@pytest.mark.usefixtures("keys")
def test_a_lost_key_file_is_not_replaced_but_brought_back(
    run: Run, workspace: Path, tmp_path: Path, identity: Path, capsys: Told
) -> None:
    out = tmp_path / "copy.age"
    assert run("key", "export", "--to", TO, out) == 0
    _seal_something(workspace)
    before = (workspace / "keys.json").read_bytes()
    (workspace / "keys.json").unlink()
    assert run("key", "create") == 69
    assert "Bring the recovery copy" in capsys.readouterr().err
    assert run("key", "import", out, "--identity", identity) == 0
    assert "Keys brought back: 1." in capsys.readouterr().out
    assert (workspace / "keys.json").read_bytes() == before


@pytest.mark.usefixtures("keys")
def test_an_import_with_another_identity_brings_nothing(
    run: Run, workspace: Path, tmp_path: Path, capsys: Told
) -> None:
    out, other = tmp_path / "copy.age", tmp_path / "other.txt"
    other.write_text(str(pyrage.x25519.Identity.generate()))
    run("key", "export", "--to", TO, out)
    (workspace / "keys.json").unlink()
    assert run("key", "import", out, "--identity", other) == 69
    assert not (workspace / "keys.json").exists()


@pytest.mark.usefixtures("keys")
def test_an_import_of_a_file_that_is_missing_is_told(run: Run, identity: Path, capsys: Told) -> None:
    assert run("key", "import", "none.age", "--identity", identity) == 64
    assert "none.age cannot be read: No such file or directory" in capsys.readouterr().err


@pytest.mark.usefixtures("keys")
def test_keys_that_are_still_missing_after_an_import_are_named(
    run: Run, workspace: Path, tmp_path: Path, identity: Path, capsys: Told
) -> None:
    lost = _active(workspace)
    _seal_something(workspace)
    (workspace / "keys.json").unlink()
    assert run("key", "create", "--despite-loss", "--reason", "all copies burnt") == 0
    assert run("key", "export", "--to", TO, tmp_path / "copy.age") == 0
    assert run("key", "import", tmp_path / "copy.age", "--identity", identity) == 0
    assert f"{lost} is missing, wrapped keys that need it: 1." in capsys.readouterr().err


@pytest.mark.usefixtures("keys")
def test_a_rotation_exports_the_new_key_and_wraps_all_anew(
    run: Run, workspace: Path, tmp_path: Path, capsys: Told
) -> None:
    _seal_something(workspace)
    old = _active(workspace)
    assert run("key", "rotate", "--to", TO, tmp_path / "copy.age", "--signing") == 0
    new = _active(workspace)
    assert f"wrapped anew by {new}: 1." in capsys.readouterr().out
    assert run("key", "show") == 0
    assert f"{old}  old, wrapped keys that need it: 0" in capsys.readouterr().out
    assert run("key", "retire", old) == 0
    assert run("key", "rotate", "--resume") == 0
    assert open_workspace(workspace).keys.describe().key_ids == (new,)
    assert len(open_workspace(workspace).keys.describe().public_keys) == 2


@pytest.mark.usefixtures("keys")
def test_a_rotation_needs_a_place_for_the_copy(run: Run, workspace: Path, capsys: Told) -> None:
    before = _active(workspace)
    assert run("key", "rotate", "--to", TO) == 64
    assert "A new key needs a recovery copy" in capsys.readouterr().err
    assert _active(workspace) == before


@pytest.mark.usefixtures("keys")
def test_the_key_in_use_is_not_retired(run: Run, workspace: Path, capsys: Told) -> None:
    assert run("key", "retire", _active(workspace)) == 64
    assert run("key", "retire", "local:none") == 66


@pytest.mark.usefixtures("keys")
def test_an_old_copy_says_what_was_retired(
    run: Run, workspace: Path, tmp_path: Path, identity: Path, capsys: Told
) -> None:
    old = _active(workspace)
    run("key", "export", "--to", TO, tmp_path / "old.age")
    run("key", "rotate", "--to", TO, tmp_path / "new.age")
    run("key", "retire", old)
    assert run("key", "import", tmp_path / "old.age", "--identity", identity) == 0
    told = capsys.readouterr()
    assert "Keys brought back: 0." in told.out
    assert "retired here and stay away: 1." in told.err


@pytest.mark.usefixtures("keys")
def test_a_key_file_that_others_may_read_is_refused(run: Run, workspace: Path, capsys: Told) -> None:
    (workspace / "keys.json").chmod(0o644)
    assert run("key", "show") == 69
    assert "chmod 600" in capsys.readouterr().err
