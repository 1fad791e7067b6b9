"""The library: what a program gets from `import safelight`."""

import hashlib
import os
import pwd
from pathlib import Path

import pytest

import safelight
from safelight.app import current_actor, file_stamp, open_for_hashing, open_list_writer, open_source
from safelight.banks.entry import NewEntry
from safelight.banks.list_format import ListFormat
from safelight.errors import DatabaseUnusable, InvalidValue, NotFound, UsageError, WorkspaceMissing, WorkspaceOutdated
from safelight.flow import banks
from safelight.intake.sources.folder import FolderSource
from safelight.intake.sources.stream import StreamSource
from safelight.settings import load_settings
from safelight.testing.synthetic import paint, paint_pixels


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> safelight.Workspace:
    monkeypatch.setenv("SAFELIGHT_SCAN_WORKERS", "1")
    safelight.create_workspace(tmp_path / "workspace")
    return safelight.open_workspace(tmp_path / "workspace")


def test_every_public_name_is_there_and_no_other() -> None:
    assert dir(safelight) == safelight.__all__ == sorted(safelight.__all__)
    assert all(getattr(safelight, name).__name__ == name for name in safelight.__all__)
    with pytest.raises(AttributeError, match="no_such_name"):
        safelight.no_such_name  # noqa: B018 - the access is what is tested


def test_bytes_files_and_signals_are_scanned_and_matched(house: safelight.Workspace, tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    paint(3, width=200, height=160).save(path)
    value = safelight.hash_rgb(paint_pixels(3, width=200, height=160)).value
    banks.create_bank(house.engine, house.clock, house.actor, name="known")
    entry = NewEntry(signal_type="pdq", value=value, label="A1")
    banks.add_entries(house.engine, house.clock, house.actor, bank="known", entries=[entry])
    with house.scanner(["known"]) as scanner:
        by_file, by_bytes = scanner.scan_file(path), scanner.scan_bytes(path.read_bytes())
        missing = scanner.scan_file(tmp_path / "missing")
    assert by_file.verdict is by_bytes.verdict is safelight.Verdict.NEAR
    assert [match.label for match in by_bytes.matches] == ["A1"]
    assert missing.verdict is safelight.Verdict.NOT_SCANNED
    signal = safelight.Signal(type=safelight.SignalType.PDQ, value=value)
    assert [match.distance for match in house.match(signal)] == [0]
    assert house.match(signal, ["known"])[0].bank_name == "known"


def test_one_picture_is_hashed_without_a_workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "picture.png"
    paint(4, width=200, height=160).save(path)
    hashed = safelight.hash_bytes(path.read_bytes())
    values = {answer.type: answer.value for answer in hashed.answers if isinstance(answer, safelight.Signal)}
    assert values[safelight.SignalType.PDQ] == safelight.hash_rgb(paint_pixels(4, width=200, height=160)).value
    assert hashed.picture is not None
    assert (hashed.picture.width, hashed.picture.height) == (200, 160)


def test_banks_are_chosen_by_name_once_and_must_exist(house: safelight.Workspace) -> None:
    entry = NewEntry(signal_type="md5", value=b"\1" * 16)
    for name in ("one", "two", "off"):
        banks.create_bank(house.engine, house.clock, house.actor, name=name)
        banks.add_entries(house.engine, house.clock, house.actor, bank=name, entries=[entry])
    banks.disable_bank(house.engine, house.clock, house.actor, bank="off")
    assert [bank.name for bank in house.snapshot(None).banks.values()] == ["one", "two"]
    assert [bank.name for bank in house.snapshot(["two", "two"]).banks.values()] == ["two"]
    with pytest.raises(NotFound):
        house.snapshot(["three"])
    with pytest.raises(UsageError, match="off"):
        house.snapshot(["two", "off"])
    assert house.find_entry_bank(123_456) is None


def test_a_search_in_nothing_is_refused(house: safelight.Workspace) -> None:
    for names in (None, []):
        with pytest.raises(UsageError, match="nothing to match against"):
            house.snapshot(names)
    banks.create_bank(house.engine, house.clock, house.actor, name="empty")
    with pytest.raises(UsageError, match="nothing to match against"):
        house.snapshot(["empty"])


@pytest.mark.parametrize("threshold", [-1, 65, 10**9])
def test_a_threshold_beyond_sense_is_refused(house: safelight.Workspace, threshold: int) -> None:
    with pytest.raises(InvalidValue, match="between 0 and 64"):
        house.snapshot(None, threshold=threshold)


@pytest.mark.parametrize("workers", [-1, 0, 257])
def test_a_number_of_workers_beyond_sense_is_refused(house: safelight.Workspace, workers: int) -> None:
    with pytest.raises(InvalidValue, match="1 to 256"), house.hasher(workers):
        pass


def test_the_actor_is_the_user_of_the_system_whatever_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "somebody-else")
    assert current_actor().name == pwd.getpwuid(os.getuid()).pw_name
    monkeypatch.setattr(os, "getuid", lambda: 4_123_456)
    assert current_actor().name == "uid:4123456"


