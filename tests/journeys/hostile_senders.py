"""Senders that keep to no rule, for tests: bytes over bare sockets, and what can be seen of a service from outside."""

import os
import socket
import struct
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from urllib.parse import urlsplit


class Sender:
    """Sends bytes to one address, whatever they are."""

    def __init__(self, url: str, secret: str) -> None:
        parts = urlsplit(url)
        assert parts.hostname is not None
        assert parts.port is not None
        self._address = (parts.hostname, parts.port)
        self._secret = secret

    def connect(self) -> socket.socket:
        return socket.create_connection(self._address, timeout=20)

    def head(self, method: str, path: str, *headers: str) -> bytes:
        """Return the first line and the headers of a request with a key."""
        lines = [f"{method} {path} HTTP/1.1", "Host: x", f"X-API-Key: {self._secret}", *headers]
        return "".join(f"{line}\r\n" for line in lines).encode() + b"\r\n"

    def send(self, *pieces: bytes, pause_s: float = 0.0) -> bytes:
        """Send pieces and return all that comes back until the other side closes, or nothing comes for some time."""
        with self.connect() as sock:
            try:
                for piece in pieces:
                    sock.sendall(piece)
                    time.sleep(pause_s)
            except ConnectionError:
                pass  # what was answered before may be there to read
            return read_all(sock)

    def send_and_leave(self, data: bytes, *, rudely: bool) -> None:
        """Send bytes and go away: in order, or by a reset."""
        with self.connect() as sock:
            sock.sendall(data)
            time.sleep(0.05)
            if rudely:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def read_all(sock: socket.socket) -> bytes:
    told = b""
    try:
        while chunk := sock.recv(1 << 16):
            told += chunk
            sock.settimeout(1.0)  # what is left is the end, or another answer
    except (ConnectionError, TimeoutError):
        pass
    return told


def send_endlessly(sock: socket.socket, piece: bytes) -> None:
    """Send a piece again and again. Raises ConnectionError when the other side has enough, TimeoutError if never."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        sock.sendall(piece)
        time.sleep(0.002)
    raise TimeoutError("all of it was taken")


def statuses(told: bytes) -> list[int]:
    """Return the statuses of the answers that came on a connection."""
    return [int(part[:3]) for part in told.split(b"HTTP/1.1 ")[1:]]


def trickle(socks: Sequence[socket.socket], drip: bytes) -> list[socket.socket]:
    """Send a little on each connection that is open still, and return those."""
    return [sock for sock in socks if _send_on(sock, drip)]


def _send_on(sock: socket.socket, drip: bytes) -> bool:
    try:
        sock.setblocking(False)
        if drip:
            sock.send(drip)
        return sock.recv(1 << 16, socket.MSG_PEEK) != b"" and not _has_answer(sock)
    except BlockingIOError:
        return True
    except ConnectionError:
        return False


def _has_answer(sock: socket.socket) -> bool:
    return sock.recv(16, socket.MSG_PEEK).startswith(b"HTTP/1.1 ")


def chunked(pieces: Iterable[bytes]) -> bytes:
    """Return a body in chunks."""
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


def open_files(pid: int) -> int:
    """Return how many files and connections a process has open."""
    return len(os.listdir(f"/proc/{pid}/fd"))


def memory_kib(pid: int, name: str = "VmRSS") -> int:
    """Return the memory of a process: `VmRSS` as it is, `VmHWM` as it was at most."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))
