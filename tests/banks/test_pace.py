import time

import pytest

from safelight.banks.pace import Pace


def _after(monkeypatch: pytest.MonkeyPatch, took_s: float, times: int = 1) -> Pace:
    pace = Pace()
    for _ in range(times):
        monkeypatch.setattr(time, "monotonic", lambda: 0.0)
        pace.began()
        monkeypatch.setattr(time, "monotonic", lambda: took_s)
        pace.ended()
    return pace


def test_slow_transactions_get_fewer_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _after(monkeypatch, 0.5).rows == 1_000


def test_quick_transactions_get_more_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _after(monkeypatch, 0.01).rows == 3_000


def test_there_are_always_some_rows_and_never_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _after(monkeypatch, 5, times=50).rows == 250
    assert _after(monkeypatch, 0, times=50).rows == 4_000


def test_the_longest_transaction_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _after(monkeypatch, 0.5).longest_s == 0.5
