"""Every error has a code of its own, and the tree in the module's head is the tree."""

import safelight.errors as module
from safelight.errors import SafelightError


def _tree(kind: type[SafelightError]) -> list[type[SafelightError]]:
    return [kind, *(below for child in kind.__subclasses__() for below in _tree(child))]


def test_codes_are_unique_and_plain() -> None:
    codes = [kind.code for kind in _tree(SafelightError)]
    assert len(set(codes)) == len(codes)
    assert all(code.replace("_", "").isalpha() and code.islower() for code in codes)


def test_every_error_is_drawn_in_the_tree() -> None:
    assert module.__doc__ is not None
    assert all(kind.__name__ in module.__doc__ for kind in _tree(SafelightError))
