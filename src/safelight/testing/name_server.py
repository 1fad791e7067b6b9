"""A name server for tests and trials, on loopback: it can give another answer each time (DNS rebinding)."""

import socket
import socketserver
import struct
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from ipaddress import ip_address
from typing import Any

_A, _AAAA, _IN = 1, 28, 1
_HEAD = struct.Struct("!6H")
_ANSWERS = 0x8180
_NO_SUCH_NAME = 3


class TrialNameServer:
    """Answers for the names it is given. Each has a list of answers, given in turn; the last one stays.

    `asked` counts how often the addresses of each name were asked for.
    """

    def __init__(self, address: tuple[str, int], answers: Mapping[str, Sequence[Sequence[str]]]) -> None:
        self.address = address
        self.asked: dict[str, int] = {}
        self._answers = {name: list(each) for name, each in answers.items()}
        self._lock = threading.Lock()

    def answer(self, question: bytes) -> bytes:
        """Return the reply to one packet with one question (RFC 1035, section 4)."""
        name, kind, end = _read_question(question)
        found = self._next(name, kind)
        number = _HEAD.unpack_from(question)[0]
        records = b"".join(_record(kind, address) for address in found or [])
        status = _ANSWERS | (0 if found is not None else _NO_SUCH_NAME)
        return _HEAD.pack(number, status, 1, len(found or []), 0, 0) + question[_HEAD.size : end] + records

    def _next(self, name: str, kind: int) -> list[str] | None:
        """Return the addresses of a kind. Those of IPv4 are asked for first, and take the next answer of the list."""
        with self._lock:
            waiting = self._answers.get(name)
            if waiting is None:
                return None
            if kind == _A:
                self.asked[name] = self.asked.get(name, 0) + 1
                if self.asked[name] > 1 and len(waiting) > 1:
                    waiting.pop(0)
            return [each for each in waiting[0] if ip_address(each).version == (4 if kind == _A else 6)]

    def resolve(self, host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        """Do as `socket.getaddrinfo` does, by asking this server over the network. Raises `socket.gaierror`."""
        if _is_address(host):
            found = [host]
        else:
            found = [each for kind in (_A, _AAAA) for each in _ask(self.address, host, kind)]
        if not found:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [_place(each, port) for each in found]


@contextmanager
def trial_name_server(answers: Mapping[str, Sequence[Sequence[str]]]) -> Iterator[TrialNameServer]:
    """Run a name server on a free port until the block ends: `{"name": [["192.0.2.1"], ["127.0.0.1"]]}`."""
    with socketserver.ThreadingUDPServer(("127.0.0.1", 0), socketserver.BaseRequestHandler) as server:
        host, port = server.server_address[:2]
        names = TrialNameServer((str(host), int(port)), answers)
        server.RequestHandlerClass = _handler(names.answer)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield names
        finally:
            server.shutdown()
            thread.join()


def _handler(answer: Callable[[bytes], bytes]) -> type[socketserver.BaseRequestHandler]:
    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            data, connected = self.request
            connected.sendto(answer(data), self.client_address)

    return Handler


def _ask(server: tuple[str, int], name: str, kind: int) -> list[str]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.settimeout(5)
        asking.sendto(_HEAD.pack(7, 0x0100, 1, 0, 0, 0) + _question(name, kind), server)
        return _read_addresses(asking.recv(4096))


def _question(name: str, kind: int) -> bytes:
    labels = b"".join(bytes([len(label)]) + label.encode("ascii") for label in name.split("."))
    return labels + b"\0" + struct.pack("!2H", kind, _IN)


def _read_question(packet: bytes) -> tuple[str, int, int]:
    labels, at = [], _HEAD.size
    while length := packet[at]:
        labels.append(packet[at + 1 : at + 1 + length].decode("ascii").lower())
        at += 1 + length
    kind = struct.unpack_from("!H", packet, at + 1)[0]
    return ".".join(labels), kind, at + 5


def _record(kind: int, address: str) -> bytes:
    data = ip_address(address).packed
    return b"\xc0\x0c" + struct.pack("!2HIH", kind, _IN, 0, len(data)) + data


def _read_addresses(packet: bytes) -> list[str]:
    count = _HEAD.unpack_from(packet)[3]
    *_, at = _read_question(packet)
    found = []
    for _ in range(count):
        length = struct.unpack_from("!H", packet, at + 10)[0]
        found.append(str(ip_address(packet[at + 12 : at + 12 + length])))
        at += 12 + length
    return found


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _place(address: str, port: int) -> Any:
    if ip_address(address).version == 4:
        return (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
    return (socket.AF_INET6, socket.SOCK_STREAM, 6, "", (address, port, 0, 0))
