"""The document tells of each route what it may answer, and to whom."""

import pytest

from safelight.web.document import complete_document

NAME = {"name": "bank", "in": "path", "required": True, "schema": {"type": "string"}}


def _complete(method: str = "get", permission: str = "bank:read", **told: object) -> dict:
    route = {
        "operationId": "show_bank",
        "x-permission": permission,
        "responses": {"200": {"description": "Yes."}},
        **told,
    }
    return complete_document({"paths": {"/x": {method: route}}})


def _statuses(document: dict) -> set[str]:
    (route,) = document["paths"]["/x"].values()
    return set(route["responses"])


def test_a_route_that_takes_a_key_may_refuse_it() -> None:
    document = _complete()
    assert {"401", "403", "429"} <= _statuses(document)
    assert document["paths"]["/x"]["get"]["security"]
    open_one = _complete(permission="none")
    assert not {"401", "403", "429"} & _statuses(open_one)
    assert "security" not in open_one["paths"]["/x"]["get"]


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"parameters": [NAME]}, "404"),
        ({"parameters": [{"name": "after", "in": "query"}]}, "404"),
        ({"method": "post", "requestBody": {"content": {}}}, "413"),
        ({"method": "post", "requestBody": {"content": {}}}, "408"),
        ({"method": "delete"}, "409"),
        ({}, "422"),
    ],
)
def test_what_may_be_wrong_with_a_request_is_told(more: dict, status: str) -> None:
    assert status in _statuses(_complete(**more))


def test_what_a_route_answers_is_told_and_may_be_changed_meanwhile_where_it_is_asked_for() -> None:
    assert "200" in _statuses(_complete())
    assert "412" not in _statuses(_complete())
    assert "412" in _statuses(_complete(parameters=[{"name": "If-Match", "in": "header"}]))


def test_a_route_whose_answer_nobody_tells_is_found() -> None:
    with pytest.raises(KeyError):
        _complete(operationId="unheard_of")


def test_every_reference_of_the_whole_document_leads_somewhere(client) -> None:
    document = client.get("/openapi.json").json()
    references = set(_references(document))
    assert len(references) > 20
    for reference in references:
        node = document
        for name in reference.removeprefix("#/").split("/"):
            node = node[name]


def test_every_answer_and_every_body_has_a_schema(client) -> None:
    for path, each in client.get("/openapi.json").json()["paths"].items():
        for method, told in each.items():
            answers = [answer for status, answer in told["responses"].items() if status.startswith("2")]
            assert answers
            for part in (*answers, *([told["requestBody"]] if "requestBody" in told else [])):
                assert part.get("content"), f"{method} {path} does not say what it takes or answers: {part}"
                assert all("schema" in content for content in part["content"].values()), f"{method} {path}"


def _references(node: object) -> list[str]:
    if isinstance(node, list):
        return [found for each in node for found in _references(each)]
    if not isinstance(node, dict):
        return []
    own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
    return own + [found for each in node.values() for found in _references(each)]
