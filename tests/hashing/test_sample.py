import pytest

from safelight.hashing.sample import Sample


def _take(count, most=16):
    sample = Sample(most=most)
    for index in range(count):
        if sample.wants(index):
            sample.kept.append(index)
    return sample.kept


@pytest.mark.parametrize("count", [0, 1, 2, 15, 16])
def test_few_frames_are_all_taken(count):
    assert _take(count) == list(range(count))


@pytest.mark.parametrize("count", [17, 31, 32, 33, 100, 1000, 4097])
def test_of_many_an_evenly_spaced_sample_is_taken(count):
    kept = _take(count)
    stride = kept[1] - kept[0]
    assert 8 < len(kept) <= 16
    assert kept == list(range(0, count, stride))


def test_the_frame_that_would_be_one_too_many_thins_the_sample():
    assert _take(17) == [0, 2, 4, 6, 8, 10, 12, 14, 16]
    assert _take(5, most=2) == [0, 4]
