"""Keyless requests: on a socket of their own, on this machine alone, to look up and to hash, and to change nothing."""

from starlette.requests import Request

from safelight.errors import NotAllowed
from safelight.roles import Actor, ActorKind, Permission

KEYLESS_PERMISSIONS = frozenset(
    {Permission.SIGNAL_LOOKUP, Permission.MEDIA_HASH, Permission.BANK_READ, Permission.METRICS_READ}
)
"""What a request without a key may do."""

_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via")


def keyless_actor(request: Request) -> Actor:
    """Return who a request without a key is.

    Raises `NotAllowed` for one that some other program passed on: a proxy on this machine would open to the world what
    is meant for this machine.
    """
    if any(name in request.headers for name in _FORWARDED):
        raise NotAllowed(
            "Requests that were passed on are not answered without a key. Use the other address, with one."
        )
    return Actor(kind=ActorKind.SERVICE, name="keyless", permissions=KEYLESS_PERMISSIONS)
