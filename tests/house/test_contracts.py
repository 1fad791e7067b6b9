"""The import contracts cover what grows: every new store and every new plug-in folder."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

_ROOT = Path(__file__).parents[2]
_SOURCE = _ROOT / "src" / "safelight"
_PLUG_INS = {"sources", "hashers", "exchanges", "destinations", "blobs"}


@pytest.fixture(scope="module")
def contracts() -> list[dict[str, Any]]:
    settings = tomllib.loads((_ROOT / "pyproject.toml").read_text())
    return list(settings["tool"]["importlinter"]["contracts"])


def _name(path: Path) -> str:
    return ".".join(path.relative_to(_SOURCE.parent).with_suffix("").parts)


def test_every_store_may_be_imported_only_by_its_own_room(contracts: list[dict[str, Any]]) -> None:
    kept = {module: each["allowed_importers"] for each in contracts for module in each.get("protected_modules", [])}
    for store in [*_SOURCE.rglob("store.py"), *_SOURCE.rglob("store/")]:
        assert kept.get(_name(store)) == [_name(store.parent)], _name(store)


@pytest.mark.parametrize(("contract", "key"), [("strangers", "modules"), ("concrete", "protected_modules")])
def test_every_plug_in_folder_is_covered(contracts: list[dict[str, Any]], contract: str, key: str) -> None:
    (found,) = [each for each in contracts if each["id"] == contract]
    folders = {f"{_name(path)}.*" for path in _SOURCE.rglob("*") if path.is_dir() and path.name in _PLUG_INS}
    assert folders == set(found[key])
