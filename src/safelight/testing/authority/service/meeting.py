"""How a call meets its fault: whether it is carried out, and what of its answer leaves."""

import hashlib
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from safelight.testing.authority.faults.fault import Fault, FaultKind
from safelight.testing.authority.service.answer import Answer, respond

_PAGE = b"<!doctype html><title>Bad gateway</title><p>A page of something in between.</p>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """What of an answer leaves: None for nothing at all; `kept_back` bytes of it never do, the connection is cut.

    `pause_s` is the time between two bytes, 0 for all at once.
    """

    answer: Answer | None
    kept_back: int = 0
    pause_s: float = 0.0


async def meet(fault: Fault | None, do: Callable[[], Answer], wait: Callable[[float], Awaitable[None]]) -> Leaving:
    """Carry a call out, or do not, as the fault says, and return what leaves. `wait` waits for so many seconds."""
    if fault is None:
        return Leaving(answer=do())
    match fault.kind:
        case FaultKind.SLOW:
            return Leaving(answer=await _slowly(fault, do, wait))
        case FaultKind.DUPLICATE:
            first, last = do(), do()
            return Leaving(answer=first if fault.answers_first else last)
        case FaultKind.DRIP:
            return Leaving(answer=do(), pause_s=fault.seconds)
        case FaultKind.WRONG_MD5 | FaultKind.TRUNCATED | FaultKind.WRONG_TYPE:
            return Leaving(answer=_altered(fault.kind, do()))
        case FaultKind.CUT_IN_ANSWER:
            answer = do()
            return Leaving(answer=answer, kept_back=len(answer.body) // 2 + 1)
    if fault.is_done:
        do()
    return Leaving(answer=_instead(fault))


async def _slowly(fault: Fault, do: Callable[[], Answer], wait: Callable[[float], Awaitable[None]]) -> Answer:
    """Be slow after it was done, or before: then it is done though whoever asked may have gone away."""
    if fault.is_done:
        answer = do()
        await wait(fault.seconds)
        return answer
    await wait(fault.seconds)
    return do()


def _altered(kind: FaultKind, answer: Answer) -> Answer:
    if kind is FaultKind.TRUNCATED:
        return replace(answer, body=answer.body[: len(answer.body) // 2])
    if kind is FaultKind.WRONG_TYPE:
        return replace(answer, content_type="text/html; charset=utf-8")
    return replace(answer, body=re.sub(rb"(?<=<hash>)[0-9a-f]{32}(?=</hash>)", _another, answer.body))


def _another(found: re.Match[bytes]) -> bytes:
    return hashlib.md5(found[0], usedforsecurity=False).hexdigest().encode()


def _instead(fault: Fault) -> Answer | None:
    """Return what is sent in place of the answer; None where the connection is cut."""
    match fault.kind:
        case FaultKind.ERROR:
            return respond(fault.code, status=fault.status)
        case FaultKind.BARE:
            return Answer(code=-1, status=fault.status or 500, body=b"")
        case FaultKind.PAGE:
            return Answer(code=-1, status=fault.status or 200, body=_PAGE, content_type="text/html; charset=utf-8")
        case _:
            return None
