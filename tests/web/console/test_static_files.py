"""Our own files are answered under addresses that change with them, and nothing else is."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from safelight.web.console.static_files import FOLDER, StaticFiles


@pytest.fixture
def files(tmp_path: Path) -> StaticFiles:
    (tmp_path / "console.css").write_text("a{}")
    (tmp_path / "secret.toml").write_text("x")
    return StaticFiles(tmp_path)


def test_a_file_is_kept_by_browsers_for_its_address_changes_with_it(files: StaticFiles, tmp_path: Path) -> None:
    address = files.address("console.css")
    answer = TestClient(files).get(address)
    assert (answer.status_code, answer.text, answer.headers["content-type"]) == (200, "a{}", "text/css; charset=utf-8")
    assert "immutable" in answer.headers["cache-control"]
    (tmp_path / "console.css").write_text("b{}")
    assert StaticFiles(tmp_path).address("console.css") != address


def test_a_file_that_was_not_built_has_no_address(files: StaticFiles) -> None:
    assert files.address("htmx.min.js") is None


@pytest.mark.parametrize(
    "path",
    ["/static/", "/static/0/console.css", "/static/../secret.toml", "/static/x/../secret.toml", "/static//etc/x"],
)
def test_nothing_else_is_answered(files: StaticFiles, path: str) -> None:
    assert TestClient(files).get(path).status_code == 404


def test_a_file_is_only_read(files: StaticFiles) -> None:
    assert TestClient(files).post(files.address("console.css")).status_code == 404


def test_our_own_files_name_no_other_host() -> None:
    for path in FOLDER.iterdir():
        if path.name != "htmx.min.js":
            assert "://" not in path.read_text(), path.name
