"""A web server for tests and trials that sends exactly the bytes it is told to: right, wrong, slow or lying."""

import socket
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request as it came: `head` without its last empty line. `path` and `headers` are read from it."""

    head: str
    body: bytes

    @property
    def path(self) -> str:
        """What was asked for."""
        return self.head.split(" ", 2)[1]

    @property
    def headers(self) -> dict[str, str]:
        """The headers, by their names in small letters."""
        lines = (line.partition(":") for line in self.head.split("\r\n")[1:])
        return {name.lower(): value.strip() for name, _, value in lines}


Script = Callable[[Asked], bytes | Iterable[bytes]]
"""Says what is sent in answer, in one piece or in several as they come about."""


@dataclass(slots=True)
class TrialServer:
    """A running server. `asked` holds the requests that came, `connections` counts who connected at all."""

    address: str
    port: int
    asked: list[Asked] = field(default_factory=list)
    connections: int = 0


def plain_answer(body: bytes = b"", status: str = "200 OK", **headers: str) -> bytes:
    """Return a whole answer: a status, headers (`content_type="image/png"`) and a body with its length."""
    told = {"Content-Length": str(len(body)), **{name.replace("_", "-"): value for name, value in headers.items()}}
    lines = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    return f"HTTP/1.1 {status}\r\n{lines}\r\n".encode("latin-1") + body


@contextmanager
def trial_server(
    script: Script, *, address: str = "127.0.0.1", port: int = 0, tls: ssl.SSLContext | None = None
) -> Iterator[TrialServer]:
    """Run a server until the block ends, on a free port unless one is named. With `tls` it speaks that."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET

    class Server(socketserver.ThreadingTCPServer):
        address_family = family
        allow_reuse_address = True
        daemon_threads = True

    with Server((address, port), socketserver.BaseRequestHandler) as server:
        told = TrialServer(address=address, port=int(server.server_address[1]))
        server.RequestHandlerClass = _handler(script, told, tls)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield told
        finally:
            server.shutdown()
            thread.join()


def _handler(script: Script, told: TrialServer, tls: ssl.SSLContext | None) -> type[socketserver.BaseRequestHandler]:
    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            told.connections += 1
            with suppress(OSError):  # the other side may go away at any time: that is what is tried
                connected = tls.wrap_socket(self.request, server_side=True) if tls else self.request
                with connected:
                    _serve(connected, script, told)

    return Handler


def _serve(connected: socket.socket, script: Script, told: TrialServer) -> None:
    connected.settimeout(10)
    with connected.makefile("rb") as stream:
        lines = []
        while (line := stream.readline(1 << 16)) not in {b"\r\n", b""}:
            lines.append(line.decode("latin-1").rstrip("\r\n"))
        if not lines:
            return
        asked = Asked(head="\r\n".join(lines), body=b"")
        asked = Asked(head=asked.head, body=stream.read(int(asked.headers.get("content-length", "0"))))
    told.asked.append(asked)
    answer = script(asked)
    for piece in [answer] if isinstance(answer, bytes) else answer:
        connected.sendall(piece)
