"""What workers run in the tests of the sandbox: honest tasks, forbidden acts and hostile answers."""

import _thread
import ctypes
import errno
import mmap
import os
import resource
import signal
import socket
import struct
import sys
from pathlib import Path

LIBC = ctypes.CDLL(None, use_errno=True)
LIBC.mmap.restype = ctypes.c_void_p
LIBC.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
LIBC.mprotect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]


def echo(file, size_bytes, options):
    return options + file.read()


def describe(file, size_bytes, options):
    """The bytes at the end, in the middle and at the start, and the environment, to show that seeking works."""
    parts = []
    for at in (size_bytes - 4, size_bytes // 2, 0):
        file.seek(at)
        parts.append(file.read(4))
    return b"".join(parts)


def process_number(file, size_bytes, options):
    return struct.pack("<I", _OWN_NUMBER)


def package_folder(file, size_bytes, options):
    return str(Path(sys.modules["safelight"].__file__).parent).encode()


def environment(file, size_bytes, options):
    return repr(sorted(os.environ)).encode()


_OWN_NUMBER = os.getpid()


def prepare_fails():
    raise LookupError("no such thing")


def _c(result):
    """Turn a C call's -1 into the OSError that Python would raise."""
    if result == -1 or (isinstance(result, int) and result == ctypes.c_void_p(-1).value):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def _map_then_make_executable():
    at = LIBC.mmap(None, 4096, mmap.PROT_READ | mmap.PROT_WRITE, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, -1, 0)
    _c(at)
    _c(LIBC.mprotect(at, 4096, mmap.PROT_READ | mmap.PROT_EXEC))


def _call(number):
    return lambda: _c(LIBC.syscall(ctypes.c_long(number), 0, 0, 0, 0, 0, 0))


ACTS = {
    "open": lambda: Path("/etc/passwd").read_bytes(),
    "create": lambda: Path("/tmp/safelight-sandbox-escape").write_bytes(b"x"),
    "list": lambda: list(Path("/").iterdir()),
    "stat": lambda: Path("/").stat(),
    "remove": lambda: Path("/tmp/safelight-sandbox-escape").unlink(),
    "socket": socket.socket,
    "unix socket pair": socket.socketpair,
    "fork": os.fork,
    "spawn": lambda: os.posix_spawn("/bin/true", ["true"], {}),
    "exec": lambda: os.execv("/bin/true", ["true"]),  # noqa: S606 - that it is refused is what is tested
    "kill": lambda: os.kill(os.getpid(), 0),
    "kill parent": lambda: os.kill(os.getppid(), signal.SIGTERM),
    "ptrace": lambda: _c(LIBC.ptrace(0, 0, None, None)),
    "thread": lambda: _thread.start_new_thread(print, ()),
    "map executable": lambda: mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_EXEC),
    "make executable": _map_then_make_executable,
    "duplicate": lambda: os.dup(0),
    "pipe": os.pipe,
    "read the answer pipe": lambda: os.read(1, 1),
    "write the task pipe": lambda: os.write(0, b"x"),
    "write standard error": lambda: os.write(2, b"x"),
    "raise limits": lambda: _c(LIBC.setrlimit(resource.RLIMIT_CPU, (ctypes.c_ulong * 2)(1 << 20, 1 << 20))),
    "become another": lambda: os.setuid(65534),
    "undo no-new-privileges": lambda: _c(LIBC.prctl(38, 0, 0, 0, 0)),
}
X86_64_CALLS = {
    "io_uring_setup": 425,
    "clone3": 435,
    "memfd_create": 319,
    "bpf": 321,
    "userfaultfd": 323,
    "keyctl": 250,
}


def attempt(file, size_bytes, options):
    """Try one forbidden act; answer how it was refused."""
    name = options.decode()
    act = ACTS.get(name) or _call(X86_64_CALLS[name])
    try:
        act()
    except OSError as error:
        return errno.errorcode[error.errno].encode()
    except RuntimeError as error:
        return str(error).encode()
    return b"it worked"


def foreign_call(file, size_bytes, options):
    """A system call by the table of x32, which an honest program here never makes."""
    LIBC.syscall(ctypes.c_long(0x40000000 | 39))
    return b"it worked"


def _frame(kind, request, payload, magic=b"SLW1", length=None):
    return struct.pack("<4sIII", magic, kind, request, len(payload) if length is None else length) + payload


def _say(data):
    while data:
        data = data[os.write(1, data) :]


def _flood(request):
    _say(_frame(5, request, b"", length=60000))
    while True:
        os.write(1, bytes(1 << 16))


def _ask_for_ever(request):
    while True:
        _say(_frame(3, request, struct.pack("<QI", 0, 1)))
        os.read(0, 17)


def _spin(request):
    while True:
        pass


def _hold_memory(request):
    held = []
    while True:
        held.append(bytearray(1 << 24))


def _recurse(request):
    return _recurse(request) + 1


ANSWERS = {
    "wrong magic": lambda n: _say(_frame(5, n, b"hello", magic=b"EVIL")),
    "unknown kind": lambda n: _say(_frame(77, n, b"hello")),
    "kind of the parent": lambda n: _say(_frame(2, n, b"hello")),
    "ready again": lambda n: _say(_frame(1, n, b"hello")),
    "another request": lambda n: _say(_frame(5, n + 1, b"hello")),
    "two answers": lambda n: _say(_frame(5, n, b"hello") + _frame(5, n, b"hello")),
    "gigabytes announced": lambda n: _say(_frame(5, n, b"hello", length=0xFFFFFFFF)),
    "gigabytes streamed": _flood,
    "text": lambda _: _say(b"hello, this is not a frame at all, hello, hello"),
    "range beyond the end": lambda n: _say(_frame(3, n, struct.pack("<QI", 1 << 60, 10))),
    "range of nothing": lambda n: _say(_frame(3, n, struct.pack("<QI", 0, 0))),
    "range of gigabytes": lambda n: _say(_frame(3, n, struct.pack("<QI", 0, 0xFFFFFFFF))),
    "short range": lambda n: _say(_frame(3, n, b"123")),
    "failure without a reason": lambda n: _say(_frame(6, n, b"")),
    "failure with an unknown reason": lambda n: _say(_frame(6, n, b"\xfferror")),
    "failure with markup": lambda n: _say(_frame(6, n, b"\x01<b>\x1b[31m")),
    "half a header": lambda _: (_say(b"SLW1"), os._exit(0)),
    "half an answer": lambda n: (_say(_frame(5, n, b"hello", length=100)), os._exit(0)),
    "silence": _spin,
    "questions without end": _ask_for_ever,
    "exit": lambda _: os._exit(3),
    "segmentation fault": lambda _: ctypes.string_at(0),
    "abort": lambda _: os.abort(),
    "memory": lambda _: bytearray(8 << 30),
    "memory in pieces": _hold_memory,
    "recursion": _recurse,
    "exception": lambda _: {}["missing"],
    "system exit": lambda _: sys.exit(0),
}


def misbehave(file, size_bytes, options):
    """Do one hostile thing; the request's number comes first in the options."""
    ANSWERS[options[4:].decode()](struct.unpack("<I", options[:4])[0])
    _spin(0)


def answer_too_long(file, size_bytes, options):
    return bytes(100_000)
