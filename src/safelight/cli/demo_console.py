"""The last part of `safelight demo`: the console stays open, and it is told how to come in."""

import threading
from collections.abc import Sequence

from safelight.app import Workspace
from safelight.cli.voice import Voice
from safelight.testing.demo_people import ROLES, DemoPerson

_LOOKS_EVERY_S = 1.0

_OPEN = """
The console is open. Its cases are of painted pictures and one benign photograph: nothing bad is in any of them.

  1. Open      {origin}
  2. Name      {first}
     Password  {password}
  3. Code      the one of {first} below; there is another every 30 seconds, and each counts once

{first} sees every page. In a private window {second} signs in likewise: a lead, and another reader.
Ctrl-C ends it, and everything is deleted then.
"""
_ONCE = (
    "\nThe console answers on {origin}. It ends here, as --once asks; without that it stays open, for you to sign in."
)


def tell_console(voice: Voice, house: Workspace, people: Sequence[DemoPerson], *, stays: bool) -> None:
    """Say where the console is, and how to sign in if it stays open."""
    first, second = ROLES
    origin = house.sign_in_desk.party.origin
    told = _OPEN if stays else _ONCE
    voice.say(told.format(origin=origin, first=first, second=second, password=people[0].password))


def tell_codes(voice: Voice, house: Workspace, people: Sequence[DemoPerson], ended: threading.Event) -> None:
    """Tell the codes whenever there are others, until it has ended: in one line of a terminal, else line by line."""
    before = ""
    while True:
        now = house.clock.now()
        line = "   ".join(f"{each.name}  {each.code_at(now)}" for each in people)
        if line != before:
            voice.print(f"  Code now:  {line}", end="\r" if voice.is_terminal else "\n", soft_wrap=True)
            before = line
        if ended.wait(_LOOKS_EVERY_S):
            return
