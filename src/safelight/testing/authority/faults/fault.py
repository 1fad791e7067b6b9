"""What can go wrong with a call."""

from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

from safelight.errors import InvalidValue


class FaultKind(StrEnum):
    """The ways in which a call goes wrong. `docs/how-to/try-reporting-without-an-authority.md` has them as a table."""

    CUT_EARLY = "cut_early"
    CUT = "cut"
    CUT_IN_ANSWER = "cut_in_answer"
    ERROR = "error"
    BARE = "bare"
    SLOW = "slow"
    DRIP = "drip"
    DUPLICATE = "duplicate"
    WRONG_MD5 = "wrong_md5"
    TRUNCATED = "truncated"
    WRONG_TYPE = "wrong_type"
    PAGE = "page"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault. With `is_done` the call is carried out all the same, and only its answer is lost or altered.

    `code` and `status` are answered by `error` (status: as is usual for the code), `status` alone by `bare` and `page`.
    `seconds`: how long a slow answer takes, or the time between two bytes of a drip. `answers_first`: of a duplicate,
    the first answer is sent instead of the last.
    """

    kind: FaultKind
    is_done: bool = False
    code: int = 1000
    status: int | None = None
    seconds: float = 0.0
    answers_first: bool = False


NAMED: dict[str, Fault] = {
    "cut_early": Fault(kind=FaultKind.CUT_EARLY),
    "cut_before": Fault(kind=FaultKind.CUT),
    "cut_after": Fault(kind=FaultKind.CUT, is_done=True),
    "cut_in_answer": Fault(kind=FaultKind.CUT_IN_ANSWER, is_done=True),
    "error_before": Fault(kind=FaultKind.ERROR),
    "error_after": Fault(kind=FaultKind.ERROR, is_done=True),
    "error_in_200": Fault(kind=FaultKind.ERROR, status=200),
    "error_in_200_after": Fault(kind=FaultKind.ERROR, status=200, is_done=True),
    "bare_401": Fault(kind=FaultKind.BARE, status=401),
    "bare_503_before": Fault(kind=FaultKind.BARE, status=503),
    "bare_503_after": Fault(kind=FaultKind.BARE, status=503, is_done=True),
    "slow_before": Fault(kind=FaultKind.SLOW, seconds=2.0),
    "slow_after": Fault(kind=FaultKind.SLOW, seconds=2.0, is_done=True),
    "drip": Fault(kind=FaultKind.DRIP, seconds=0.05, is_done=True),
    "duplicate": Fault(kind=FaultKind.DUPLICATE, is_done=True),
    "duplicate_first": Fault(kind=FaultKind.DUPLICATE, is_done=True, answers_first=True),
    "wrong_md5": Fault(kind=FaultKind.WRONG_MD5, is_done=True),
    "truncated": Fault(kind=FaultKind.TRUNCATED, is_done=True),
    "wrong_type": Fault(kind=FaultKind.WRONG_TYPE, is_done=True),
    "page_before": Fault(kind=FaultKind.PAGE, status=200),
    "page_after": Fault(kind=FaultKind.PAGE, status=200, is_done=True),
}
"""The faults by the names that scripts use."""

_WISHES = {field.name for field in fields(Fault)} - {"kind"}


def named_fault(name: str, **wishes: Any) -> Fault:
    """Return a fault by its name, altered as wished (`code=1110`, `status=200`, `seconds=3`). Raises InvalidValue."""
    if name not in NAMED:
        raise InvalidValue(f"{name!r} is no fault. The faults are: {', '.join(NAMED)}.")
    if unknown := set(wishes) - _WISHES:
        raise InvalidValue(f"A fault has no {', '.join(sorted(unknown))}. It has {', '.join(sorted(_WISHES))}.")
    base = NAMED[name]
    wished = {each: wishes.get(each, getattr(base, each)) for each in _WISHES}
    return Fault(
        kind=base.kind,
        is_done=_flag("is_done", wished["is_done"]),
        code=int(_number("code", wished["code"])),
        status=None if wished["status"] is None else _status(wished["status"]),
        seconds=_number("seconds", wished["seconds"]),
        answers_first=_flag("answers_first", wished["answers_first"]),
    )


def _flag(name: str, value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise InvalidValue(f"{name} has to be true or false.")


def _number(name: str, value: object) -> float:
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= 100_000:
        return value
    raise InvalidValue(f"{name} has to be a number from 0 to 100000.")


def _status(value: object) -> int:
    status = int(_number("status", value))
    if 200 <= status <= 599:
        return status
    raise InvalidValue("status has to be an HTTP status from 200 to 599.")
