"""The trial server sends exactly what it is told to, and remembers what was asked."""

import socket

from safelight.testing.web_server import Asked, plain_answer, trial_server


def _talk(address: tuple[str, int], sent: bytes) -> bytes:
    with socket.create_connection(address, 5) as connected:
        connected.sendall(sent)
        return b"".join(iter(lambda: connected.recv(4096), b""))


def test_pieces_are_sent_as_they_are_and_the_request_is_kept() -> None:
    with trial_server(lambda _: [b"any", b"thing"]) as server:
        sent = b"POST /x HTTP/1.1\r\nContent-Length: 2\r\nX-A: b\r\n\r\nhi"
        assert _talk((server.address, server.port), sent) == b"anything"
    asked: Asked = server.asked[0]
    assert (asked.path, asked.headers["x-a"], asked.body, server.connections) == ("/x", "b", b"hi", 1)


def test_a_plain_answer_tells_its_length() -> None:
    assert plain_answer(b"abc", content_type="a/b") == (
        b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\ncontent-type: a/b\r\n\r\nabc"
    )
