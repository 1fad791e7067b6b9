"""A call that the authority refuses, with its response code."""

from safelight.testing.authority.code import MEANINGS


class Refused(Exception):
    """The call is answered with this code and text; nothing was changed by it."""

    def __init__(self, code: int, says: str | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.says = says or MEANINGS[code]
