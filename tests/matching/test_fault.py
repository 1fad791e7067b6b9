"""A fault is told by its kind and place, without what it says."""

import pytest

from safelight.matching.fault import name_fault


def test_a_fault_is_named_without_its_words() -> None:
    with pytest.raises(KeyError) as caught:
        {}["a listed value"]
    named = name_fault(caught.value)
    assert named.startswith("KeyError in test_fault.py:")
    assert "listed" not in named
    assert name_fault(KeyError("x")) == "KeyError in an unknown place"
