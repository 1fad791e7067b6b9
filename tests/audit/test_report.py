from safelight.audit.report import Fault, FaultKind, Faults


def test_every_fault_is_counted_and_the_first_thousand_are_kept() -> None:
    faults = Faults()
    for number in range(1_001):
        faults.blame(FaultKind.ENTRY_CHANGED, "changed", entry=number, leaf=number)
    assert (faults.count, len(faults.first)) == (1_001, 1_000)
    assert faults.first[3] == Fault(kind=FaultKind.ENTRY_CHANGED, text="changed", entry=3, leaf=3)


def test_what_is_no_number_is_not_told_as_one() -> None:
    faults = Faults()
    faults.blame(FaultKind.ENTRY_MISSING, "gone", entry=b"x", leaf=None)
    assert (faults.first[0].entry, faults.first[0].leaf) == (None, None)
