from dataclasses import dataclass
from pathlib import Path

import pytest

from safelight.sandbox.limits import Limits
from safelight.sandbox.pool import Pool
from safelight.sandbox.task import Task

TASKS = (
    "echo",
    "describe",
    "process_number",
    "package_folder",
    "environment",
    "attempt",
    "foreign_call",
    "misbehave",
    "answer_too_long",
)


@dataclass(frozen=True)
class Held:
    """Content in memory."""

    data: bytes

    @property
    def size_bytes(self):
        return len(self.data)

    def read(self, offset, length):
        return self.data[offset : offset + length]


@pytest.fixture(scope="session")
def held():
    """Makes content of bytes."""
    return Held


@pytest.fixture(scope="session")
def tasks_folder():
    return Path(__file__).parent / "tasks"


@pytest.fixture(scope="session")
def task_table():
    return {name: Task(target=f"sandbox_test_tasks:{name}") for name in TASKS}


@pytest.fixture(scope="session")
def open_pool(tasks_folder, task_table):
    """Opens a pool that runs the test tasks; its memory and time are short."""

    def open_one(**options):
        limits = {"memory_bytes": 1 << 28, "seconds_per_file": 20.0} | options.pop("limits", {})
        return Pool(
            options.pop("tasks", task_table),
            limits=Limits(**limits),
            extra_import_paths=(tasks_folder,),
            **options,
        )

    return open_one
