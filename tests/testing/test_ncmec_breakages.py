"""A broken report differs from a valid one in one place, to which its path leads."""

from hypothesis import HealthCheck, given, settings

from safelight.reporting.destinations.ncmec.model.file import FileDetails
from safelight.reporting.form.slot import slots_of
from safelight.testing.ncmec_breakages import Broken, bad_values, broken
from safelight.testing.ncmec_reports import file_details


@settings(max_examples=30, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(broken(file_details(), "fileDetails"))
def test_a_broken_record_has_a_path_below_its_root(found: Broken) -> None:
    assert found.path.startswith("fileDetails/")
    assert type(found.record) is FileDetails


def test_there_is_something_bad_for_every_slot() -> None:
    assert all(len(bad_values(slot)) >= 2 for slot in slots_of(FileDetails))
