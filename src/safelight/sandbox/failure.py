"""Failure: why a task gave no answer."""

from enum import StrEnum


class Failure(StrEnum):
    """What went wrong. Each costs one file its answer, and the worker its life."""

    TIMED_OUT = "timed_out"
    CRASHED = "crashed"
    REFUSED = "refused"
    TOO_LARGE = "too_large"


class TaskFailed(Exception):
    """A task gave no answer. Who asked makes it a reason, so that no door ever sees it.

    `detail` holds nothing of the bytes that the task was run on.
    `refused` means that the sandbox refused something: an act of the task, or an answer that had not the agreed form.
    `too_large` means that the task wanted more memory than it may have.
    """

    def __init__(self, reason: Failure, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail
