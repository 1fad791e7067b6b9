from safelight.review.exposure.staff_code import ALPHABET, LENGTH, staff_code

SECRET = b"s" * 32


def test_a_person_has_one_code_in_one_installation_and_another_elsewhere() -> None:
    assert staff_code(SECRET, 17) == staff_code(SECRET, 17)
    assert staff_code(b"t" * 32, 17) != staff_code(SECRET, 17)


def test_codes_are_short_plain_and_different() -> None:
    codes = {staff_code(SECRET, number) for number in range(1000)}
    assert len(codes) == 1000
    assert all(len(code) == LENGTH and set(code) <= set(ALPHABET) for code in codes)
    assert {sign for code in codes for sign in code} == set(ALPHABET)
