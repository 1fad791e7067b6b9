"""The door of the fake: a call is read, meets its fault if one waits for it, is carried out and answered."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import count

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from safelight.testing.authority.code import Code
from safelight.testing.authority.faults.fault import Fault, FaultKind
from safelight.testing.authority.faults.plan import FaultPlan
from safelight.testing.authority.refused import Refused
from safelight.testing.authority.service.accounts import Account, who_asks
from safelight.testing.authority.service.answer import Answer, respond
from safelight.testing.authority.service.asked import Asked
from safelight.testing.authority.service.body import read_asked
from safelight.testing.authority.service.calls import Desk, perform
from safelight.testing.authority.service.meeting import Leaving, meet
from safelight.testing.authority.state.calls import GETS, Call, CallLog, CallMade


@dataclass(slots=True, kw_only=True)
class Door:
    """An ASGI application. The last word of a path is the call, so that any path may stand before it."""

    desk: Desk
    accounts: Sequence[Account]
    faults: FaultPlan
    log: CallLog
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    _request_numbers: Iterator[int] = field(default_factory=lambda: count(1))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        word = request.url.path.rpartition("/")[2]
        request_id = f"fake-{next(self._request_numbers):08d}"
        if word not in set(Call):
            await self._tell(request, send, Leaving(answer=respond(Code.NOT_FOUND)), request_id)
            return
        call = Call(word)
        number = self.log.count(call)
        name, fault = self.faults.take(call, number)
        codes: list[int] = []
        leaving = Leaving(answer=None)
        with suppress(ClientDisconnect):  # whoever goes away before the end has asked nothing
            leaving = await self._answer(request, call, fault, codes)
        sent = await self._tell(request, send, leaving, request_id)
        now = self.desk.clock.now()
        told = CallMade(
            number=number, request_id=request_id, call=call, at=now, codes=tuple(codes), status=sent, fault=name
        )
        self.log.keep(told)

    async def _answer(self, request: Request, call: Call, fault: Fault | None, codes: list[int]) -> Leaving:
        if fault is not None and fault.kind is FaultKind.CUT_EARLY:
            return Leaving(answer=None)
        read = await _read(request, call)

        def do() -> Answer:
            answer = self._carry_out(request, call, read)
            codes.append(answer.code)
            return answer

        return await meet(fault, do, self._wait)

    def _carry_out(self, request: Request, call: Call, read: Callable[[], Asked]) -> Answer:
        try:
            account = who_asks(request.headers.get("authorization", ""), self.accounts)
            if (request.method == "GET") is not (call in GETS) or request.method not in {"GET", "POST"}:
                return respond(Code.INVALID_REQUEST, "This call is made by another method.", status=405)
            return perform(self.desk, call, account, read())
        except Refused as refused:
            return self._mannered(respond(refused.code, refused.says))

    def _mannered(self, answer: Answer) -> Answer:
        manners = self.desk.manners
        if answer.code == Code.UNAUTHENTICATED:
            return replace(answer, body=b"") if manners.bare_401 else answer
        return replace(answer, status=200) if manners.errors_in_200 else answer

    async def _tell(self, request: Request, send: Send, leaving: Leaving, request_id: str) -> int:
        """Send what leaves, and return the status that was sent, 0 for none."""
        answer = leaving.answer
        if answer is None:
            await _cut(request)
            return 0
        headers = {"Request-ID": request_id}
        if answer.body:
            headers["Content-Type"] = answer.content_type
        if answer.status == 401:
            headers["WWW-Authenticate"] = 'Basic realm="fake authority"'
        whole = not (leaving.kept_back or leaving.pause_s)
        response = Response(answer.body, answer.status, headers)
        if not whole:
            pieces = self._pieces(request, leaving, answer.body)
            length = {"Content-Length": str(len(answer.body))}
            response = StreamingResponse(pieces, answer.status, headers | length)
        await response(request.scope, request.receive, send)
        return answer.status

    async def _pieces(self, request: Request, leaving: Leaving, body: bytes) -> AsyncIterator[bytes]:
        if leaving.kept_back:
            yield body[: -leaving.kept_back]
            await asyncio.sleep(0.05)  # what was sent has left by then
            await _cut(request)
            return
        for place in range(len(body)):
            yield body[place : place + 1]
            await self._wait(leaving.pause_s)

    async def _wait(self, seconds: float) -> None:
        """Wait, but not beyond the end of the server."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self.stopping.wait(), seconds)


async def _read(request: Request, call: Call) -> Callable[[], Asked]:
    """Read a call to its end, and return what gives it: that raises what was wrong with it, after who asks is known."""
    address = request.client.host if request.client else ""
    try:
        asked = replace(await read_asked(request, call), address=address)
    except Refused as refused:
        fault = refused

        def refuse() -> Asked:
            raise fault

        return refuse
    return lambda: asked


async def _cut(request: Request) -> None:
    """Cut the connection, and wait until it is."""
    request.scope["safelight.cut"]()
    while (await request.receive())["type"] != "http.disconnect":
        pass
