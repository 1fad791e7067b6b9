"""What a person has set up says which second factors count."""

from safelight.access.signing_in.credentials import Enrolled, new_handle
from safelight.access.signing_in.session import Factor


def _enrolled(**more) -> Enrolled:
    usual = {"has_password": True, "has_totp": False, "passkeys": (), "recovery_codes": 0, "enrolled_at": None}
    return Enrolled(**(usual | more))


def test_recovery_codes_are_no_second_factor_by_themselves() -> None:
    assert _enrolled(recovery_codes=10).factors == frozenset()
    assert not _enrolled(recovery_codes=10).has_second_factor
    with_app = _enrolled(has_totp=True, recovery_codes=1)
    assert with_app.factors == {Factor.TOTP, Factor.RECOVERY_CODE}
    assert with_app.has_second_factor


def test_a_handle_is_64_random_bytes() -> None:
    assert len(new_handle()) == 64
    assert new_handle() != new_handle()
