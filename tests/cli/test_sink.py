"""Records on standard output are lines and nothing else; those that go nowhere go nowhere."""

import json

import pytest

from safelight.cli.sink import LineSink, Nowhere, Sink


@pytest.mark.parametrize(
    ("sink", "lines"), [(LineSink(), [{"path": "a"}, {"summary": True, "files": 1}]), (Nowhere(), [])]
)
def test_each_record_is_a_line_and_the_summary_the_last(
    sink: Sink, lines: list[dict[str, object]], capfd: pytest.CaptureFixture[str]
) -> None:
    sink.append({"path": "a"})
    sink.finish({"files": 1})
    assert [json.loads(line) for line in capfd.readouterr().out.splitlines()] == lines
