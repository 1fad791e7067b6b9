"""`safelight outcome add | list | import | funnel | banks`: what came of reports, and what it adds up to."""

import io
import json
from datetime import timedelta

SPAN = ("--since", "2020-01-01", "--until", "2099-01-01")


def test_what_came_of_a_report_is_written_down_and_listed(run, filed, cells, monkeypatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("he said \x1b[31m"))
    assert run("outcome", "add", filed, "--kind", "acted_on", "--from", "police", "--remarks", "-") == 0
    assert cells()[1].strip() == "Outcome 1 of report 1."
    assert run("outcome", "list") == 0
    ((number, report, kind, part, _, came_by, remarks),), _ = cells()
    assert (number, report, kind, part, came_by, remarks) == ("1", "1", "acted_on", "police", "person", "(sealed)")
    assert run("outcome", "list", "--report", filed) == 0
    assert cells()[0][0][-1] == r"he said \x1b[31m"
    assert run("outcome", "add", 9, "--kind", "received") != 0


def test_a_file_is_taken_in_or_refused_with_the_lines_that_are_at_fault(run, filed, reviewed, tmp_path, capfd) -> None:
    day = f"{reviewed.clock.now() - timedelta(days=1):%Y-%m-%d}"
    file = tmp_path / "outcomes.csv"
    file.write_text(f"report,kind,learnt_at\n{filed},received,{day}\nMiller,received,{day}\n9,received,{day}\n")
    assert run("outcome", "import", file) == 64
    told = capfd.readouterr().err
    assert "line 3:" in told
    assert "line 4:" in told
    assert "Miller" not in told
    file.write_text(f"report,kind,learnt_at\n{filed},received,{day}\n")
    assert run("outcome", "import", file) == 0
    assert run("outcome", "import", file) == 0
    assert capfd.readouterr().out.splitlines() == [
        "1 outcomes were taken in; 0 were there already.",
        "0 outcomes were taken in; 1 were there already.",
    ]
    assert run("outcome", "import", tmp_path / "nowhere.csv") == 64


def test_the_funnel_is_shown_as_tables_and_as_json(run, filed, cells) -> None:
    assert run("outcome", "add", filed, "--kind", "received") == 0
    cells()
    assert run("outcome", "funnel", *SPAN, "--by", "source", "--by", "destination") == 0
    counts, *times = cells()[0]
    assert counts == ["none", "ncmec", "2", "1", "0", "0", "0", "1", "1", "0", "0", "0", "0"]
    assert ["none", "ncmec", "match_to_report", "1", "too few", "too few"] in times
    assert run("outcome", "funnel", *SPAN, "--json") == 0
    row, summary = (json.loads(line) for line in cells()[1].splitlines())
    assert summary["rows"] == 1
    assert (row["counts"]["reported"], row["counts"]["received"]) == (1, 1)
    assert row["times"]["match_to_report"] == {"count": 1, "median_hours": None, "p90_hours": None}
    assert run("outcome", "funnel", "--since", "2026-01-01", "--until", "2025-01-01") == 64
    assert run("outcome", "funnel", "--until", "0001-01-05") == 64


def test_what_lists_led_to_is_shown(run, filed, cells) -> None:
    assert run("outcome", "banks", *SPAN) == 0
    assert cells()[0] == []
