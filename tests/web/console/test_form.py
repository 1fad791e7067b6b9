"""Forms are read within bounds, and a fault stands beside its field."""

import asyncio

import pytest
from starlette.requests import Request

from safelight.errors import InvalidValue
from safelight.web.answer import BodyTooLarge
from safelight.web.console.form import EMPTY, MEDIA_TYPE, Form, read_form


def read(body: bytes, content_type: str = MEDIA_TYPE, *, is_long: bool = False) -> Form:
    async def receive():
        return {"type": "http.request", "body": body, "more_body": False}

    scope = {"type": "http", "method": "POST", "headers": [(b"content-type", content_type.encode())]}
    return asyncio.run(read_form(Request(scope, receive), is_long=is_long))


def test_fields_are_read_by_their_names() -> None:
    form = read(b"name=Ada+L%C3%B3pez&role=lead&role=auditor&empty=", f"{MEDIA_TYPE}; charset=utf-8")
    assert form.text("name") == "Ada López"
    assert form.texts("role") == ("lead", "auditor")
    assert (form.text("empty"), form.text("absent"), form.texts("absent")) == ("", "", ())


def test_no_body_is_an_empty_form() -> None:
    assert read(b"", "").values == {}


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"name=x", "application/json"),
        (b"name=x", "multipart/form-data; boundary=x"),
        (b"name=%ff", MEDIA_TYPE),
        ("name=é".encode(), MEDIA_TYPE),
        (b"&".join(b"a=1" for _ in range(300)), MEDIA_TYPE),
    ],
)
def test_another_body_is_refused(body: bytes, content_type: str) -> None:
    with pytest.raises(InvalidValue):
        read(body, content_type)


def test_a_body_that_is_too_large_is_given_up() -> None:
    with pytest.raises(BodyTooLarge):
        read(b"a=" + b"x" * (300 << 10))


def test_a_fault_is_beside_its_field_and_what_was_entered_stays() -> None:
    error = InvalidValue("No.")
    form = Form(values={"name": ("x",)}).with_fault("name", error)
    assert (form.text("name"), form.faults, EMPTY.faults) == ("x", {"name": error}, {})


def test_what_was_entered_is_in_no_log() -> None:
    assert "secret" not in repr(Form(values={"password": ("secret",)}))


def test_numbers_are_read_by_their_name() -> None:
    assert Form(values={"item": ("1", "2")}).numbers("item") == [1, 2]
    assert EMPTY.numbers("item") == []


@pytest.mark.parametrize("given", ["x", "", "-1", "1.0", " 1", "\u0661", "\u00b2", "1_0", "9" * 19, "9" * 5000])
def test_what_is_no_number_of_ours_is_refused(given: str) -> None:
    with pytest.raises(InvalidValue):
        Form(values={"item": ("1", given)}).numbers("item")


def test_a_form_may_have_a_name_to_ask_under_and_what_is_none_is_refused() -> None:
    assert Form(values={"once": ("0123456789abcdef" * 2,)}).once() == "0123456789abcdef" * 2
    assert (EMPTY.once(), Form(values={"once": ("",)}).once()) == (None, None)
    for given in ("x", "1" * 31, "1" * 33, "G" * 32, "A" * 32, "1" * 32 + "\n", "\u0661" * 32):
        with pytest.raises(InvalidValue, match="Load the page again"):
            Form(values={"once": (given,)}).once()


def test_the_form_of_a_whole_report_is_longer_and_has_its_bounds_too() -> None:
    many = b"&".join(b"report/name[%d]=1" % number for number in range(1, 4001))
    assert len(read(many, is_long=True).values) == 4000
    assert read(b"a=" + b"x" * (1 << 20), is_long=True).text("a") == "x" * (1 << 20)
    with pytest.raises(InvalidValue):
        read(b"&".join(b"a=1" for _ in range(5001)), is_long=True)
    with pytest.raises(BodyTooLarge):
        read(b"a=" + b"x" * (2 << 20), is_long=True)
