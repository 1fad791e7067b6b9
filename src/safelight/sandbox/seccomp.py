"""The seccomp filter: our own bytes, assembled here, that let a locked worker make some twenty system calls.

The filter is a program of classic BPF (linux/filter.h) over `struct seccomp_data` (linux/seccomp.h): call number at
byte 0, processor at 4, six arguments of 8 bytes from 16 on. What is not allowed fails with EPERM, so that a library
that merely asks (how many processors are there?) goes on; a call by another processor's table ends the process.
"""

import errno
import struct
from collections.abc import Iterable

from safelight.sandbox.processors import PLAIN_CALLS, Processor

_LOAD = 0x20
_MASK = 0x54
_IF_EQUAL = 0x15
_IF_AT_LEAST = 0x35
_IF_ANY_BIT = 0x45
_RETURN = 0x06

_ALLOW = 0x7FFF0000
_KILL = 0x80000000
_REFUSE = 0x00050000 | errno.EPERM

_X32_CALLS = 0x40000000
_EXECUTABLE = 0x4
_FUTEX_FLAGS = 0x180
_FUTEX_PLAIN = (0, 1, 9, 10)  # wait, wake, and both with a bit set: no priority inheritance, no requeueing

Instruction = tuple[int, int, int, int]


def assemble_filter(processor: Processor) -> bytes:
    """Return the filter for a processor: 8 bytes an instruction.

    Reads are allowed from descriptor 0 and writes to descriptor 1 only; memory can never be made executable.
    """
    calls = processor.calls
    program: list[Instruction] = [
        (_LOAD, 0, 0, 4),
        (_IF_EQUAL, 1, 0, processor.audit_number),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, 0),
        (_IF_AT_LEAST, 0, 1, _X32_CALLS),
        (_RETURN, 0, 0, _KILL),
    ]
    for name in PLAIN_CALLS:
        program += _only(calls[name], [])
    program += _only(calls["read"], _equal(0, 0))
    program += _only(calls["write"], _equal(0, 1))
    program += _only(calls["mmap"], _lacks(2, _EXECUTABLE))
    program += _only(calls["mprotect"], _lacks(2, _EXECUTABLE))
    program += _only(calls["futex"], _among(1, _FUTEX_FLAGS, _FUTEX_PLAIN))
    program.append((_RETURN, 0, 0, _REFUSE))
    return b"".join(struct.pack("<HBBI", *instruction) for instruction in program)


def _only(number: int, conditions: list[Instruction]) -> list[Instruction]:
    """Allow one call under conditions. They fall through where they hold, and skip one instruction where not."""
    body = [*conditions, (_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _REFUSE)]
    return [(_IF_EQUAL, 0, len(body), number), *body]


def _argument(index: int) -> Instruction:
    return (_LOAD, 0, 0, 16 + 8 * index)  # the low half: descriptors and flags are read as 32 bits by the kernel


def _equal(index: int, value: int) -> list[Instruction]:
    return [_argument(index), (_IF_EQUAL, 0, 1, value)]


def _lacks(index: int, bits: int) -> list[Instruction]:
    return [_argument(index), (_IF_ANY_BIT, 1, 0, bits)]


def _among(index: int, ignored_bits: int, values: Iterable[int]) -> list[Instruction]:
    wanted = list(values)
    tests = [(_IF_EQUAL, left, int(left == 0), value) for left, value in zip(_countdown(wanted), wanted, strict=True)]
    return [_argument(index), (_MASK, 0, 0, 0xFFFFFFFF & ~ignored_bits), *tests]


def _countdown(values: list[int]) -> range:
    return range(len(values) - 1, -1, -1)
