"""Faults have names, and can be altered where they have something to alter."""

import pytest

from safelight.errors import InvalidValue
from safelight.testing.authority.faults.fault import NAMED, Fault, FaultKind, named_fault


def test_every_kind_has_a_name() -> None:
    assert {fault.kind for fault in NAMED.values()} == set(FaultKind)


def test_a_fault_is_given_by_its_name_and_altered_as_wished() -> None:
    assert named_fault("cut_after") == Fault(kind=FaultKind.CUT, is_done=True)
    altered = named_fault("error_before", code=1110, status=200, seconds=0.5, is_done=True)
    assert altered == Fault(kind=FaultKind.ERROR, code=1110, status=200, seconds=0.5, is_done=True)


@pytest.mark.parametrize(
    ("name", "wishes"),
    [
        ("unheard_of", {}),
        ("cut_after", {"colour": 1}),
        ("cut_after", {"kind": "page"}),
        ("slow_after", {"seconds": "2"}),
        ("slow_after", {"seconds": -1}),
        ("slow_after", {"seconds": True}),
        ("slow_after", {"seconds": float("nan")}),
        ("error_before", {"status": 99}),
        ("error_before", {"is_done": 1}),
    ],
)
def test_nonsense_is_refused(name: str, wishes: dict[str, object]) -> None:
    with pytest.raises(InvalidValue):
        named_fault(name, **wishes)
