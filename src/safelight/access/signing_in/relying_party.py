"""The relying party: under which address persons sign in, and for which domain passkeys are made."""

import re
from dataclasses import dataclass

from safelight.errors import InvalidValue

_ORIGIN = re.compile(
    r"(https?)://((?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)(?::(\d{1,5}))?"
)
_NUMBERS = re.compile(r"[\d.]+")
_LOOPBACK = "localhost"
_USUAL_PORTS = {"http": "80", "https": "443"}


@dataclass(frozen=True, slots=True, kw_only=True)
class RelyingParty:
    """The console's origin as browsers send it (`https://review.example.org`), and the domain of its passkeys."""

    origin: str
    rp_id: str

    @property
    def is_secure(self) -> bool:
        """Whether it is reached by https. If not, it is on this machine alone."""
        return self.origin.startswith("https://")

    @property
    def host(self) -> str:
        """The host as requests name it, with its port unless that is the usual one."""
        return self.origin.split("://", 1)[1]


def read_relying_party(origin: str, rp_id: str = "") -> RelyingParty:
    """Return the relying party of an origin. Without `rp_id`, passkeys are for the origin's own host.

    Raises `InvalidValue` for anything but https and a host name (plain http on `localhost` alone), and for a domain
    that the host is not in: browsers would refuse both.
    """
    found = _ORIGIN.fullmatch(origin)
    if found is None:
        raise InvalidValue(f"{origin[:100]!r} is no origin. Write https://review.example.org, in small letters.")
    scheme, host, port = found.groups()
    if _NUMBERS.fullmatch(host):
        raise InvalidValue(
            f"{origin[:100]} names an address in numbers, for which there are no passkeys. Write a host name, or "
            "http://localhost:8680 on this machine."
        )
    if scheme == "http" and host != _LOOPBACK and not host.endswith(f".{_LOOPBACK}"):
        raise InvalidValue(
            f"{origin[:100]} is not encrypted: who is on the way could read every sign-in. Use https; plain http is "
            "for localhost alone."
        )
    rp_id = rp_id or host
    if host != rp_id and not (host.endswith(f".{rp_id}") and ("." in rp_id or rp_id == _LOOPBACK)):
        raise InvalidValue(f"{rp_id[:100]!r} is not {host} and no domain that it is in. Leave it out, or name one.")
    usual = port is None or port == _USUAL_PORTS[scheme]
    return RelyingParty(origin=f"{scheme}://{host}" if usual else f"{scheme}://{host}:{port}", rp_id=rp_id)
