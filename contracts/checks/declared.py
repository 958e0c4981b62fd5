"""What a contract declares of an operation: its headers, what it requires, its free texts, the shape of its answers."""

from __future__ import annotations

from urllib.parse import unquote_plus

from contracts.checks.answers import json_value
from contracts.checks.requests import Requests, body_schema, types_of
from contracts.checks.resources import answered_schema, members_of_schema
from contracts.checks.variants import members_of
from contracts.contract import Operation
from contracts.exchange import Exchange
from contracts.http import Request

IF_MATCH, IF_NONE_MATCH = "If-Match", "If-None-Match"


def is_as_promised(rules: Requests, operation: Operation, exchange: Exchange) -> bool:
    """Whether an answer has the documented shape, as far as its schema tells: else that is what is wrong with it."""
    schema = answered_schema(operation, exchange)
    return schema is None or rules.accepts(schema, json_value(exchange.response.body)) is not False


def declares_header(operation: Operation, name: str) -> bool:
    """Whether the contract has a header parameter of that name."""
    return any(each.place == "header" and each.name.lower() == name.lower() for each in operation.parameters)


def free_texts(rules: Requests, operation: Operation, exchange: Exchange) -> list[str]:
    """The text members of a request's body of which the contract says nothing but their length."""
    request = exchange.case.request
    schemas = members_of_schema(rules, body_schema(operation, request))
    referring = {each.name.removeprefix("/") for each in exchange.case.references if each.place == "body"}
    found = []
    for name, value in members_of(request).items():
        schema = rules.resolved(schemas.get(name, {}))
        words = {"enum", "format", "pattern", "const", "anyOf", "oneOf"} & set(schema)
        if isinstance(value, str) and types_of(schema) <= {"string"} and not words and name not in referring:
            found.append(name)
    return found


def required_query(operation: Operation, request: Request) -> list[str]:
    """The query parameters that an operation must have, as a request has them (percent-encoding untouched)."""
    wanted = {each.name for each in operation.parameters if each.place == "query" and each.required}
    return [pair for pair in request.query.split("&") if unquote_plus(pair.partition("=")[0]) in wanted]


def required_headers(operation: Operation, sample: Exchange | None) -> dict[str, str]:
    """The header parameters that an operation must have, as an accepted request of it has them."""
    wanted = {each.name.lower() for each in operation.parameters if each.place == "header" and each.required}
    wanted -= {IF_MATCH.lower(), IF_NONE_MATCH.lower()}
    headers = sample.case.request.headers if sample is not None else ()
    return {name: value for name, value in headers if name.lower() in wanted}
