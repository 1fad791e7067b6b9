"""The photographs that packages ship."""

import sys

import pytest
from PIL import Image

from safelight.testing.photographs import find_photographs, photographs_of


def test_every_photograph_found_is_a_picture_that_opens() -> None:
    for photograph in find_photographs():
        with Image.open(photograph.path) as image:
            assert min(image.size) >= 300, photograph.name


def test_names_are_unique_so_that_files_can_be_named_by_them() -> None:
    names = [photograph.name for photograph in find_photographs()]
    assert len(set(names)) == len(names)


def test_the_test_environment_has_the_photographs_of_all_three_packages() -> None:
    assert {photograph.package for photograph in find_photographs()} == {"skimage", "sklearn", "matplotlib"}


def test_the_packages_are_found_without_running_their_code() -> None:
    find_photographs()
    assert not {"skimage", "sklearn", "matplotlib"} & set(sys.modules)


def test_a_package_that_is_not_installed_ships_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    assert find_photographs() == []


def test_a_package_that_we_do_not_know_ships_nothing() -> None:
    assert photographs_of("numpy") == []
