"""The kernel calls that Python has no name for: prctl, Landlock and loading a filter."""

import ctypes
import os
import struct

_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_SET_SECCOMP = 22
_PR_SET_NO_NEW_PRIVS = 38
_SECCOMP_MODE_FILTER = 2
_LANDLOCK_CREATE_RULESET = 444
_LANDLOCK_RESTRICT_SELF = 446
_LANDLOCK_GET_VERSION = 1

_LIBC = ctypes.CDLL(None, use_errno=True)
_LIBC.syscall.restype = ctypes.c_long

LANDLOCK_FILES_BY_VERSION = {1: 0x1FFF, 2: 0x3FFF, 3: 0x7FFF, 5: 0xFFFF}
"""The file rights that each version of Landlock knows (linux/landlock.h)."""
_LANDLOCK_NETWORK = 0x3
_LANDLOCK_SCOPES = 0x3


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]


def die_with_parent(signal_number: int) -> None:
    """Ask for a signal when the thread that started this process ends."""
    _prctl(_PR_SET_PDEATHSIG, signal_number)


def become_undumpable() -> None:
    """Refuse core dumps, and debuggers of the same user."""
    _prctl(_PR_SET_DUMPABLE, 0)


def give_up_new_privileges() -> None:
    """Never gain privileges again; the kernel asks this of a process that filters itself."""
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)


def load_filter(program: bytes) -> None:
    """Load a seccomp filter for this thread. Raises OSError if the kernel refuses."""
    record = _Program(len(program) // 8, program)
    _prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.addressof(record))


def landlock_version() -> int:
    """Return the kernel's version of Landlock. Raises OSError where there is none."""
    return _syscall(_LANDLOCK_CREATE_RULESET, None, 0, _LANDLOCK_GET_VERSION)


def restrict_by_landlock(version: int) -> None:
    """Give up every right that this version of Landlock can take: files, and from 4 and 6 on network and scopes."""
    files = LANDLOCK_FILES_BY_VERSION[max(known for known in LANDLOCK_FILES_BY_VERSION if known <= version)]
    attributes = struct.pack("<Q", files)
    if version >= 4:
        attributes += struct.pack("<Q", _LANDLOCK_NETWORK)
    if version >= 6:
        attributes += struct.pack("<Q", _LANDLOCK_SCOPES)
    ruleset = _syscall(_LANDLOCK_CREATE_RULESET, attributes, len(attributes), 0)
    try:
        _syscall(_LANDLOCK_RESTRICT_SELF, ruleset, 0, 0)
    finally:
        os.close(ruleset)


def _prctl(option: int, second: int, third: int = 0) -> None:
    words = [ctypes.c_ulong(word) for word in (second, third, 0, 0)]
    if _LIBC.prctl(ctypes.c_int(option), *words) != 0:
        raise _last_error()


def _syscall(number: int, first: bytes | int | None, second: int, third: int) -> int:
    argument = ctypes.c_long(first) if isinstance(first, int) else ctypes.c_char_p(first)
    result = int(_LIBC.syscall(ctypes.c_long(number), argument, ctypes.c_size_t(second), ctypes.c_ulong(third)))
    if result < 0:
        raise _last_error()
    return result


def _last_error() -> OSError:
    number = ctypes.get_errno()
    return OSError(number, os.strerror(number))
