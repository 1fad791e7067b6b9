import pytest

from safelight.sandbox.limits import Limits


@pytest.mark.parametrize("seconds", [0.5, 30.0, 600.0, 100_000.0])
def test_a_worker_is_replaced_before_the_kernel_would_end_it(seconds):
    limits = Limits(seconds_per_file=seconds)
    assert 0 < limits.busy_seconds <= limits.lifetime_cpu_seconds - 2 * seconds
