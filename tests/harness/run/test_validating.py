"""What API Gateway checks before a function is called is what the template's routes say."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from contracts import gateway
from contracts.contract import Contract, RequestValidator
from contracts.errors import Location
from contracts.exchange import Reply
from contracts.http import Headers, Request
from contracts.run.validating import validated
from contracts.stack import Api
from tests.harness.gateway.apis import deployed, function, operation

HERE = Location("template.yaml", 1)
VALIDATOR = "x-amazon-apigateway-request-validator"
VALIDATORS = {
    f"{VALIDATOR}s": {
        "all": {"validateRequestParameters": True, "validateRequestBody": "true"},
        "none": {"validateRequestParameters": False},
    }
}
THING = {"type": "object", "required": ["name"], "properties": {"name": {"$ref": "#/definitions/Name"}}}
DEFINITIONS = {"definitions": {"Thing": THING, "Name": {"type": "string"}}}
BODY = {"name": "Thing", "in": "body", "required": True, "schema": {"$ref": "#/definitions/Thing"}}
HEADER = {"name": "X-Need", "in": "header", "required": True, "type": "string"}


def contract(validator: str | None = None) -> Contract:
    """A contract that is not deployed itself, and whose only schema has the name of a model."""
    one = replace(operation("POST /things", models={"application/json": {"type": "array"}}), validator=validator)
    whole = deployed(one).contract
    own = {"own": RequestValidator("own", parameters=True, body=True)}
    return replace(whole, schemas={"Thing": {"type": "array"}}, validators=own)


def api(route: Mapping[str, Any], **members: Any) -> Api:
    """An API whose template has one route."""
    document = {"paths": {"/things": {"post": route}}, **VALIDATORS, **members}
    return Api("Api", "REST", "abc123defg", "v1", {}, document, HERE)


def refused(checked: Contract, value: Any, *headers: tuple[str, str]) -> str | None:
    """What the gateway says of a body; None when it lets it through."""
    gate = gateway.deploy(checked, deployed("POST /things").deployment, {"POST /things": function()})
    request = Request(
        "POST", "/v1/things", Headers((*headers, ("Content-Type", "application/json"))), json.dumps(value).encode()
    )
    answer = gateway.answer(gate, request, gateway.Moment.of(0, b""), lambda _function, _event: Reply("{}"))
    return None if answer.status == 200 else str(answer.json()["message"])


@pytest.mark.parametrize(
    ("route", "members"),
    [
        ({VALIDATOR: "all", "parameters": [BODY, HEADER]}, DEFINITIONS),
        ({"parameters": [BODY, HEADER]}, {VALIDATOR: "all", **DEFINITIONS}),
        (
            {
                VALIDATOR: "all",
                "parameters": [{"$ref": "#/components/parameters/Need"}],
                "requestBody": {
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}},
                },
            },
            {"components": {"schemas": DEFINITIONS["definitions"], "parameters": {"Need": HEADER}}},
        ),
    ],
    ids=["Swagger 2.0", "of the whole document", "OpenAPI 3.0"],
)
def test_the_template_says_what_is_checked(route: dict[str, Any], members: dict[str, Any]) -> None:
    """Required parameters, and its own models, whatever the contract calls by their names."""
    checked = validated(contract(), (), api(route, **members))

    assert refused(checked, {"name": "a"}) == "Missing required request parameters: [X-Need]"
    assert refused(checked, {"name": 1}, ("X-Need", "1")) == "Invalid request body"
    assert refused(checked, {"name": "a"}, ("X-Need", "1")) is None


@pytest.mark.parametrize(
    "route",
    [{"parameters": [BODY]}, {VALIDATOR: "none", "parameters": [BODY]}, {VALIDATOR: "other", "parameters": [BODY]}],
    ids=["none", "one that checks nothing", "one that is not defined"],
)
def test_what_nobody_checks_reaches_the_function(route: dict[str, Any]) -> None:
    """A validator of a contract that is not deployed checks nothing."""
    checked = validated(contract("own"), (), api(route, **DEFINITIONS))

    assert refused(checked, {}) is None


def test_a_contract_with_integrations_is_deployed_itself() -> None:
    """Its validators count, and so does an HTTP API's want of them."""
    written = contract("own")

    assert refused(validated(written, ("POST /things",), api({})), {}) == "Invalid request body"
    assert validated(written, (), replace(api({}), kind="HTTP")) is written
    assert validated(written, (), replace(api({}), definition=None)) is written
