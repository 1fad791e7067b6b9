"""Every signal type has its index."""

import pytest

from safelight.errors import DatabaseUnusable
from safelight.hashing.pdq import Flavour
from safelight.hashing.signal import SIGNAL_SIZE_BYTES, SignalType
from safelight.matching.index import fill, open_index


@pytest.mark.parametrize("signal_type", list(SignalType))
def test_every_signal_type_has_an_index_that_refuses_values_of_a_wrong_length(signal_type: SignalType) -> None:
    index = open_index(signal_type, Flavour.TWIN)
    value = b"\3" * SIGNAL_SIZE_BYTES[signal_type]
    fill(index, signal_type, [[(1, value)], [(2, value)]])
    assert len(index) == 2
    with pytest.raises(DatabaseUnusable, match="Entry 4 is no"):
        fill(index, signal_type, [[(3, value), (4, value + b"\0")]])
