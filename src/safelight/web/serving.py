"""A running service: its sockets bound, its parts opened, its jobs carried out beside, until it is asked to stop."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from socket import socket

from starlette.types import ASGIApp

from safelight.app import Workspace
from safelight.app.service import open_service, open_worker
from safelight.app.showing_parts import open_showing
from safelight.jobs.worker import Worker
from safelight.matching.follower import Tell
from safelight.web.asgi import build_app
from safelight.web.authentication import Authentication
from safelight.web.connection import Bounds
from safelight.web.listening import MOST_CONNECTIONS, Address, answer_until_stopped, bound_port, listen
from safelight.web.opening import Opening


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """How to serve: where to listen, on which port of this machine to answer without keys, with how many job threads.

    `keyless_port` is None for no such port; `threads` is 0 where other processes carry out the jobs. `has_api` and
    `has_console`: which of the two is answered.
    """

    address: Address
    keyless_port: int | None
    threads: int
    has_api: bool = True
    has_console: bool = True


def serve(house: Workspace, asked: Serving, *, tell: Tell, on_ready: Callable[[list[str]], None]) -> None:
    """Serve until SIGINT or SIGTERM; what runs is finished. `on_ready` is given the addresses that are listened on.

    Health is answered from the beginning, all else once the parts are open. Raises UsageError where an address cannot
    be had, and what opening the parts raises.
    """
    with ExitStack() as bound:
        sockets = [bound.enter_context(listen(asked.address))]
        if asked.keyless_port is not None:
            sockets.append(bound.enter_context(listen(Address(host="127.0.0.1", port=asked.keyless_port))))
        told = [f"http://{asked.address.told}:{bound_port(sock)}" for sock in sockets]
        parts, stop, stop_s = ExitStack(), threading.Event(), house.settings.stop_seconds
        opening = Opening(lambda: _open(house, asked, sockets, parts, stop=stop, tell=tell))
        try:
            answer_until_stopped(
                opening, sockets, _bounds(house), lambda: on_ready(told), on_stop=stop.set, stop_s=stop_s
            )
        finally:
            if opening.has_ended(stop_s):
                parts.close()
        opening.raise_failure()


def _bounds(house: Workspace) -> Bounds:
    settings = house.settings
    silence_s = settings.request_silence_seconds
    return Bounds(head_s=settings.request_head_seconds, silence_s=silence_s, linger_s=silence_s, most=MOST_CONNECTIONS)


def _open(
    house: Workspace, asked: Serving, sockets: list[socket], parts: ExitStack, *, stop: threading.Event, tell: Tell
) -> ASGIApp:
    """Open the parts of a service, to be closed with the stack; jobs are carried out until `stop` is set."""
    keyless = bound_port(sockets[1]) if len(sockets) > 1 else None
    service = parts.enter_context(open_service(house, tell))
    if asked.threads:
        parts.enter_context(_working(open_worker(service, asked.threads, tell), stop))
    authenticate = Authentication(service.gate, keyless_port=keyless)
    showing = parts.enter_context(open_showing(house)) if asked.has_console else None
    return build_app(service, authenticate, has_api=asked.has_api, showing=showing)


@contextmanager
def _working(worker: Worker, stop: threading.Event) -> Iterator[None]:
    """Carry out jobs beside the block until `stop` is set; then what runs is finished and the rest given back."""
    thread = threading.Thread(target=worker.run, args=(stop,), name="safelight-jobs")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
