"""Ids are kept in order, and half of one is none."""

from pathlib import Path

from safelight.flow.backup.id_file import IdFile

IDS = [f"{number:032x}" for number in range(2_500)]


def test_ids_come_back_in_the_order_in_which_they_were_added(tmp_path: Path) -> None:
    for file in (IdFile(), IdFile(tmp_path / "ids")):
        for blob_id in reversed(IDS):
            file.add(blob_id)
        assert list(file) == IDS[::-1]
        file.add(IDS[0])
        assert list(file)[-1] == IDS[0]
        file.close()


def test_what_was_added_is_there_for_the_next_process(tmp_path: Path) -> None:
    file = IdFile(tmp_path / "ids")
    file.add(IDS[1])
    other = IdFile(tmp_path / "ids")
    assert list(other) == [IDS[1]]
    file.close()
    other.close()


def test_half_of_an_id_at_the_end_is_none(tmp_path: Path) -> None:
    (tmp_path / "ids").write_bytes(bytes.fromhex(IDS[1]) + b"half")
    file = IdFile(tmp_path / "ids")
    assert list(file) == [IDS[1]]
    file.close()


def test_an_empty_file_has_none() -> None:
    file = IdFile()
    assert list(file) == []
    file.close()
