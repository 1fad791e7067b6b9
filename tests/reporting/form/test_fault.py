"""A fault is told with its path before its sentence."""

from safelight.reporting.form.fault import Fault


def test_a_fault_reads_as_path_and_sentence() -> None:
    assert str(Fault(path="report/victim[1]", sentence="This is blank.")) == "report/victim[1]: This is blank."
