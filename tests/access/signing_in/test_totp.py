"""Codes are those of RFC 6238, within one step, after the last that was accepted."""

from datetime import UTC, datetime, timedelta

import pytest

from safelight.access.signing_in.totp import drift_of, find_step, new_secret, provisioning_uri, step_at

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # that of RFC 6238, appendix B: "12345678901234567890"
NOW = datetime(2026, 11, 23, 12, 30, 15, tzinfo=UTC)
STEP = step_at(NOW)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (2000000000, "279037")],
)
def test_the_codes_of_the_standard_are_accepted(seconds: int, code: str) -> None:
    assert find_step(SECRET, code, datetime.fromtimestamp(seconds, UTC)) == seconds // 30


def _code(step: int) -> str:
    import pyotp

    return pyotp.TOTP(SECRET).generate_otp(step)


@pytest.mark.parametrize(("off", "drift", "is_accepted"), [
    (-2, 0, False), (-1, 0, True), (0, 0, True), (1, 0, True), (2, 0, False),
    (3, 2, True), (0, 2, False), (-5, -4, True),
])  # fmt: skip
def test_one_step_on_either_side_of_the_drift_is_accepted(off: int, drift: int, is_accepted: bool) -> None:
    assert find_step(SECRET, _code(STEP + off), NOW, drift=drift) == (STEP + off if is_accepted else None)


def test_a_step_counts_only_after_the_last_one() -> None:
    for after, is_accepted in ((STEP - 1, True), (STEP, False), (STEP + 1, False)):
        assert (find_step(SECRET, _code(STEP), NOW, after=after) is not None) is is_accepted


@pytest.mark.parametrize("code", ["", "12345", "abcdef", "١٢٣٤٥٦", "\ud800", "0" * 1000, _code(STEP) + "0"])
def test_what_is_no_code_is_not_accepted(code: str) -> None:
    assert find_step(SECRET, code, NOW) is None


def test_a_code_may_be_typed_with_a_space() -> None:
    code = _code(STEP)
    assert find_step(SECRET, f" {code[:3]} {code[3:]} ", NOW) == STEP


def test_drift_is_followed_two_minutes_and_no_further() -> None:
    assert [drift_of(STEP + off, NOW) for off in (-9, -4, -1, 0, 3, 9)] == [-4, -4, -1, 0, 3, 4]
    assert drift_of(STEP, NOW + timedelta(seconds=30)) == -1


def test_a_secret_has_160_bits_and_an_address_for_the_app() -> None:
    secret = new_secret()
    assert len(secret) == 32
    assert provisioning_uri(secret, name="ada@example.org") == (
        f"otpauth://totp/Safelight:ada%40example.org?secret={secret}&issuer=Safelight"
    )
