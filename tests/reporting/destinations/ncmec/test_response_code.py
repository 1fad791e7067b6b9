"""What follows from an answer: from the table for each code, and from status and code together."""

import pytest

from safelight.reporting.destinations.ncmec.response_code import (
    MEANINGS,
    Effect,
    ResponseCode,
    effect_of,
    meaning_of,
)

AGAIN = {1000, 1100, 1110, 1111, 1300}
ALARM = {1210, 2000, 3000, 3100, 3300}
FINAL = {4000, 4100, 4110, 4200, 5001, 5002, 5101, 5102}


def test_every_code_has_a_meaning_and_a_sentence() -> None:
    assert set(MEANINGS) == set(ResponseCode)
    assert all(meaning.sentence.endswith(".") for meaning in MEANINGS.values())


def test_only_failures_of_the_authoritys_own_side_are_tried_again() -> None:
    by_effect = {effect: {int(code) for code in MEANINGS if MEANINGS[code].effect is effect} for effect in Effect}
    assert by_effect == {
        Effect.DONE: {0},
        Effect.AGAIN: AGAIN,
        Effect.ALARM: ALARM,
        Effect.FINAL: FINAL,
        Effect.UNCLEAR: set(),
    }


@pytest.mark.parametrize("code", [1, 1001, 1999, 2001, 3001, 4999, 5103, 9999, -1])
def test_a_code_that_nobody_knows_alarms(code: int) -> None:
    assert meaning_of(code).effect is Effect.ALARM


@pytest.mark.parametrize("status", [200, 400, 401, 500, 302])
def test_an_error_code_decides_whatever_the_status(status: int) -> None:
    assert effect_of(status, 4100) is Effect.FINAL
    assert effect_of(status, 1000) is Effect.AGAIN
    assert effect_of(status, 5102) is Effect.FINAL


@pytest.mark.parametrize(
    ("status", "code", "effect"),
    [
        (200, 0, Effect.DONE),
        (201, 0, Effect.DONE),
        (400, 0, Effect.UNCLEAR),
        (500, 0, Effect.UNCLEAR),
        (302, 0, Effect.UNCLEAR),
        (200, None, Effect.UNCLEAR),
        (401, None, Effect.ALARM),
        (403, None, Effect.ALARM),
        (302, None, Effect.ALARM),
        (404, None, Effect.ALARM),
        (429, None, Effect.AGAIN),
        (500, None, Effect.AGAIN),
        (503, None, Effect.AGAIN),
    ],
)
def test_status_and_code_decide_together(status: int, code: int | None, effect: Effect) -> None:
    assert effect_of(status, code) is effect
