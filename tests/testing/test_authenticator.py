"""The authenticator in software answers as a browser would: its answers are checked by the library, not by us."""

import json

from webauthn import verify_authentication_response, verify_registration_response

from safelight.access.signing_in.ceremony import assertion_options, enrolment_options
from safelight.access.signing_in.relying_party import read_relying_party
from safelight.testing.authenticator import SoftAuthenticator, decoded

PARTY = read_relying_party("https://review.example.org")


def test_what_it_makes_and_answers_is_true() -> None:
    authenticator = SoftAuthenticator(PARTY.origin)
    made = verify_registration_response(
        credential=authenticator.create(enrolment_options(PARTY, b"c" * 32, handle=b"h" * 64, name="Ada", known=())),
        expected_challenge=b"c" * 32,
        expected_rp_id=PARTY.rp_id,
        expected_origin=PARTY.origin,
        require_user_verification=True,
    )
    answer = authenticator.get(assertion_options(PARTY, b"d" * 32))
    shown = verify_authentication_response(
        credential=answer,
        expected_challenge=b"d" * 32,
        expected_rp_id=PARTY.rp_id,
        expected_origin=PARTY.origin,
        credential_public_key=made.credential_public_key,
        credential_current_sign_count=made.sign_count,
        require_user_verification=True,
    )
    assert (made.sign_count, shown.new_sign_count) == (1, 2)
    assert decoded(json.loads(answer)["response"]["userHandle"]) == b"h" * 64
