"""Processors: the numbers of system calls that a locked worker may make.

Source: the Linux kernel's tables for x86-64 (arch/x86/entry/syscalls/syscall_64.tbl) and for the generic table that
arm64 uses (include/uapi/asm-generic/unistd.h). These numbers never change.
"""

from collections.abc import Mapping
from dataclasses import dataclass

PLAIN_CALLS = (
    "munmap",
    "mremap",
    "brk",
    "madvise",
    "exit",
    "exit_group",
    "rt_sigreturn",
    "rt_sigprocmask",
    "restart_syscall",
    "sched_yield",
    "clock_gettime",
    "clock_getres",
    "gettimeofday",
    "getrandom",
)
"""Calls that are allowed with any arguments: memory without code, time, chance, and the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Processor:
    """What a filter needs to know of one kind of processor."""

    audit_number: int
    calls: Mapping[str, int]


PROCESSORS = {
    "x86_64": Processor(
        audit_number=0xC000003E,
        calls={
            "read": 0,
            "write": 1,
            "mmap": 9,
            "mprotect": 10,
            "munmap": 11,
            "brk": 12,
            "rt_sigprocmask": 14,
            "rt_sigreturn": 15,
            "sched_yield": 24,
            "mremap": 25,
            "madvise": 28,
            "exit": 60,
            "gettimeofday": 96,
            "futex": 202,
            "restart_syscall": 219,
            "clock_gettime": 228,
            "clock_getres": 229,
            "exit_group": 231,
            "getrandom": 318,
        },
    ),
    "aarch64": Processor(
        audit_number=0xC00000B7,
        calls={
            "read": 63,
            "write": 64,
            "exit": 93,
            "exit_group": 94,
            "futex": 98,
            "clock_gettime": 113,
            "clock_getres": 114,
            "sched_yield": 124,
            "restart_syscall": 128,
            "rt_sigprocmask": 135,
            "rt_sigreturn": 139,
            "gettimeofday": 169,
            "brk": 214,
            "munmap": 215,
            "mremap": 216,
            "mmap": 222,
            "mprotect": 226,
            "madvise": 233,
            "getrandom": 278,
        },
    ),
}
"""By the name that the kernel gives a machine (`uname -m`)."""
