import pytest
from hypothesis import given
from hypothesis import strategies as st

from safelight.errors import InvalidValue
from safelight.sandbox import frames
from safelight.sandbox.failure import Failure
from safelight.sandbox.frames import Kind
from safelight.sandbox.layer import Layer, LayerName


def test_a_header_says_what_was_packed():
    assert frames.parse_header(frames.pack_header(Kind.ANSWER, 7, 99)) == (Kind.ANSWER, 7, 99)


@given(st.binary(min_size=16, max_size=16))
def test_sixteen_bytes_of_anything_are_a_header_or_refused(header):
    try:
        kind, request, length = frames.parse_header(header)
    except InvalidValue:
        return
    assert frames.pack_header(kind, request, length) == header


def test_a_task_comes_out_as_it_went_in():
    head = frames.pack_task("hash_image", b"options", 1 << 40)
    task = frames.parse_task(memoryview(head + b"the first bytes"))
    assert (task.name, task.options, task.size_bytes, task.prefix) == (
        "hash_image",
        b"options",
        1 << 40,
        b"the first bytes",
    )


def test_options_of_a_task_are_short():
    with pytest.raises(InvalidValue):
        frames.pack_task("x", bytes(5000), 0)


@pytest.mark.parametrize(("offset", "length"), [(0, 0), (90, 11), (1 << 63, 1), (0, frames.CHUNK_BYTES + 1), (101, 1)])
def test_a_range_outside_the_file_is_refused(offset, length):
    with pytest.raises(InvalidValue):
        frames.parse_range(frames.pack_range(offset, length), 100)


def test_a_range_inside_the_file_is_read():
    assert frames.parse_range(frames.pack_range(90, 10), 100) == (90, 10)


@given(st.binary(max_size=80))
def test_a_failure_is_a_known_reason_and_a_plain_name_or_refused(payload):
    try:
        reason, detail = frames.parse_failed(payload)
    except InvalidValue:
        return
    assert frames.pack_failed(reason, detail)[: len(payload)] == payload[:65]
    assert detail.isascii()
    assert all(letter.isalnum() or letter in "_." for letter in detail)


def test_a_long_name_of_a_failure_is_cut():
    assert len(frames.pack_failed(Failure.CRASHED, "x" * 200)) == frames.FAILED_LIMIT_BYTES


def test_layers_come_out_as_they_went_in():
    layers = [Layer(name=name, is_on=name is not LayerName.SECCOMP, detail=f"— {name}") for name in LayerName]
    assert frames.parse_ready(frames.pack_ready(layers)) == tuple(layers)


def test_a_list_of_layers_with_one_missing_is_refused():
    layers = [Layer(name=name, is_on=True, detail="") for name in LayerName]
    with pytest.raises(InvalidValue, match="not complete"):
        frames.parse_ready(frames.pack_ready(layers[:-1]))


@given(st.binary(max_size=200))
def test_any_other_list_of_layers_is_refused(payload):
    with pytest.raises(InvalidValue):
        frames.parse_ready(payload)
