import pytest

from safelight.errors import InvalidValue
from safelight.hashing.signal import SignalType
from safelight.web.hma.answer import Refused
from safelight.web.hma.kinds import (
    check_text,
    name_of,
    read_signal,
    read_signals,
    require_kind,
    shown_types,
    values_of,
    wanted_types,
)


def test_a_type_is_shown_under_hmas_name_and_any_other_under_its_own() -> None:
    assert [name_of(kind) for kind in ("pdq", "md5", "sha1", "tmk")] == ["pdq", "video_md5", "sha1", "tmk"]


def test_a_photo_is_hashed_by_pdq_and_a_video_by_md5_unless_more_is_asked_for() -> None:
    assert wanted_types("photo", None) == ("pdq",)
    assert wanted_types("video", None) == ("video_md5",)
    assert wanted_types("photo", "pdq, sha256,pdq") == ("pdq", "sha256")
    for wrong in ("video_md5", "", " , "):
        with pytest.raises(Refused):
            wanted_types("photo", wrong)


def test_a_content_type_is_photo_or_video() -> None:
    assert require_kind("photo") == "photo"
    with pytest.raises(Refused):
        require_kind("text")


def test_a_signal_is_read_and_its_value_never_repeated() -> None:
    assert read_signal("video_md5", "AB" * 16).value == bytes([0xAB]) * 16
    for name, text in (("pdq", "AB" * 32), ("pdq", " " + "ab" * 32), ("md5", "ab ab" * 8), ("pdq", 3), ("x", "ab")):
        with pytest.raises(Refused) as refused:
            read_signal(name, text)
        assert "ab" not in str(refused.value).lower().replace("abs", "")


def test_signals_are_of_different_types() -> None:
    signals = read_signals({"pdq": "00" * 32, "md5": "00" * 16})
    assert [signal.type for signal in signals.values()] == [SignalType.PDQ, SignalType.MD5]
    assert values_of(signals) == {"pdq": "00" * 32, "md5": "00" * 16}
    for wrong in ({"md5": "00" * 16, "video_md5": "01" * 16}, {}, [], None):
        with pytest.raises(Refused):
            read_signals(wrong)


def test_one_type_or_all_may_be_asked_about() -> None:
    assert "pdq" in shown_types(None)
    assert shown_types("sha1") == ("sha1",)
    with pytest.raises(Refused):
        shown_types("x")


def test_a_text_has_a_length() -> None:
    assert check_text("ab", 2, "note") == "ab"
    with pytest.raises(InvalidValue, match="note has 3"):
        check_text("abc", 2, "note")
