"""The page about the API has every route with its permission and no other; each body has an example."""

import re
from pathlib import Path

from safelight.web.door import PERMISSION

_PAGE = Path(__file__).parents[3] / "docs" / "reference" / "api.md"


def test_every_route_is_on_the_page_with_its_permission_and_nothing_else_is(client) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    routes = {(method.upper(), path, told[PERMISSION]) for path, each in paths.items() for method, told in each.items()}
    rows = re.findall(r"^\| `([A-Z]+) (/\S*)` \| `([^`]+)` \| \S", _PAGE.read_text(), flags=re.MULTILINE)
    assert sorted(rows) == sorted(routes)


def test_the_document_shows_an_example_of_every_body(client) -> None:
    document = client.get("/openapi.json").json()
    schemas = document["components"]["schemas"]
    bodies = [
        (path, told["requestBody"]["content"]["application/json"]["schema"])
        for path, each in document["paths"].items()
        for told in each.values()
        if "application/json" in told.get("requestBody", {}).get("content", {})
    ]
    assert len(bodies) > 15
    for path, body in bodies:
        schema = schemas[body["$ref"].rpartition("/")[2]]
        assert set(schema["example"]) <= set(schema["properties"]), path
        assert set(schema.get("required", ())) <= set(schema["example"]), path
        assert schema["additionalProperties"] is False, path
