"""Calls of the functions, as API Gateway makes them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from jsonschema_rs import Draft4Validator

from tests.identities import ACME
from translations import list as listing
from translations import replace
from translations.transactions import Waiting
from webapi.contract import contract
from webapi.replies import Reply

AT_ONCE = Waiting(clock=lambda: 0.0, sleep=lambda _: None, randomness=lambda: bytes(10))
"""Nobody waits: whatever is tried again is tried again at once."""

NEW = {"text": "안녕", "source_language": "ko", "target_language": "de"}
OF_THE_GATEWAY_OR_SOMETIMES = ("WWW-Authenticate", "Idempotent-Replayed")


def call(
    module: Any,
    body: Any = None,
    *,
    id_: str | None = None,
    headers: Mapping[str, str] | None = None,
    tenant: str = ACME,
    **query: str,
) -> Reply:
    """The reply of a function; it must be as the contract documents it. A replacement is meant for any version."""
    sent = {"Content-Type": "application/json"} | ({"If-Match": "*"} if module is replace else {}) | dict(headers or {})
    event = {
        "body": None if body is None else json.dumps(body),
        "headers": sent,
        "multiValueQueryStringParameters": {name: [value] for name, value in query.items()} or None,
        "pathParameters": id_ and {"translation_id": id_},
        "requestContext": {
            "requestId": "r",
            "path": "/v1/translations",
            "authorizer": {"tenant_id": tenant, "scope": "read write"},
        },
    }
    reply: Reply = module.handler(event, None)
    name = "listTranslations" if module is listing else f"{module.__name__.rpartition('.')[2]}Translation"
    documented = contract().operations[name].responses[reply["statusCode"]]
    assert set(documented.headers) <= {*reply["headers"], *OF_THE_GATEWAY_OR_SOMETIMES}
    if documented.content:
        schema = documented.content[reply["headers"]["Content-Type"]]
        Draft4Validator({"allOf": [schema], "schemas": contract().schemas}).validate(json.loads(reply["body"]))
    else:
        assert reply["body"] == ""
    return reply


def body(reply: Reply) -> Any:
    """The value of a reply's body."""
    return json.loads(reply["body"])
