"""An adopter holds made-up reports against the schema that they have, before the first report is sent."""

from pathlib import Path

import pytest

from safelight.cli.main import main
from safelight.testing.authority.model.schema import schema_text


@pytest.fixture
def schema(tmp_path: Path) -> Path:
    path = tmp_path / "schema.xsd"
    path.write_bytes(schema_text())
    return path


def test_a_schema_that_agrees_is_said_to(schema: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "check", "--xsd", str(schema), "--count", "4"]) == 0
    said = capfd.readouterr().out
    assert "4 valid documents, and 4 damaged ones" in said
    assert "agree on all of them" in said


def test_a_schema_that_differs_is_told_by_the_path(tmp_path: Path, schema: Path, capfd) -> None:
    other = tmp_path / "other.xsd"
    other.write_bytes(schema.read_bytes().replace(b'<xs:maxLength value="2083"/>', b'<xs:maxLength value="20"/>'))
    assert main(["report", "check", "--xsd", str(other), "--count", "40", "--seed", "1"]) == 1
    assert "such a report of yours would be refused" in capfd.readouterr().out


@pytest.mark.parametrize(("text", "count", "status"), [("no schema", 1, 64), ("<a/>", 0, 64)])
def test_what_is_no_schema_is_refused(tmp_path: Path, text: str, count: int, status: int) -> None:
    (tmp_path / "wrong.xsd").write_text(text)
    assert main(["report", "check", "--xsd", str(tmp_path / "wrong.xsd"), "--count", str(count)]) == status
    assert main(["report", "check", "--xsd", str(tmp_path / "none.xsd")]) == 66
