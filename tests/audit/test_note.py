import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from safelight.audit.note import NoteKey, open_note, parse_key, signature_line
from safelight.errors import InvalidValue

_SEED = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
_KEY = NoteKey(name="safelight/0", public_key=_SEED.public_key().public_bytes_raw())
_OTHER = Ed25519PrivateKey.from_private_bytes(bytes(32))
_TEXT = "safelight/0\n1\nroot\n"
_LINE = signature_line(_KEY, _SEED.sign(_TEXT.encode()))
_NOTE = f"{_TEXT}\n{_LINE}"


def test_a_note_that_a_key_signed_gives_its_text() -> None:
    assert open_note(_NOTE, (_KEY,)) == _TEXT


def test_a_key_is_written_as_name_id_and_base64_and_read_again() -> None:
    name, identity, public = str(_KEY).split("+", 2)
    assert (name, identity) == ("safelight/0", _KEY.id.hex())
    assert base64.b64decode(public) == b"\x01" + _KEY.public_key
    assert parse_key(f"{_KEY}\n") == _KEY


def test_a_key_of_the_go_example_of_signed_notes_is_read() -> None:
    text = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    assert str(parse_key(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "safelight/0",
        "safelight/0+00+",
        str(_KEY)[:-1],
        str(_KEY).replace("safelight", "Safelight"),
        "a+b+" + "?" * 44,
    ],
)
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue):
        parse_key(text)


def test_every_change_of_one_bit_is_refused() -> None:
    raw = _NOTE.encode()
    for place in range(len(raw) * 8):
        changed = bytearray(raw)
        changed[place // 8] ^= 1 << place % 8
        with pytest.raises(InvalidValue):
            open_note(changed.decode("utf-8", "surrogateescape"), (_KEY,))


def test_signatures_of_others_count_for_nothing_and_disturb_nothing() -> None:
    witness = NoteKey(name="witness", public_key=_OTHER.public_key().public_bytes_raw())
    line = signature_line(witness, _OTHER.sign(_TEXT.encode()))
    assert open_note(_NOTE + line, (_KEY,)) == _TEXT
    assert open_note(f"{_TEXT}\n{line}{_LINE}", (_KEY,)) == _TEXT
    with pytest.raises(InvalidValue):
        open_note(f"{_TEXT}\n{line}", (_KEY,))
    with pytest.raises(InvalidValue):
        open_note(_NOTE + line, (_KEY,), is_alone=True)


@pytest.mark.parametrize("note", ["", "\n\n", _TEXT, _LINE, f"{_TEXT}\n", f"{_TEXT}{_LINE}"])
def test_what_is_no_note_is_refused(note: str) -> None:
    with pytest.raises(InvalidValue):
        open_note(note, (_KEY,))


def test_without_a_key_nothing_is_signed() -> None:
    with pytest.raises(InvalidValue):
        open_note(_NOTE, ())
