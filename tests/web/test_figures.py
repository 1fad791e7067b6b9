"""Figures are counted, and what is watched is read when it is asked for."""

from prometheus_client import generate_latest

from safelight.web.figures import Figures


def test_what_is_counted_is_told() -> None:
    figures = Figures()
    figures.verdicts.labels("exact").inc()
    figures.lookups.labels("pdq", "no").inc(3)
    told = generate_latest(figures.registry).decode()
    assert 'safelight_scans_total{verdict="exact"} 1.0' in told
    assert 'safelight_lookups_total{found="no",type="pdq"} 3.0' in told


def test_what_is_watched_is_read_at_each_question() -> None:
    figures, values = Figures(), iter([1.0, 2.0])
    figures.watch("queue", "Jobs.", ("state",), lambda: {("waiting",): next(values)})
    for value in ("1.0", "2.0"):
        assert f'safelight_queue{{state="waiting"}} {value}' in generate_latest(figures.registry).decode()
