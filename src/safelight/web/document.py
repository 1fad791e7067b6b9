"""The OpenAPI document: what every route has in common, such as keys and refusals, added to what each says itself."""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ConfigDict

from safelight.web.api.answers import ANSWERS
from safelight.web.door import NONE_TAKEN, PERMISSION
from safelight.web.problem import MEDIA_TYPE, TITLES
from safelight.web.schemas import lift_definitions, schema_of

ABOUT = (
    "Hash what arrives, match it, open cases. Every route says under `x-permission` what it takes. What is refused is "
    "told in a problem document (RFC 9457) with a stable `code`. Besides what each route says, any request may be "
    "answered 400, 408 or 431 where it is no HTTP that can be read, comes too slowly, or has headers of no measure."
)
_SECURITY = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "An API key."},
    "header": {"type": "apiKey", "in": "header", "name": "X-API-Key", "description": "An API key."},
}
_TAKES_KEY: list[dict[str, list[str]]] = [{"bearer": []}, {"header": []}]


class Problem(BaseModel):
    """What was not done, why, and what to do."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "type": "docs/reference/errors.md#not_found",
                "title": "There is no such thing",
                "status": 404,
                "code": "not_found",
                "detail": "There is no bank 'knwon'. `safelight bank list` shows those that there are.",
            }
        }
    )
    type: str
    title: str
    status: int
    code: str
    detail: str


def complete_document(document: dict[str, Any]) -> dict[str, Any]:
    """Return an OpenAPI document with what all routes have in common added."""
    for path in document["paths"].values():
        for method, told in path.items():
            _complete_route(method, told)
    components = document.get("components", {})
    schemas = components.get("schemas", {})
    responses = {str(status): _problem(title) for status, title in TITLES.items()}
    components |= {"schemas": {}, "securitySchemes": _SECURITY, "responses": responses}
    lifted: dict[str, Any] = lift_definitions({**document, "components": components}, schemas)
    lifted["components"]["schemas"] = dict(sorted(schemas.items()))
    return lifted


def _complete_route(method: str, told: dict[str, Any]) -> None:
    answers: dict[str, Any] = {str(status): {**each} for status, each in ANSWERS[told["operationId"]].items()}
    for status in _refusals(method, told):
        answers.setdefault(str(status), {"$ref": f"#/components/responses/{status}"})
    told["responses"] = dict(sorted(answers.items()))
    if told[PERMISSION] != NONE_TAKEN:
        told["security"] = _TAKES_KEY


def _refusals(method: str, told: dict[str, Any]) -> Iterator[int]:
    """Give the statuses of what may be refused."""
    names, has_body = {each["name"] for each in told.get("parameters", ())}, "requestBody" in told
    in_path = any(each["in"] == "path" for each in told.get("parameters", ()))
    yield 422  # a parameter that there is not
    yield 503
    if "If-Match" in names:
        yield 412
    if told[PERMISSION] != NONE_TAKEN:
        yield from (401, 403, 429)
    if in_path or "after" in names or method != "get":
        yield 404
    if method != "get":
        yield from (400, 409)
    if has_body:
        yield from (408, 413)


def _problem(title: str) -> dict[str, Any]:
    return {"description": f"{title}.", "content": {MEDIA_TYPE: {"schema": schema_of(Problem)}}}
