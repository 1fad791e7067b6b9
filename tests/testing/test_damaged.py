"""The corpus of damaged files."""

from collections import Counter
from pathlib import Path

import pytest
from PIL import Image, UnidentifiedImageError

from safelight.testing.bombs import BOMBS
from safelight.testing.damaged import DAMAGES, Damaged, write_damaged

_COUNT = len(BOMBS) + 3 * len(DAMAGES)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> list[Damaged]:
    return list(write_damaged(tmp_path_factory.mktemp("damaged"), count=_COUNT, seed=5))


def test_as_many_files_are_written_as_were_asked_for(corpus: list[Damaged]) -> None:
    assert len({each.path for each in corpus}) == _COUNT
    assert all(each.path.is_file() for each in corpus)


def test_every_bomb_comes_once_and_every_kind_of_damage_in_turn(corpus: list[Damaged]) -> None:
    counts = Counter(each.kind for each in corpus)
    assert counts == dict.fromkeys(BOMBS, 1) | dict.fromkeys(DAMAGES, 3)


def test_the_same_seed_writes_the_same_files(corpus: list[Damaged], tmp_path: Path) -> None:
    again = list(write_damaged(tmp_path, count=_COUNT, seed=5))
    assert [each.path.name for each in again] == [each.path.name for each in corpus]
    assert all(one.path.read_bytes() == other.path.read_bytes() for one, other in zip(again, corpus, strict=True))


def test_another_seed_writes_other_files(corpus: list[Damaged], tmp_path: Path) -> None:
    truncated = [each.path for each in write_damaged(tmp_path, count=_COUNT, seed=6) if each.kind == "truncated"]
    before = [each.path for each in corpus if each.kind == "truncated"]
    assert [path.read_bytes() for path in truncated] != [path.read_bytes() for path in before]


def test_fewer_files_than_there_are_bombs_are_the_first_bombs(tmp_path: Path) -> None:
    assert [each.kind for each in write_damaged(tmp_path, count=3, seed=1)] == list(BOMBS)[:3]


@pytest.mark.parametrize("kind", ["empty", "noise", "prose"])
def test_files_that_are_no_pictures_are_not_taken_for_one(kind: str, corpus: list[Damaged]) -> None:
    for each in corpus:
        if each.kind == kind:
            with pytest.raises(UnidentifiedImageError):
                Image.open(each.path)


def test_a_mislabelled_file_is_a_sound_picture_of_another_format(corpus: list[Damaged]) -> None:
    for each in corpus:
        if each.kind == "mislabelled":
            with Image.open(each.path) as image:
                image.load()
                assert each.path.suffix not in {f".{image.format}".lower(), {"JPEG": ".jpg"}.get(image.format or "")}


def test_a_bad_checksum_spoils_the_picture(corpus: list[Damaged]) -> None:
    broken = [each.path for each in corpus if each.kind == "bad-checksum"]
    for path in broken:
        with pytest.raises((OSError, SyntaxError)), Image.open(path) as image:
            image.load()
