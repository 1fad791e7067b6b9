import errno
import struct

import pytest

from safelight.sandbox.processors import PLAIN_CALLS, PROCESSORS
from safelight.sandbox.seccomp import assemble_filter

ALLOW, KILL, REFUSE = 0x7FFF0000, 0x80000000, 0x00050000 | errno.EPERM


def _run(program, number, arguments=(), audit_number=None):
    """A small interpreter of classic BPF, written from the manual and not from the assembler."""
    data = struct.pack("<IIQ6Q", number, audit_number, 0, *(tuple(arguments) + (0,) * 6)[:6])
    instructions = [struct.unpack_from("<HBBI", program, at) for at in range(0, len(program), 8)]
    at, accumulator = 0, 0
    while True:
        code, if_true, if_false, k = instructions[at]
        at += 1
        if code == 0x06:
            return k
        if code == 0x20:
            (accumulator,) = struct.unpack_from("<I", data, k)
        elif code == 0x54:
            accumulator &= k
        else:
            holds = {0x15: accumulator == k, 0x35: accumulator >= k, 0x45: bool(accumulator & k)}[code]
            at += if_true if holds else if_false


@pytest.fixture(params=sorted(PROCESSORS))
def decide(request):
    processor = PROCESSORS[request.param]
    program = assemble_filter(processor)

    def decide(call, *arguments, audit_number=processor.audit_number):
        number = processor.calls[call] if isinstance(call, str) else call
        return _run(program, number, arguments, audit_number)

    decide.processor = processor
    return decide


def test_plain_calls_are_allowed(decide):
    assert all(decide(call) == ALLOW for call in PLAIN_CALLS)


def test_every_other_number_is_refused(decide):
    known = set(decide.processor.calls.values())
    assert all(decide(number) == REFUSE for number in range(1000) if number not in known)


@pytest.mark.parametrize(("call", "descriptor"), [("read", 0), ("write", 1)])
def test_a_pipe_goes_one_way(decide, call, descriptor):
    answers = [decide(call, number) for number in (0, 1, 2, 3, 1 << 31, (1 << 32) - 1)]
    assert [answer == ALLOW for answer in answers] == [number == descriptor for number in range(6)]
    assert set(answers) == {ALLOW, REFUSE}


@pytest.mark.parametrize("call", ["mmap", "mprotect"])
def test_memory_is_never_executable(decide, call):
    assert [decide(call, 0, 4096, protection) == ALLOW for protection in range(8)] == [True] * 4 + [False] * 4
    assert decide(call, 0, 4096, 0x1000004) == REFUSE


def test_only_plain_waits_and_wakes_are_allowed(decide):
    allowed = {operation for operation in range(512) if decide("futex", 0, operation) == ALLOW}
    assert {operation & 0x7F for operation in allowed} == {0, 1, 9, 10}
    assert decide("futex", 0, 6) == REFUSE
    assert decide("futex", 0, 0x400) == REFUSE


def test_another_processors_calls_end_the_process(decide):
    assert decide("read", 0, audit_number=0x40000003) == KILL
    assert decide(0x40000000, 0) == KILL


def test_both_tables_name_the_same_calls():
    names = [set(processor.calls) for processor in PROCESSORS.values()]
    assert names[0] == names[1] >= set(PLAIN_CALLS)
