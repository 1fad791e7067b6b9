"""The ceremonies of Web Authentication: what a browser is asked for, and whether what it answers is true.

The library checks type, challenge, origin, domain, presence, verification of the user and signature. What it leaves to
us is here: no answer from within another site's frame, the user handle, the rule about counters (after the signature,
so that nobody can fake an alarm), and that a key does not change its mind about being backed up.
"""

import base64
import binascii
import hmac
import json
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import structs
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import CredentialDeviceType

from safelight.access.signing_in.passkey import Assertion, NewPasskey, Passkey
from safelight.access.signing_in.relying_party import RelyingParty
from safelight.errors import SignInRefused

MOST_ANSWER_BYTES = 64 << 10
_TIMEOUT_MS = 300_000
_MOST_CREDENTIAL_ID = 1023  # Web Authentication, section 4, "credential id"
_RP_NAME = "Safelight"

REFUSAL = (
    "The passkey was not accepted: it is not known here, it answered something else than was asked, or too late. "
    "Nothing was done. Try again, or sign in in another way."
)
"""One sentence for all reasons, so that nothing can be learned by trying."""

_FAULTS = (
    WebAuthnException,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    AssertionError,
    OverflowError,
    RecursionError,
    binascii.Error,
    struct.error,
)
"""What reading an answer of the wrong form raises, in the library and before it."""


def enrolment_options(
    party: RelyingParty, challenge: bytes, *, handle: bytes, name: str, known: Sequence[Passkey]
) -> str:
    """Return, as JSON, what `navigator.credentials.create` is given. Verification of the user is required.

    `handle` names the person to the authenticator: random, it says nothing of them (section 14.6.1). No attestation is
    asked for: the make of somebody's authenticator is none of our business.
    """
    options = generate_registration_options(
        rp_id=party.rp_id,
        rp_name=_RP_NAME,
        user_id=handle,
        user_name=name,
        challenge=challenge,
        timeout=_TIMEOUT_MS,
        attestation=structs.AttestationConveyancePreference.NONE,
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.REQUIRED,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[structs.PublicKeyCredentialDescriptor(id=each.credential_id) for each in known],
    )
    return options_to_json(options)


def assertion_options(party: RelyingParty, challenge: bytes, *, allowed: Sequence[Passkey] = ()) -> str:
    """Return, as JSON, what `navigator.credentials.get` is given; without `allowed`, the person chooses a passkey."""
    options = generate_authentication_options(
        rp_id=party.rp_id,
        challenge=challenge,
        timeout=_TIMEOUT_MS,
        allow_credentials=[structs.PublicKeyCredentialDescriptor(id=each.credential_id) for each in allowed],
        user_verification=structs.UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(options)


class Answer:
    """What a browser sent back, read as far as is needed to find what it answers. Nothing of it is believed yet."""

    def __init__(self, text: str) -> None:
        """Read an answer. Raises `SignInRefused` for what is none."""
        if len(text) > MOST_ANSWER_BYTES:
            raise SignInRefused(REFUSAL)
        with _refusing():
            self.credential: dict[str, Any] = json.loads(text)
            response = self.credential["response"]
            self._client: dict[str, Any] = json.loads(_decoded(response["clientDataJSON"]))
            self.challenge = _decoded(self._client["challenge"])
            self.credential_id = _decoded(self.credential["id"])
            self.handle = _decoded(response["userHandle"]) if response.get("userHandle") else None
            if self._client.get("crossOrigin", False) is not False or "topOrigin" in self._client:
                raise SignInRefused(REFUSAL)

    def verify_enrolment(self, party: RelyingParty, challenge: bytes) -> NewPasskey:
        """Return the passkey that was made. Raises `SignInRefused`."""
        with _refusing():
            made = verify_registration_response(
                credential=self.credential,
                expected_challenge=challenge,
                expected_rp_id=party.rp_id,
                expected_origin=party.origin,
                require_user_verification=True,
            )
        if len(made.credential_id) > _MOST_CREDENTIAL_ID or made.credential_id != self.credential_id:
            raise SignInRefused(REFUSAL)
        return NewPasskey(
            credential_id=made.credential_id,
            public_key=made.credential_public_key,
            sign_count=made.sign_count,
            is_backup_eligible=made.credential_device_type is CredentialDeviceType.MULTI_DEVICE,
            is_backed_up=made.credential_backed_up,
        )

    def verify_assertion(self, party: RelyingParty, challenge: bytes, passkey: Passkey, *, handle: bytes) -> Assertion:
        """Return what a passkey answered. `handle` is that of the passkey's person. Raises `SignInRefused`.

        The counter is for the caller to look at: only a true signature makes an alarm of it.
        """
        if self.handle is not None and not hmac.compare_digest(self.handle, handle):
            raise SignInRefused(REFUSAL)
        with _refusing():
            shown = verify_authentication_response(
                credential=self.credential,
                expected_challenge=challenge,
                expected_rp_id=party.rp_id,
                expected_origin=party.origin,
                credential_public_key=passkey.public_key,
                credential_current_sign_count=0,  # the caller's to look at
                require_user_verification=True,
            )
        is_eligible = shown.credential_device_type is CredentialDeviceType.MULTI_DEVICE
        if shown.credential_id != passkey.credential_id or is_eligible != passkey.is_backup_eligible:
            raise SignInRefused(REFUSAL)
        return Assertion(sign_count=shown.new_sign_count, is_backed_up=shown.credential_backed_up)


@contextmanager
def _refusing() -> Iterator[None]:
    """Raise `SignInRefused` for whatever an answer of the wrong form makes the reading of it raise."""
    try:
        yield
    except _FAULTS:
        raise SignInRefused(REFUSAL) from None


def _decoded(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
