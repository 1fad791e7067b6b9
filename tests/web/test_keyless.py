"""Without a key one may look up and hash, from this machine alone."""

import pytest
from starlette.requests import Request

from safelight.errors import NotAllowed
from safelight.roles import Permission
from safelight.web.keyless import keyless_actor


def _request(**headers: str) -> Request:
    told = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "headers": told})


def test_a_request_without_a_key_changes_nothing_and_is_told_no_distances() -> None:
    held = keyless_actor(_request()).permissions
    assert Permission.SIGNAL_LOOKUP in held
    assert not {permission for permission in held if permission.value.endswith((":write", ":seal", ":scan"))}
    assert not held & {Permission.MATCH_DISTANCE, Permission.ENTRY_VALUE, Permission.BANK_EXPORT}


@pytest.mark.parametrize("name", ["forwarded", "x_forwarded_for", "X_Forwarded_Host", "via", "x_real_ip"])
def test_a_request_that_was_passed_on_is_refused(name: str) -> None:
    with pytest.raises(NotAllowed, match="passed on"):
        keyless_actor(_request(**{name.lower(): "10.0.0.1"}))
