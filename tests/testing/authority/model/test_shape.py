"""Fields come as often as their names say."""

from safelight.testing.authority.model.kinds import FLAG, TEXT
from safelight.testing.authority.model.shape import attribute, many, maybe, one, sequence, some, told


def test_how_often_a_field_comes() -> None:
    fields = [make("name", TEXT) for make in (one, maybe, many, some)]
    assert [(field.least, field.most) for field in fields] == [(1, 1), (0, 1), (0, None), (1, None)]


def test_a_shape_has_parts_or_a_text() -> None:
    flag = attribute("flag", FLAG, is_required=True)
    inner = sequence("inner", one("name", TEXT), attributes=[flag])
    assert (inner.text, inner.attributes) == (None, (flag,))
    assert (told("name", TEXT, flag).parts, told("name", TEXT, flag).text) == ((), TEXT)
