"""Sessions: how far somebody has signed in, in which browser, and until when."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from safelight.database.clock_mark import TOLERANCE
from safelight.errors import NotAllowed, ReauthenticationNeeded

_NOT_FRESH = (
    "It is too long since you showed who you are for this. Nothing was done. Enter your password, or use a passkey, "
    "and do it again."
)


class Stage(StrEnum):
    """How far somebody has come. Only the last stage lets anybody do anything but sign in."""

    AWAITING = "awaiting"
    """The password was right, and the second factor is awaited."""
    ENROLLING = "enrolling"
    """A sign-in code was right; a password and a second factor are being set."""
    SIGNED_IN = "signed_in"


class Means(StrEnum):
    """By what somebody signed in."""

    PASSWORD_TOTP = "password+totp"  # noqa: S105 - no secret
    PASSWORD_PASSKEY = "password+passkey"  # noqa: S105 - no secret
    PASSWORD_RECOVERY_CODE = "password+recovery_code"  # noqa: S105 - no secret
    PASSKEY = "passkey"
    ENROLMENT = "enrolment"


class Factor(StrEnum):
    """What a person can show beside their password."""

    TOTP = "totp"
    PASSKEY = "passkey"
    RECOVERY_CODE = "recovery_code"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInRules:
    """How long things last that have to do with signing in, by the settings.

    NIST SP 800-63B allows, with two factors, 24 hours in all and one hour without activity (revision 4, AAL2).
    """

    idle: timedelta = timedelta(minutes=30)
    longest: timedelta = timedelta(hours=12)
    fresh: timedelta = timedelta(minutes=10)
    awaiting: timedelta = timedelta(minutes=10)
    enrolling: timedelta = timedelta(hours=1)
    challenge: timedelta = timedelta(minutes=5)
    device: timedelta = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One session, bound to nothing but its token.

    `used_at` is its last use to within a minute; until `fresh_until` its person has just shown who they are. An address
    or a browser's version changes in the middle of the work, so that none of them is looked at.
    """

    id: int
    person_id: int
    stage: Stage
    means: Means | None
    browser: str
    made_at: datetime
    used_at: datetime
    authenticated_at: datetime
    fresh_until: datetime
    ends_at: datetime

    def is_living(self, now: datetime, *, idle: timedelta) -> bool:
        """Whether it counts at a moment: not too long in all, not too long unused, and not of the future.

        The latter is a clock that was set back: no session lasts longer by it.
        """
        is_past = self.used_at - TOLERANCE <= now and self.made_at - TOLERANCE <= now
        return is_past and now < self.ends_at and now < self.used_at + idle


def require_signed_in(session: Session) -> None:
    """Raise `NotAllowed` for a session that is still signing in or enrolling."""
    if session.stage is not Stage.SIGNED_IN:
        raise NotAllowed("You have not signed in wholly yet. Nothing was done. Finish signing in first.")


def require_fresh(session: Session, now: datetime) -> None:
    """Raise `ReauthenticationNeeded` unless who signed in has shown a moment ago that they are still there.

    For what is worth a second look: originals, exports, destruction, one's own second factors. Conditions:

    1. The session is signed in wholly.
    2. Its person signed in, or showed a password or passkey again, within the time that was set then.
    3. The clock does not stand before that moment.
    """
    require_signed_in(session)
    if not session.authenticated_at - TOLERANCE <= now < session.fresh_until:
        raise ReauthenticationNeeded(_NOT_FRESH)


def require_fresh_for(session: Session | None, person_id: int, now: datetime) -> None:
    """Raise as `require_fresh`, and for what is no session of this person's: nobody has shown anything then."""
    if session is None or session.person_id != person_id:
        raise ReauthenticationNeeded(_NOT_FRESH)
    require_fresh(session, now)