def test_a_workspace_that_is_named_must_be_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(WorkspaceMissing):
        safelight.open_workspace(tmp_path / "missing")
    assert open_for_hashing().settings.workspace == tmp_path
    monkeypatch.setenv("SAFELIGHT_WORKSPACE", str(tmp_path / "missing"))
    with pytest.raises(WorkspaceMissing):
        open_for_hashing()


def test_a_database_without_tables_is_not_worked_on(tmp_path: Path) -> None:
    (tmp_path / "safelight.toml").touch()
    with pytest.raises((DatabaseUnusable, WorkspaceOutdated), match="safelight init"):
        safelight.open_workspace(tmp_path).snapshot(None)


def test_the_paths_choose_the_source(tmp_path: Path) -> None:
    settings = load_settings(tmp_path, {})
    with open(os.devnull, "rb") as stream:
        assert isinstance(open_source(settings, [b"-"], stream), StreamSource)
        assert isinstance(open_source(settings, [b"a", b"b"], stream), FolderSource)
        with pytest.raises(InvalidValue, match="alone"):
            open_source(settings, [b"-", b"a"], stream)


def test_formats_that_lose_labels_are_not_written() -> None:
    assert open_list_writer(ListFormat.CSV).format == "csv"
    with pytest.raises(InvalidValue, match="labels"):
        open_list_writer(ListFormat.TYPED_LINES)


def test_a_stamp_tells_a_file_from_its_next_state(tmp_path: Path) -> None:
    path = tmp_path / "file"
    assert file_stamp(os.fsencode(path)) is None
    path.write_bytes(b"1")
    before = file_stamp(os.fsencode(path))
    path.write_bytes(b"12")
    assert before != file_stamp(os.fsencode(path))


def test_a_workspace_may_have_any_name(tmp_path: Path) -> None:
    folder = tmp_path / "what? 100%41"
    safelight.create_workspace(folder)
    assert (folder / "safelight.db").stat().st_mode & 0o777 == 0o600
    house = safelight.open_workspace(folder)
    banks.create_bank(house.engine, house.clock, house.actor, name="one")
    assert [path.name for path in tmp_path.iterdir()] == [folder.name]


def test_a_scan_goes_by_the_banks_as_they_stood(house: safelight.Workspace) -> None:
    data = b"listed bytes"
    value = hashlib.md5(data).digest()
    banks.create_bank(house.engine, house.clock, house.actor, name="one")
    old, new = (NewEntry(signal_type="md5", value=value, note=note) for note in ("old", "new"))
    banks.add_entries(house.engine, house.clock, house.actor, bank="one", entries=[old])
    with house.scanner() as scanner:
        banks.add_entries(house.engine, house.clock, house.actor, bank="one", entries=[new])
        assert scanner.scan_bytes(data).verdict is safelight.Verdict.EXACT
        banks.delete_bank(house.engine, house.clock, house.actor, bank="one")
        assert [match.entry_note for match in scanner.scan_bytes(data).matches] == ["old"]
