"""Schemas stand in the document once, where references point."""

from pydantic import BaseModel

from safelight.web.schemas import answer_of, body_of, lift_definitions, list_of, page_of, schema_of


class Inner(BaseModel):
    value: int


class Outer(BaseModel):
    inner: list[Inner]


def test_a_model_is_a_reference_with_what_it_is_made_of() -> None:
    schema = schema_of(Outer)
    assert schema["$ref"] == "#/components/schemas/Outer"
    assert set(schema["$defs"]) == {"Inner", "Outer"}
    assert schema_of(int)["type"] == "integer"


def test_definitions_are_lifted_to_where_references_point_and_nothing_of_what_was_given_changes() -> None:
    given = {"one": [schema_of(Outer)], "two": {"three": schema_of(Inner)}}
    for _ in range(2):
        lifted: dict = {}
        assert lift_definitions(given, lifted) == {
            "one": [{"$ref": "#/components/schemas/Outer"}],
            "two": {"three": {"$ref": "#/components/schemas/Inner"}},
        }
        assert set(lifted) == {"Inner", "Outer"}
        assert "$defs" not in lifted["Outer"]


def test_bodies_and_answers_are_json() -> None:
    assert body_of(Inner)["content"]["application/json"]["schema"] == schema_of(Inner)
    assert body_of(Inner, "One.")["description"] == answer_of(Inner, "One.")["description"]


def test_rows_come_all_or_page_by_page() -> None:
    rows = list_of(Inner, "All.")["content"]["application/json"]["schema"]
    page = page_of(Inner, "Some.")["content"]["application/json"]["schema"]
    assert (rows["required"], page["required"]) == (["items"], ["items", "next"])
    assert rows["additionalProperties"] is page["additionalProperties"] is False
