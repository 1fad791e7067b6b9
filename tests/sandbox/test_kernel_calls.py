import errno
import os
import subprocess
import sys

import pytest

from safelight.sandbox import kernel_calls

_ALONE = """
import os, sys
from safelight.sandbox import kernel_calls
kernel_calls.give_up_new_privileges()
kernel_calls.restrict_by_landlock(int(sys.argv[1]))
try:
    os.listdir("/")
except PermissionError:
    print("refused")
"""


@pytest.mark.parametrize("version", [1, 2, 3, 4, 5, 6, 7])
def test_every_version_of_landlock_up_to_the_kernels_takes_the_files(version):
    try:
        best = kernel_calls.landlock_version()
    except OSError:
        pytest.skip("this kernel has no Landlock")
    if version > best:
        pytest.skip(f"this kernel has version {best}")
    done = subprocess.run(
        [sys.executable, "-c", _ALONE, str(version)],
        env={"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        check=True,
        text=True,
    )
    assert done.stdout == "refused\n"


def test_a_filter_that_the_kernel_does_not_take_raises():
    with pytest.raises(OSError, match=os.strerror(errno.EINVAL)):
        kernel_calls.load_filter(b"\xff" * 8)


def test_a_signal_that_does_not_exist_raises():
    with pytest.raises(OSError, match=os.strerror(errno.EINVAL)):
        kernel_calls.die_with_parent(9999)
