"""What AWS refuses or adds, and moto does not: answered or amended here."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Mapping
from typing import Any

from moto.dynamodb.models import dynamodb_backends

from contracts.aws.wire import Answer, error_answer

# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
_MOST_WRITES = 25
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
_LONGEST_KEY = 1024
_EQUALS = re.compile(r"(#?[\w.-]+)\s*=\s*(:\w+)")

Parts = tuple[int, Any, Any]


def refusal(model: Any, operation: str, parameters: Mapping[str, Any], body: bytes | None) -> Answer | None:
    """
    The error with which AWS would answer, or None when moto may be asked.

    Args:
        model: botocore's `ServiceModel`.
        operation: The operation's name.
        parameters: Of the logical call.
        body: Of the wire request.
    """
    if model.service_name == "s3":
        return _long_key(model, parameters)
    if model.service_name != "dynamodb":
        return None
    if body and b'"":' in body and _has_empty_name(json.loads(body)):
        return _invalid(model, "One or more parameter values were invalid: an attribute name must not be empty")
    if operation == "BatchWriteItem":
        return _large_batch(model, parameters)
    if operation in {"Query", "Scan"} and body and b'"ExclusiveStartKey"' in body:
        problem = _start_problem(json.loads(body))
        return _invalid(model, problem) if problem else None
    return None


def amended(operation: str, body: bytes | None, parts: Parts) -> Parts:
    """
    moto's answer of DynamoDB as AWS gives it: a page that is as long as its limit has a LastEvaluatedKey,
    though nothing may follow.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Pagination.html
    """
    status, headers, content = parts
    if operation not in {"Query", "Scan"} or status != 200 or not body or b'"Limit"' not in body:
        return parts
    request, answer = json.loads(body), json.loads(content)
    items = answer.get("Items", ())
    if "LastEvaluatedKey" in answer or not items or len(items) != request["Limit"]:
        return parts
    key = {name: items[-1].get(name) for name in _start_key(request) or ()}
    if not key or None in key.values():
        return parts
    text = json.dumps({**answer, "LastEvaluatedKey": key}).encode()
    kept = {name: value for name, value in headers.items() if name.lower() not in {"content-length", "x-amz-crc32"}}
    return status, {**kept, "x-amz-crc32": str(zlib.crc32(text))}, text


def _long_key(model: Any, parameters: Mapping[str, Any]) -> Answer | None:
    key = parameters.get("Key")
    if not isinstance(key, str) or len(key.encode("utf-8", "surrogatepass")) <= _LONGEST_KEY:
        return None
    return error_answer(model, "KeyTooLongError", status=400, message="Your key is too long")


def _large_batch(model: Any, parameters: Mapping[str, Any]) -> Answer | None:
    tables = parameters.get("RequestItems")
    count = sum(len(requests) for requests in tables.values()) if isinstance(tables, Mapping) else 0
    return _invalid(model, "Too many items requested for the BatchWriteItem call") if count > _MOST_WRITES else None


def _has_empty_name(value: Any) -> bool:
    """
    Whether an attribute, at any depth, has no name; moto stores it, and gives it back in no shape of DynamoDB's.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html (attribute names)
    """
    if isinstance(value, dict):
        return "" in value or any(_has_empty_name(member) for member in value.values())
    return isinstance(value, list) and any(_has_empty_name(member) for member in value)


def _start_problem(request: Mapping[str, Any]) -> str | None:
    """Why DynamoDB would not start there; moto ignores a foreign partition and stumbles over a wrong shape."""
    start, wanted = request["ExclusiveStartKey"], _start_key(request)
    if wanted is None:
        return None
    if start.keys() != wanted.keys() or any(list(start[name]) != [kind] for name, kind in wanted.items()):
        return "The provided starting key is invalid"
    if any(value == "" for attribute in start.values() for value in attribute.values()):
        return "The provided starting key is invalid: an empty key value is not allowed"
    for name, value in _equalities(request).items():
        if name == _partition_key(request) and start[name] != value:
            return "The provided starting key is outside query boundaries based on provided conditions"
    return None


def _equalities(request: Mapping[str, Any]) -> dict[str, Any]:
    names, values = request.get("ExpressionAttributeNames") or {}, request.get("ExpressionAttributeValues") or {}
    found = _EQUALS.findall(request.get("KeyConditionExpression", ""))
    return {names.get(name, name): values.get(value) for name, value in found}


def _table(request: Mapping[str, Any]) -> Any:
    name = str(request["TableName"]).rpartition("/")[2]
    for account in list(dynamodb_backends.values()):
        for backend in list(account.values()):
            if name in backend.tables:
                return backend.tables[name]
    return None


def _schema(table: Any, index_name: str | None) -> list[Mapping[str, str]]:
    """The key schema of the index, or of the table without one."""
    indexes = [index for index in table.all_indexes() if index.name == index_name]
    return list(indexes[0].schema if indexes else table.schema)


def _start_key(request: Mapping[str, Any]) -> dict[str, str] | None:
    """The attributes of a starting key with their types: the table's key and the index's; None without a table."""
    table = _table(request)
    if table is None:
        return None
    types = {each["AttributeName"]: each["AttributeType"] for each in table.attr}
    keys = [*table.schema, *_schema(table, request.get("IndexName"))]
    return {each["AttributeName"]: types[each["AttributeName"]] for each in keys}


def _partition_key(request: Mapping[str, Any]) -> str:
    schema = _schema(_table(request), request.get("IndexName"))
    return next(each["AttributeName"] for each in schema if each["KeyType"] == "HASH")


def _invalid(model: Any, message: str) -> Answer:
    return error_answer(model, "ValidationException", status=400, message=message)
