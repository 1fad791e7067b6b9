from safelight.sandbox.failure import Failure, TaskFailed


def test_a_failure_says_why_in_one_word_and_in_a_few():
    error = TaskFailed(Failure.TIMED_OUT, "the time was up")
    assert (error.reason, error.detail, str(error)) == (
        Failure.TIMED_OUT,
        "the time was up",
        "timed_out: the time was up",
    )
