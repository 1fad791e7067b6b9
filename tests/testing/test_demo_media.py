"""The demo's bank and inbox, checked with the reference implementation of PDQ.

The inbox takes seconds to make: in the default run tests/cli/test_demo.py counts what is found in it.
"""

from collections import Counter
from pathlib import Path

import numpy as np
import pdqhash
import pytest
from PIL import Image

from safelight.testing.alterations import ALTERATIONS
from safelight.testing.demo_media import BankPicture, InboxPicture, write_bank_pictures, write_inbox


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> list[BankPicture]:
    return write_bank_pictures(tmp_path_factory.mktemp("bank"))


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> list[InboxPicture]:
    return write_inbox(tmp_path_factory.mktemp("inbox"))


def _rgb(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def test_the_bank_has_a_dozen_originals_most_of_them_photographs(bank: list[BankPicture]) -> None:
    assert len({each.name for each in bank}) == len(bank) == 12
    assert sum(not each.name.startswith("painting") for each in bank) == 8


@pytest.mark.long
def test_every_alteration_comes_up_at_least_four_times(inbox: list[InboxPicture]) -> None:
    counts = Counter(each.alteration for each in inbox)
    assert min(counts[name] for name in ALTERATIONS) >= 4
    assert (counts["unaltered"], counts["unrelated"]) == (2, 20)


@pytest.mark.long
def test_pdq_finds_every_copy_of_the_right_original_and_no_unrelated_picture(
    bank: list[BankPicture], inbox: list[InboxPicture]
) -> None:
    hashes = {each.name: pdqhash.compute(_rgb(each.path))[0] for each in bank}
    for picture in inbox:
        vectors, _ = pdqhash.compute_dihedral(_rgb(picture.path))
        found = {name for name, known in hashes.items() if min(np.sum(known != each) for each in vectors) <= 31}
        assert found == ({picture.expected} if picture.expected else set()), picture.path.name


@pytest.mark.long
def test_an_unaltered_copy_has_the_very_bytes_of_the_original(
    bank: list[BankPicture], inbox: list[InboxPicture]
) -> None:
    originals = {each.name: each.path.read_bytes() for each in bank}
    copies = [each for each in inbox if each.alteration == "unaltered"]
    assert all(each.expected and each.path.read_bytes() == originals[each.expected] for each in copies)


@pytest.mark.long
def test_without_any_shipped_photograph_the_demo_paints_all_its_pictures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("safelight.testing.demo_media.find_photographs", list)
    assert len(write_bank_pictures(tmp_path / "bank")) == 12
    assert sum(each.expected is None for each in write_inbox(tmp_path / "inbox")) == 20
