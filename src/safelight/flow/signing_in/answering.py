"""Answers of passkeys: the challenge is used up first, then the answer is looked at, outside of any transaction."""

from dataclasses import dataclass

from safelight.access import queries
from safelight.access.signing_in.ceremony import REFUSAL, Answer
from safelight.access.signing_in.challenge import ChallengePurpose
from safelight.access.signing_in.passkey import Assertion, Passkey
from safelight.access.steps import passkeys
from safelight.database.transaction import Tx, read, write
from safelight.errors import SignInRefused
from safelight.flow.signing_in.desk import SignInDesk


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A passkey whose answer is true. Whether its counter is, and it still counts, `is_accepted` tells."""

    passkey: Passkey
    assertion: Assertion

    def is_accepted(self, tx: Tx, desk: SignInDesk) -> bool:
        """Whether the answer counts. The transaction must be committed also if not: an alarm may be in it."""
        return passkeys.accept_assertion(tx, desk.clock, self.passkey, self.assertion)


def use_up(desk: SignInDesk, answer: Answer, purpose: ChallengePurpose, holder: bytes) -> None:
    """Use the challenge of an answer up. Raises `SignInRefused` where this browser was not asked that, or is late."""
    with write(desk.engine) as tx:
        is_ours = passkeys.use_challenge(tx, desk.clock, answer.challenge, purpose=purpose, holder=holder)
    if not is_ours:
        raise SignInRefused(REFUSAL)


def accept_answer(desk: SignInDesk, answer: Answer, purpose: ChallengePurpose, holder: bytes) -> Shown:
    """Return the passkey that answered a challenge truly. Raises `SignInRefused`."""
    use_up(desk, answer, purpose, holder)
    with read(desk.engine) as tx:
        passkey = queries.find_passkey(tx, answer.credential_id)
        held = None if passkey is None else queries.find_credentials(tx, passkey.person_id)
    if passkey is None or passkey.suspended_at is not None or held is None or held.enrolled_at is None:
        raise SignInRefused(REFUSAL)
    assertion = answer.verify_assertion(desk.party, answer.challenge, passkey, handle=held.handle)
    return Shown(passkey=passkey, assertion=assertion)
