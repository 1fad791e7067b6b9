"""A signal on a command line is read, or refused without repeating it."""

import pytest

from safelight.cli.signal_text import parse_signal
from safelight.errors import InvalidValue
from safelight.hashing.signal import SignalType

MD5 = "00ff" * 8


@pytest.mark.parametrize("text", [f"md5:{MD5}", f"md5 {MD5}", f" MD5: {MD5.upper()} ", f"md5   {MD5}"])
def test_type_and_value_are_read(text: str) -> None:
    signal = parse_signal(text)
    assert (signal.type, signal.value.hex()) == (SignalType.MD5, MD5)


@pytest.mark.parametrize("text", ["", "md5", MD5, f"crc:{MD5}", f"md5:{MD5[2:]}", f"md5:{MD5[:-1]}g", f"pdq:{MD5}"])
def test_anything_else_is_refused_without_its_value(text: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        parse_signal(text)
    assert MD5[2:] not in str(caught.value)
