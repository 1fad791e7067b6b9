import json
from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from safelight.audit.leaf import leaf_data, new_salt, salted_digest

_TEXT = st.text(st.characters(exclude_categories=("Cs",)))


@given(kind=_TEXT, name=_TEXT, verb=_TEXT, target=_TEXT, number=st.integers(1, 2**63), at=st.integers(-(2**62), 2**62))
def test_the_data_of_a_leaf_is_the_json_array_that_the_reference_describes(
    *, kind: str, name: str, verb: str, target: str, number: int, at: int
) -> None:
    data = leaf_data(
        number=number, microseconds=at, actor_kind=kind, actor_name=name, verb=verb, target=target, digest=b"\xab" * 32
    )
    fields = ["safelight audit 1", number, at, kind, name, verb, target, "ab" * 32]
    assert data == json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()


@given(_TEXT, _TEXT, st.binary(min_size=32, max_size=32))
def test_the_digest_is_of_the_salt_and_the_json_array_of_reason_and_details(why: str, told: str, salt: bytes) -> None:
    array = json.dumps([why, told], ensure_ascii=False, separators=(",", ":")).encode()
    assert salted_digest(salt, why, told) == sha256(salt + array).digest()


def test_no_two_salts_are_the_same() -> None:
    assert len({new_salt() for _ in range(100)}) == 100
    assert len(new_salt()) == 32
