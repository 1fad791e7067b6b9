"""Signing in through somebody else's identity provider (OpenID Connect): what such a part has to do.

There is no member yet. One would live in a folder of its own (`access/providers/`), be chosen by `app`, and pass the
tests that then come into `tests/contracts`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderRequest:
    """What a browser is sent away with: the address to go to, and what must come back with it.

    `state` and `nonce` are 256 random bits each; `code_verifier` is the secret of PKCE (RFC 7636, method S256). We keep
    all three for the one browser that asked, for ten minutes, and they are good for one answer.
    """

    address: str
    state: str
    nonce: str
    code_verifier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvidedIdentity:
    """Who somebody is by the word of a provider.

    `issuer` and `subject` together name them for good, and nothing else does: an e-mail address can change hands, so
    `name` is for people to read and never the key by which a person is found. `methods` are the provider's `amr`
    (RFC 8176): without `mfa`, or a method that is two factors by itself, a second factor of ours is asked for.
    """

    issuer: str
    subject: str
    name: str
    authenticated_at: datetime
    methods: frozenset[str]


class IdentityProvider(Protocol):
    """An identity provider by OpenID Connect's authorization code flow. Network calls go through `outbound` alone.

    Who a provider names must be a person here already, bound by an administrator to `issuer` and `subject`: nobody is
    made, given roles or let in by a provider's word alone. Disabling a person here ends their sessions, whatever the
    provider says.
    """

    @property
    def name(self) -> str:
        """What the sign-in page calls it."""
        ...

    def begin(self, *, return_address: str, is_fresh_needed: bool = False) -> ProviderRequest:
        """Return where to send the browser. With `is_fresh_needed` the provider must ask anew (`max_age=0`).

        Raises `OutboundFailed` where its configuration cannot be had.
        """
        ...

    def finish(self, request: ProviderRequest, *, state: str, code: str, now: datetime) -> ProvidedIdentity:
        """Exchange the code that came back, and return who it is.

        Raises `SignInRefused` unless each of these holds: `state` is the request's, compared in constant time; the ID
        token is signed by a key of the issuer's key set with an algorithm that was configured (never `none`, never a
        shared secret); `iss` is the issuer, `aud` is us alone, or else `azp` is; `nonce` is the request's; `iat` and
        `exp` fit `now` within five minutes; with `is_fresh_needed`, `auth_time` is within them too. Raises
        `OutboundFailed` where the provider does not answer.
        """
        ...
