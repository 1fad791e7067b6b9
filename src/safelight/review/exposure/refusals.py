"""Refusals in words: what was not shown, why, and what to do."""

from safelight.errors import ExposureRefused
from safelight.review.exposure.guard import Refused, Why

_SENTENCES = {
    Why.CLOCK: "The clock stands before what is recorded of you. Tell who runs this installation.",
    Why.OPTED_OUT: "You opted out of this category. The item goes to somebody else.",
    Why.LEVEL_SKIPPED: "Levels are shown one after the other: ask for the next one up.",
    Why.HOURS: "It is outside the hours of your day.",
    Why.ROTATION: "You were at review for as many days in a row as you may be. Today is for other work.",
    Why.DAY_SPENT: "Your time at review for the day is spent.",
    Why.LARGE_SPENT: "Your time for large pictures is spent for the day. Smaller ones can be shown.",
    Why.ORIGINAL_SPENT: "Your time for originals is spent for the day. Smaller pictures can be shown.",
    Why.BREAK_DUE: "A break is due. The queue pauses until it is over.",
    Why.SUPERSEDED: "You asked for something else meanwhile, or hid it: one picture is shown at a time.",
}


def refusal(refused: Refused, *, undone: str = "Nothing was shown.") -> ExposureRefused:
    """Return the error by which a refusal reaches the doors. `undone` says what was not done."""
    until = "" if refused.until is None else f" It can be asked again from {refused.until:%Y-%m-%d %H:%M} UTC on."
    message = f"{undone} {_SENTENCES[refused.why]}{until}"
    return ExposureRefused(message, why=refused.why.value, until=refused.until)
