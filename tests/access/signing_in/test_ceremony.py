"""What browsers are asked for, and what of their answers is believed: whatever comes, only a refusal is raised."""

import json

import numpy as np
import pytest

from safelight.access.signing_in.ceremony import Answer, assertion_options, enrolment_options
from safelight.access.signing_in.passkey import Passkey
from safelight.access.signing_in.relying_party import read_relying_party
from safelight.clock import SystemClock
from safelight.errors import SignInRefused
from safelight.testing.authenticator import COPIED, MAY_BE_COPIED, PRESENT, VERIFIED, SoftAuthenticator, encoded

PARTY = read_relying_party("https://review.example.org")
CHALLENGE, HANDLE = bytes(range(32)), b"h" * 64


def _made(authenticator: SoftAuthenticator) -> str:
    return authenticator.create(enrolment_options(PARTY, CHALLENGE, handle=HANDLE, name="Ada", known=()))


def _passkey(answer: str) -> Passkey:
    new = Answer(answer).verify_enrolment(PARTY, CHALLENGE)
    return Passkey(
        id=1,
        person_id=1,
        name="k",
        credential_id=new.credential_id,
        public_key=new.public_key,
        sign_count=new.sign_count,
        is_backup_eligible=new.is_backup_eligible,
        is_backed_up=new.is_backed_up,
        added_at=SystemClock().now(),
    )


def test_verification_of_the_user_is_required_and_the_make_of_the_key_is_not_asked() -> None:
    known = _passkey(_made(SoftAuthenticator(PARTY.origin)))
    asked = json.loads(enrolment_options(PARTY, CHALLENGE, handle=HANDLE, name="Ada", known=[known]))
    assert asked["rp"] == {"name": "Safelight", "id": "review.example.org"}
    assert asked["authenticatorSelection"]["userVerification"] == "required"
    assert asked["authenticatorSelection"]["residentKey"] == "required"
    assert asked["attestation"] == "none"
    assert [each["id"] for each in asked["excludeCredentials"]] == [encoded(known.credential_id)]
    asked = json.loads(assertion_options(PARTY, CHALLENGE, allowed=[known]))
    assert (asked["userVerification"], asked["rpId"]) == ("required", "review.example.org")


def test_a_passkey_that_may_be_copied_is_known_as_such() -> None:
    flags = PRESENT | VERIFIED | MAY_BE_COPIED | COPIED
    synced = _passkey(_made(SoftAuthenticator(PARTY.origin, flags=flags, step=0)))
    assert (synced.is_backup_eligible, synced.is_backed_up, synced.sign_count) == (True, True, 0)
    assert not _passkey(_made(SoftAuthenticator(PARTY.origin))).is_backup_eligible


@pytest.mark.parametrize("flags", [PRESENT, VERIFIED, PRESENT | VERIFIED | COPIED])
def test_a_passkey_is_made_only_by_a_verified_user(flags: int) -> None:
    with pytest.raises(SignInRefused):
        _passkey(_made(SoftAuthenticator(PARTY.origin, flags=flags)))


def test_what_no_answer_looks_like_is_refused() -> None:
    deep = "[" * 50_000
    for text in ("", "{}", "[]", "null", '{"response": 1}', '{"response": {"clientDataJSON": "!"}}', deep, "\ud800"):
        with pytest.raises(SignInRefused):
            Answer(text)


def _damaged(text: str, rng: np.random.Generator) -> str:
    """Exchange, drop or double some characters of an answer, or of one of its parts."""
    told = json.loads(text)
    place = rng.choice([*told["response"], "id", "rawId"])
    holder = told["response"] if place in told["response"] else told
    letters = list(holder[place])
    for _ in range(rng.integers(1, 4)):
        at = int(rng.integers(len(letters)))
        letters[at] = rng.choice(["", "A", "_", letters[at] * 2, "é"])
    holder[place] = "".join(letters)
    return json.dumps(told)


@pytest.mark.parametrize("count", [150, pytest.param(20_000, marks=pytest.mark.long)])
def test_damaged_answers_are_refused_and_raise_nothing_else(count: int) -> None:
    authenticator, rng = SoftAuthenticator(PARTY.origin), np.random.default_rng(7)
    made = _made(authenticator)
    passkey = _passkey(made)
    shown = authenticator.get(assertion_options(PARTY, CHALLENGE))
    accepted = 0
    for _ in range(count):
        for text, verify in (
            (_damaged(made, rng), lambda answer: answer.verify_enrolment(PARTY, CHALLENGE)),
            (
                _damaged(shown, rng),
                lambda answer: answer.verify_assertion(PARTY, CHALLENGE, passkey, handle=HANDLE),
            ),
        ):
            try:
                verify(Answer(text))
            except SignInRefused:
                continue
            accepted += 1
    assert accepted < count  # some damage is none: of an answer's own name, or of what is not signed
