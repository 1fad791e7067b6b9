import io

import pytest

from safelight.errors import InvalidValue
from safelight.hashing import image_task
from safelight.hashing.answer import ImageAnswer
from safelight.hashing.pdq import Flavour
from safelight.hashing.request import IMAGE_TASKS, ImageOptions, ask_for_image
from safelight.hashing.signal import Reason
from safelight.intake.content import MemoryContent
from safelight.sandbox.failure import Failure, TaskFailed


class _InProcess:
    """Runs the task here instead of in a worker."""

    def run(self, task, content, *, parse, options=b""):
        name = IMAGE_TASKS[task].target.partition(":")[2]
        return parse(getattr(image_task, name)(io.BytesIO(content.data), content.size_bytes, options))


class _Failing:
    def __init__(self, failure):
        self.failure = failure

    def run(self, task, content, *, parse, options=b""):
        raise TaskFailed(self.failure, "as asked")


def test_the_task_is_asked_by_the_name_of_the_table():
    assert ask_for_image(_InProcess(), MemoryContent(data=b"prose"), ImageOptions()) == ImageAnswer(
        reason=Reason.UNSUPPORTED
    )


@pytest.mark.parametrize("failure", list(Failure))
def test_every_failure_of_the_sandbox_is_a_reason_of_the_same_name(failure):
    answer = ask_for_image(_Failing(failure), MemoryContent(data=b""), ImageOptions())
    assert answer == ImageAnswer(reason=Reason(failure.value))
    assert answer.reason.is_fault


@pytest.mark.parametrize("flavour", list(Flavour))
def test_options_come_out_as_they_went_in(flavour):
    options = ImageOptions(
        max_pixels=1 << 40, max_animation_pixels=1 << 41, max_frames=7, most_sampled=4, flavour=flavour.value
    )
    assert ImageOptions.unpack(options.pack()) == options


@pytest.mark.parametrize("wrong", [{"most_sampled": 3}, {"most_sampled": 0}, {"most_sampled": 66}, {"flavour": "fast"}])
def test_options_that_cannot_be_used_are_refused(wrong):
    with pytest.raises(InvalidValue):
        ImageOptions(**wrong)
