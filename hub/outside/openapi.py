"""The interface for other systems as an OpenAPI 3.1 document, made by ``python -m hub.outside.openapi``."""

from pathlib import Path
from typing import Any

import msgspec

from hardware.asyncapi import plain_schema
from hub.outside.answers import Problem
from hub.outside.endpoints import ENDPOINTS, Endpoint, Taken

DOCUMENT = Path(__file__).parents[2] / "docs" / "openapi.json"
REFERENCE = "#/components/schemas/{name}"
PROBLEMS = {
    400: "It takes something else",
    401: "No token, or one that does not hold",
    403: "The token is not for this",
    404: "Not there, or the interface is off",
    405: "For reading only",
    429: "Asked too often; Retry-After says for how long to wait",
}


def document() -> dict[str, Any]:
    """Return the whole document as plain data."""
    schemas, components = _schemas()
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Lintel: the hall for other systems",
            "version": "1.0.0",
            "description": "For reading only, and nothing personal. Off until a token is made: see docs/interface.md.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/api/v1"}],
        "security": [{"token": []}],
        "paths": {one.path: {"get": _operation(one, schemas)} for one in ENDPOINTS},
        "components": {
            "schemas": components,
            "responses": {f"{title}": _problem(words) for title, words in _PROBLEM_NAMES.items()},
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "made by lintel token STATE make"}
            },
        },
    }


_PROBLEM_NAMES = {f"problem{status}": words for status, words in PROBLEMS.items()}


def _operation(endpoint: Endpoint, schemas: dict[int, Any]) -> dict[str, Any]:
    content = {"application/json": {"schema": schemas[id(endpoint.answer)]}}
    refusals = {str(status): {"$ref": f"#/components/responses/problem{status}"} for status in PROBLEMS}
    operation: dict[str, Any] = {
        "operationId": endpoint.name,
        "summary": endpoint.words,
        "description": f"For tokens of the scope `{endpoint.scope}`.",
        "responses": {"200": {"description": endpoint.words, "content": content}} | refusals,
    }
    if endpoint.takes:
        operation["parameters"] = [_parameter(one) for one in endpoint.takes]
    return operation


def _parameter(taken: Taken) -> dict[str, Any]:
    (schema,), _ = msgspec.json.schema_components([taken.kind], ref_template=REFERENCE)
    return {
        "name": taken.name,
        "in": taken.place,
        "required": taken.place == "path",
        "description": taken.words,
        "schema": plain_schema(schema),
    }


def _problem(words: str) -> dict[str, Any]:
    schema = {"$ref": REFERENCE.format(name="Problem")}
    return {"description": words, "content": {"application/problem+json": {"schema": schema}}}


def _schemas() -> tuple[dict[int, Any], dict[str, Any]]:
    """Return each answer's schema, and those that all of them are made of, closed against unknown keys."""
    kinds = [one.answer for one in ENDPOINTS]
    schemas, components = msgspec.json.schema_components([*kinds, Problem], ref_template=REFERENCE)
    for component in components.values():
        if component.get("type") == "object":
            component["additionalProperties"] = False
    found = {id(kind): plain_schema(schema) for kind, schema in zip(kinds, schemas, strict=False)}
    return found, plain_schema(components)


if __name__ == "__main__":
    DOCUMENT.write_bytes(msgspec.json.format(msgspec.json.encode(document()), indent=1) + b"\n")
