"""The library: what a program gets from `import safelight`."""

import hashlib
import os
import pwd
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import safelight
from safelight.app import current_actor, file_stamp, open_for_hashing, open_list_writer, open_source
from safelight.banks.entry import NewEntry
from safelight.banks.list_format import ListFormat
from safelight.errors import DatabaseUnusable, InvalidValue, NotFound, UsageError, WorkspaceMissing, WorkspaceOutdated
from safelight.flow.banks import edits as banks
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
    assert _searched(house, None) == {"one", "two"}
    assert _searched(house, ["two", "two"]) == {"two"}
    with pytest.raises(NotFound), house.lookup(["three"]):
        pass
    with pytest.raises(UsageError, match="off"), house.lookup(["two", "off"]):
        pass
    assert house.find_entry_bank(123_456) is None


def _searched(house: safelight.Workspace, names: list[str] | None) -> set[str]:
    with house.lookup(names) as lookup:
        return {lookup.snapshot.banks[bank_id].name for bank_id in lookup.snapshot.asked}


def test_a_search_in_nothing_is_refused(house: safelight.Workspace) -> None:
    for names in (None, []):
        with pytest.raises(UsageError, match="nothing to match against"), house.lookup(names):
            pass
    banks.create_bank(house.engine, house.clock, house.actor, name="empty")
    with pytest.raises(UsageError, match="nothing to match against"), house.lookup(["empty"]):
        pass


@pytest.mark.parametrize("threshold", [-1, 65, 10**9])
def test_a_threshold_beyond_sense_is_refused(house: safelight.Workspace, threshold: int) -> None:
    with pytest.raises(InvalidValue, match="between 0 and 64"), house.lookup(threshold=threshold):
        pass


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
    house = safelight.open_workspace(tmp_path)
    with pytest.raises((DatabaseUnusable, WorkspaceOutdated), match="safelight init"), house.lookup():
        pass


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


def test_a_scanner_follows_the_banks(house: safelight.Workspace) -> None:
    data = b"listed bytes"
    value = hashlib.md5(data).digest()
    banks.create_bank(house.engine, house.clock, house.actor, name="one")
    old, new = (NewEntry(signal_type="md5", value=value, note=note) for note in ("old", "new"))
    banks.add_entries(house.engine, house.clock, house.actor, bank="one", entries=[old])
    with house.scanner() as scanner:
        assert [match.entry_note for match in scanner.scan_bytes(data).matches] == ["old"]
        banks.add_entries(house.engine, house.clock, house.actor, bank="one", entries=[new])
        _wait_until(lambda: [match.entry_note for match in scanner.scan_bytes(data).matches] == ["new"])
        banks.delete_bank(house.engine, house.clock, house.actor, bank="one")
        _wait_until(lambda: _is_refused(scanner, data))


def _is_refused(scanner: safelight.Scanner, data: bytes) -> bool:
    """Say whether a scan is refused: with no bank left, "nothing found" would be untrue."""
    try:
        scanner.scan_bytes(data)
    except UsageError:
        return True
    return False


def _wait_until(holds: Callable[[], bool], seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_file_is_explained_by_one_call(house: safelight.Workspace, tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    paint(3, width=200, height=160).save(path)
    banks.create_bank(house.engine, house.clock, house.actor, name="known")
    entry = NewEntry(signal_type="pdq", value=safelight.hash_rgb(paint_pixels(3, width=200, height=160)).value)
    banks.add_entries(house.engine, house.clock, house.actor, bank="known", entries=[entry])
    with house.scanner() as scanner:
        explained = scanner.explain_file(path)
    assert explained.result.verdict is safelight.Verdict.NEAR
    assert [(each.match.distance, each.control) for each in explained.explanation.considered] == [(0, None)]
    with house.hasher() as hasher, pytest.raises(UsageError, match="only hashes"):
        hasher.explain_file(path)


def test_what_matched_is_counted_and_look_ups_are_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAFELIGHT_FLOOD_GUARD_MINIMUM", "3")
    monkeypatch.setenv("SAFELIGHT_FLOOD_GUARD_FIRST_DAY_MINIMUM", "0")
    safelight.create_workspace(tmp_path / "workspace")
    house = safelight.open_workspace(tmp_path / "workspace")
    banks.create_bank(house.engine, house.clock, house.actor, name="known")
    signal = safelight.Signal(type=safelight.SignalType.MD5, value=hashlib.md5(b"often").digest())
    entry = NewEntry(signal_type="md5", value=signal.value)
    banks.add_entries(house.engine, house.clock, house.actor, bank="known", entries=[entry])
    with house.lookup() as lookup:
        assert all(lookup.match(signal).matches for _ in range(5))
    said: list[str] = []
    with house.scanner(workers=1, tell=said.append) as scanner:
        assert all(scanner.scan_bytes(b"often").matches for _ in range(3))
    assert "Entry 1 of bank known went into quarantine" in said[0]
    assert house.match(signal) == ()


def test_one_entry_is_explained_though_its_bank_is_gone(house: safelight.Workspace) -> None:
    banks.create_bank(house.engine, house.clock, house.actor, name="gone")
    value = hashlib.md5(b"listed").digest()
    entry = NewEntry(signal_type="md5", value=value)
    banks.add_entries(house.engine, house.clock, house.actor, bank="gone", entries=[entry])
    banks.delete_bank(house.engine, house.clock, house.actor, bank="gone")
    signal = safelight.Signal(type=safelight.SignalType.MD5, value=value)
    with house.standing() as snapshot:
        told = house.explain_entry(snapshot, 1, [signal], signal.value)
        with pytest.raises(NotFound):
            house.explain_entry(snapshot, 2, [signal], signal.value)
    assert (told.distance, told.control, told.is_match) == (0, None, False)
    assert (told.fate.bank_name, told.fate.bank_deleted_at is not None) == ("gone", True)
    with pytest.raises(InvalidValue), house.standing(threshold=65):
        pass
