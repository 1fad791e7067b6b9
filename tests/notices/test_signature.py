"""Who has the secret can tell that a notice is ours, unchanged and fresh; the page says how."""

import hashlib
import hmac
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from safelight.errors import InvalidValue
from safelight.notices.signature import REPLAY_WINDOW, new_secret, sign_body, verify_signature

AT = datetime(2026, 11, 23, 12, 30, 15, tzinfo=UTC)
BODY = b'{"id":"e1"}'
PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "notices.md"

Verify = Callable[[str, bytes, list[str], datetime], None]


def _by_the_page(value: str, body: bytes, known: list[str], now: datetime) -> None:
    """Check as the code in the documentation does, which needs nothing of ours."""
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    names: dict[str, Any] = {}
    exec(compile(code, "notices.md", "exec"), names)
    if not names["is_ours"](value, body, known, now.timestamp()):
        raise InvalidValue("not ours")


@pytest.fixture(params=[verify_signature, _by_the_page], ids=["shipped", "documented"])
def verify(request: pytest.FixtureRequest) -> Verify:
    found: Verify = request.param
    return found


def test_a_signature_is_the_hmac_of_time_dot_and_body() -> None:
    made = hmac.new(b"slns_x", f"{int(AT.timestamp())}.".encode() + BODY, hashlib.sha256).hexdigest()
    assert sign_body(BODY, AT, ["slns_x"]) == f"t={int(AT.timestamp())},v1={made}"


def test_secrets_are_long_and_never_the_same() -> None:
    made = {new_secret() for _ in range(100)}
    assert len(made) == 100
    assert all(each.startswith("slns_") and len(each) >= 45 for each in made)


def test_what_the_secret_signed_is_believed(verify: Verify) -> None:
    verify(sign_body(BODY, AT, ["slns_x"]), BODY, ["slns_x"], AT)


def test_while_secrets_are_exchanged_either_is_enough(verify: Verify) -> None:
    both = sign_body(BODY, AT, ["slns_new", "slns_old"])
    for known in (["slns_new"], ["slns_old"], ["slns_other", "slns_old"]):
        verify(both, BODY, known, AT)


@pytest.mark.parametrize("by", [REPLAY_WINDOW, -REPLAY_WINDOW])
def test_five_minutes_are_fresh_and_a_second_more_is_not(verify: Verify, by: timedelta) -> None:
    value = sign_body(BODY, AT, ["slns_x"])
    verify(value, BODY, ["slns_x"], AT + by)
    with pytest.raises(InvalidValue):
        verify(value, BODY, ["slns_x"], AT + by + timedelta(seconds=1 if by > timedelta(0) else -1))


def _forged(value: str) -> list[str]:
    return [
        "",
        "t=1",
        value.replace("v1=", "v0="),
        value.replace("t=1", "t=2", 1),
        value[:-1],
        value + "0",
        value.split(",")[1],
        f"{value.split(',', maxsplit=1)[0]},v1={'0' * 64}",
        value.replace("t=", "t=-"),
        value.upper(),
    ]


@pytest.mark.parametrize("number", range(10))
def test_a_header_that_was_altered_is_not_believed(verify: Verify, number: int) -> None:
    forged = _forged(sign_body(BODY, AT, ["slns_x"]))[number]
    with pytest.raises(InvalidValue):
        verify(forged, BODY, ["slns_x"], AT)


def test_another_body_another_secret_and_no_secret_are_not_believed(verify: Verify) -> None:
    value = sign_body(BODY, AT, ["slns_x"])
    for body, known in ((BODY + b" ", ["slns_x"]), (b"", ["slns_x"]), (BODY, ["slns_y"]), (BODY, [])):
        with pytest.raises(InvalidValue):
            verify(value, body, known, AT)
