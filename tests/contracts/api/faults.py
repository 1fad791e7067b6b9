"""What schemathesis checks of each answer besides its own: that it tells no fault of ours."""

from typing import Any

import schemathesis

_NO_FAULT = {"nothing_to_match"}
"""Codes told with a status of 5xx though nothing is wrong: another request may have deleted the last bank."""


@schemathesis.check
def no_fault_of_ours(_ctx: Any, response: Any, _case: Any) -> None:
    """A service that has a database, a disk and keys has no reason for any other status of 5xx."""
    if response.status_code >= 500:
        assert response.json()["code"] in _NO_FAULT, f"{response.status_code}: {response.text}"
