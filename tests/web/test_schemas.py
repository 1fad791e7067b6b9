"""Schemas stand in the document once, where references point."""

from typing import Literal

from pydantic import BaseModel

from safelight.web.schemas import answer_of, body_of, lift_definitions, page_of, query_of, schema_of


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


class Query(BaseModel):
    kind: Literal["one", "two"]
    inner: Inner | None = None


def test_a_query_is_told_parameter_by_parameter_with_what_each_is_made_of() -> None:
    kind, inner = query_of(Query)
    assert (kind["name"], kind["in"], kind["required"]) == ("kind", "query", True)
    assert (inner["name"], inner["required"]) == ("inner", False)
    assert "Inner" in inner["schema"]["$defs"]


def test_rows_come_page_by_page() -> None:
    page = page_of(Inner, "Some.")["content"]["application/json"]["schema"]
    assert page["required"] == ["items", "next"]
    assert page["additionalProperties"] is False
