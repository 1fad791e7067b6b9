"""What is printed is enough to sign in, and codes are told whenever there are others."""

import io
import threading
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pyotp

from safelight.cli.demo_console import tell_codes, tell_console
from safelight.cli.voice import Voice
from safelight.clock import FixedClock
from safelight.testing.demo_people import DemoPerson

NOW = datetime(2026, 11, 29, 12, 0, 10, tzinfo=UTC)
ROBIN = DemoPerson(name="robin", password="grey-otte-rsco-unts", secret=pyotp.random_base32(32))
HOUSE = SimpleNamespace(
    sign_in_desk=SimpleNamespace(party=SimpleNamespace(origin="http://localhost:5")), clock=FixedClock(at=NOW)
)


class Ending(threading.Event):
    """An end that comes after some looks, of which each takes a while."""

    def __init__(self, clock: FixedClock, looks: int) -> None:
        super().__init__()
        self.looks, self.clock = looks, clock

    def wait(self, timeout: float | None = None) -> bool:
        object.__setattr__(self.clock, "at", self.clock.at + timedelta(seconds=10))
        self.looks -= 1
        return self.looks <= 0


def voice() -> Voice:
    told = Voice(width=200)
    told.file = io.StringIO()
    return told


def test_it_says_where_and_how_to_sign_in_and_how_it_ends(capsys) -> None:
    tell_console(Voice(width=200), HOUSE, [ROBIN], stays=True)
    text = capsys.readouterr().out
    for words in ("http://localhost:5", "robin", "grey-otte-rsco-unts", "Ctrl-C"):
        assert words in text


def test_codes_are_told_when_there_are_others_and_not_each_time_it_looks() -> None:
    clock, told = FixedClock(at=NOW), voice()
    tell_codes(told, SimpleNamespace(clock=clock), [ROBIN], Ending(clock, looks=5))
    lines = told.file.getvalue().splitlines()
    codes = [pyotp.TOTP(ROBIN.secret).at(NOW + timedelta(seconds=30 * steps)) for steps in (1, 2)]
    assert lines == [f"  Code now:  robin  {code}" for code in codes]
