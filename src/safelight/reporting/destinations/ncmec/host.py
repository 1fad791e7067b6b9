"""Hosts: where credentials may be sent, and nowhere else."""

import re
from dataclasses import dataclass

from safelight.errors import InvalidValue
from safelight.outbound.address import Network, parse_address
from safelight.outbound.guard import HostPattern, Rule, Target, own_rule, read_target
from safelight.reporting.destinations.ncmec.credentials import (
    PRODUCTION_ROOT,
    Credentials,
    ProductionCredentials,
    root_of,
)

_PRODUCTION_HOST = own_rule(PRODUCTION_ROOT)[1].host


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """The root below which the calls are, and the rule that lets them through."""

    root: str
    rule: Rule

    @property
    def schema_location(self) -> str:
        """Where the schema is, as each document says it."""
        return f"{self.root}/xsd"


def host_of(credentials: Credentials, root: str = "", let_through: tuple[Network, ...] = ()) -> Host:
    """Return the host that credentials are for. Raises `InvalidValue`, or `OutboundRefused` for no plain URL.

    1. Production credentials go to the production host, whatever else is set.
    2. Test credentials go to the test host, or to another root for trials, such as a fake authority; never to the
       production host, where a test would be filed.
    3. The root is https; http only for an address of this machine.
    """
    own = root.rstrip("/") or root_of(credentials)
    is_plain = own.startswith("http://")
    rule, target = _on_this_machine(own, let_through) if is_plain else own_rule(own, let_through)
    if own != root_of(credentials):
        _check_own_root(credentials, target.host)
    return Host(root=own, rule=rule)


def _check_own_root(credentials: Credentials, host: str) -> None:
    if isinstance(credentials, ProductionCredentials):
        raise InvalidValue(
            "Production credentials are sent to the authority's production host alone. Remove the other root, or set "
            "test credentials for it."
        )
    if host == _PRODUCTION_HOST:
        raise InvalidValue(
            "Test credentials are never sent to the production host. Set production credentials if reports shall be "
            "filed."
        )


def _on_this_machine(root: str, let_through: tuple[Network, ...]) -> tuple[Rule, Target]:
    found = re.match(r"http://(\[[0-9A-Fa-f:]+\]|[0-9.]+)(?::([0-9]{1,5}))?(?:/|\Z)", root)
    address = parse_address(found[1].strip("[]")) if found else None
    if found is None or address is None or not address.is_loopback:
        raise InvalidValue(
            "The root of the authority is not https. Without it, only an address of this machine is called."
        )
    pattern = HostPattern(name=str(address), is_suffix=False, port=int(found[2]) if found[2] else None)
    rule = Rule(hosts=(pattern,), schemes=frozenset({"http"}), let_through=let_through)
    return rule, read_target(root, rule)
