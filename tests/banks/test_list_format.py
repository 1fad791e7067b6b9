import pytest

from safelight.banks.list_format import ListFormat, detect_format
from safelight.errors import InvalidValue, ListRefused

MD5 = "ab" * 16


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ('{"value": "x"}\n', ListFormat.JSON_LINES),
        (f"signal_type,value\nmd5,{MD5}\n", ListFormat.CSV),
        (f"md5 {MD5}\n", ListFormat.TYPED_LINES),
        (f"\ufeff\n# a list\nPDQ  {'ab' * 32}\n", ListFormat.TYPED_LINES),
        (f"{MD5}\n", ListFormat.BARE_LINES),
    ],
)
def test_beginnings_that_leave_no_doubt_tell_the_format(head: str, expected: ListFormat) -> None:
    assert detect_format(head) is expected


@pytest.mark.parametrize(
    "head",
    [
        f"{'ab' * 32}\n",
        f"{'ab' * 32}\ncut \ufffd",
        f"{MD5}  picture.jpg\n",
        f"{MD5},A1\n",
        "hash,category\n",
        "photodna 00ff\n",
        "[1]\n",
    ],
)
def test_any_other_beginning_asks(head: str) -> None:
    with pytest.raises(InvalidValue, match="Name one of"):
        detect_format(head)


@pytest.mark.parametrize("head", ["", "\n\n", "# nothing\n", "a\0b\n", "\ufffd\ufffdPNG\r\n"])
def test_a_list_that_is_empty_or_no_text_is_refused_whatever_its_format(head: str) -> None:
    with pytest.raises(ListRefused):
        detect_format(head)
