"""Schemas for the OpenAPI document: what bodies hold and answers tell, out of models of them."""

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

Count = Annotated[int, Field(ge=0)]
JSON = "application/json"
AT = "2026-11-28T10:00:00Z"
"""A time, in examples."""
_COMPONENTS = "#/components/schemas/"


def told(**example: Any) -> ConfigDict:
    """Return the configuration of a model of an answer: it tells what the model has and nothing else."""
    return ConfigDict(extra="forbid", json_schema_extra={"example": example})


@cache
def schema_of(kind: Any) -> Mapping[str, Any]:
    """Return the schema of a model or type. What it is made of stands in it under `$defs`, for `lift_definitions`.

    It is composed once in a process: whoever is given it changes nothing in it.
    """
    schema: dict[str, Any] = TypeAdapter(kind).json_schema(ref_template=f"{_COMPONENTS}{{model}}")
    definitions = schema.pop("$defs", {})
    if not isinstance(kind, type) or "title" not in schema:
        return {**schema, "$defs": definitions}
    return {"$ref": f"{_COMPONENTS}{schema['title']}", "$defs": {**definitions, schema["title"]: schema}}


def body_of(kind: Any, description: str = "", *, is_required: bool = True) -> dict[str, Any]:
    """Return what the document says of a body in JSON."""
    about = {"description": description} if description else {}
    return {**about, "required": is_required, "content": {JSON: {"schema": schema_of(kind)}}}


def query_of(model: type[BaseModel]) -> tuple[dict[str, Any], ...]:
    """Return what the document says of the parameters in a query that a model is made of."""
    named = dict(schema_of(model)["$defs"])
    whole = named.pop(model.__name__)
    required = whole.get("required", ())
    return tuple(
        {"name": name, "in": "query", "schema": {**schema, "$defs": named}, "required": name in required}
        for name, schema in whole["properties"].items()
    )


def answer_of(kind: Any, description: str) -> dict[str, Any]:
    """Return what the document says of an answer in JSON."""
    return {"description": description, "content": {JSON: {"schema": schema_of(kind)}}}


def page_of(kind: Any, description: str) -> dict[str, Any]:
    """Return what the document says of an answer that tells one page of many."""
    cursor = {
        "type": ["string", "null"],
        "description": "Give it as `after` for the page after this; null: there is none.",
    }
    properties = {"items": {"type": "array", "items": schema_of(kind)}, "next": cursor}
    schema = {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
    return {"description": description, "content": {JSON: {"schema": schema}}}


def lift_definitions(node: Any, into: dict[str, Any]) -> Any:
    """Return a part of a document without any `$defs`: they are put where the references point."""
    if isinstance(node, list):
        return [lift_definitions(each, into) for each in node]
    if not isinstance(node, dict):
        return node
    for name, each in node.get("$defs", {}).items():
        if name not in into:
            into[name] = lift_definitions(each, into)
    return {name: lift_definitions(each, into) for name, each in node.items() if name != "$defs"}
