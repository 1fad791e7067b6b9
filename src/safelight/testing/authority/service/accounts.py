"""Who may call: users with passwords, and what each is allowed."""

import base64
import binascii
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field

from safelight.testing.authority.code import Code
from safelight.testing.authority.refused import Refused
from safelight.testing.authority.state.calls import Call

_UPDATES = frozenset({Call.UPLOAD, Call.FILEINFO, Call.FINISH, Call.RETRACT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A user. `is_barred` may do nothing (3000); without the others it may not submit (3100) or not update (3300)."""

    user: str
    password: str = field(repr=False)
    is_barred: bool = False
    may_submit: bool = True
    may_update: bool = True

    def require(self, call: Call) -> None:
        """Raise Refused for a call that this user may not make."""
        if self.is_barred:
            raise Refused(Code.NOT_AUTHORISED)
        if call is Call.SUBMIT and not self.may_submit:
            raise Refused(Code.MAY_NOT_SUBMIT)
        if call in _UPDATES and not self.may_update:
            raise Refused(Code.MAY_NOT_UPDATE)


def who_asks(header: str, accounts: Sequence[Account]) -> Account:
    """Return whose HTTP Basic credentials these are. Raises Refused, with 2000, for nobody's."""
    scheme, _, given = header.partition(" ")
    try:
        user, colon, password = base64.b64decode(given.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise Refused(Code.UNAUTHENTICATED) from error
    for account in accounts if scheme.lower() == "basic" and colon else ():
        is_user = hmac.compare_digest(account.user.encode(), user.encode())
        if hmac.compare_digest(account.password.encode(), password.encode()) and is_user:
            return account
    raise Refused(Code.UNAUTHENTICATED)
