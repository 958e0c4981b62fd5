"""A store of settings: one function behind every route, with a router of its own; clients choose the keys."""

import base64
import hashlib
import json
import os
import re

import boto3

client = boto3.client("dynamodb")
ROUTES = {}


def route(method, resource):
    def added(handler):
        ROUTES[method, resource] = handler
        return handler

    return added


def handler(event, context):
    return ROUTES[event["httpMethod"], event["resource"]](event)


def answer(status, body=None, headers=None):
    reply = {"statusCode": status, "headers": headers or {}}
    if body is not None:
        reply["headers"]["content-type"] = "application/json; charset=utf-8"
        reply["body"] = json.dumps(body, ensure_ascii=False)
    return reply


def refusal(status, detail):
    return answer(status, {"detail": detail})


def header(event, name):
    return next((value for key, value in (event["headers"] or {}).items() if key.lower() == name), None)


def tag_of(document):
    return '"' + hashlib.sha256(document.encode()).hexdigest()[:16] + '"'


def name_of(event):
    name = event["pathParameters"]["name"]
    return name if re.fullmatch(r"[a-z][a-z0-9-]{0,30}", name) else None


def is_text(value, longest):
    # A lone surrogate cannot be written as UTF-8.
    return isinstance(value, str) and len(value) <= longest and value == value.encode(errors="ignore").decode()


def is_list_of_texts(value):
    return isinstance(value, list) and len(value) <= 3 and all(is_text(each, 20) for each in value)


def wrong_with(value):
    if not isinstance(value, dict) or not set(value) <= {"value", "note", "tags"}:
        return "the body must be an object with value, note and tags alone"
    if not is_text(value.get("value"), 100):
        return "value must be a text of at most 100 characters"
    if not is_text(value.get("note", ""), 50):
        return "note must be a text of at most 50 characters"
    if not is_list_of_texts(value.get("tags", [])):
        return "tags must be at most 3 texts of at most 20 characters"
    return None


def setting(name, value):
    stored = {"name": name, "value": value["value"], "tags": value.get("tags", [])}
    if "note" in value:
        stored["note"] = value["note"]
    return stored


def found(name):
    item = client.get_item(TableName=os.environ["TABLE"], Key={"name": {"S": name}}, ConsistentRead=True).get("Item")
    return None if item is None else item["document"]["S"]


def body_of(event):
    text = event["body"] or ""
    return base64.b64decode(text) if event["isBase64Encoded"] else text


@route("PUT", "/settings/{name}")
def put_setting(event):
    name = name_of(event)
    if name is None:
        return refusal(400, "the name must be lower-case letters, digits and dashes")
    try:
        value = json.loads(body_of(event))
    except (ValueError, RecursionError):
        return refusal(400, "the body must be JSON")
    wrong = wrong_with(value)
    if wrong:
        return refusal(400, wrong)
    before = found(name)
    wanted = header(event, "if-match")
    named = {tag.strip() for tag in (wanted or "").split(",")}
    if wanted is not None and (before is None or not {"*", tag_of(before)} & named):
        return refusal(412, "the setting is not what If-Match says")
    stored = setting(name, value)
    document = json.dumps(stored)
    item = {"name": {"S": name}, "document": {"S": document}}
    # Somebody else may have put another one since it was looked at.
    unchanged = {"document": {"Exists": False} if before is None else {"Value": {"S": before}}}
    try:
        client.put_item(TableName=os.environ["TABLE"], Item=item, Expected=unchanged if wanted is not None else {})
    except client.exceptions.ConditionalCheckFailedException:
        return refusal(412, "the setting is not any more what If-Match says")
    return answer(201 if before is None else 200, stored, {"ETag": tag_of(document)})


@route("GET", "/settings/{name}")
def get_setting(event):
    name = name_of(event)
    document = None if name is None else found(name)
    if document is None:
        return refusal(404, "there is no such setting")
    known = [tag.strip() for tag in (header(event, "if-none-match") or "").split(",")]
    if {"*", tag_of(document)} & set(known):
        return answer(304, headers={"ETag": tag_of(document)})
    return answer(200, json.loads(document), {"ETag": tag_of(document)})


@route("DELETE", "/settings/{name}")
def delete_setting(event):
    name = name_of(event)
    if name is None:
        return refusal(404, "no setting can have such a name")
    client.delete_item(TableName=os.environ["TABLE"], Key={"name": {"S": name}})
    return answer(204)


@route("GET", "/settings")
def list_settings(event):
    given = header(event, "authorization") or ""
    if not given.startswith("Bearer "):
        return refusal(401, "the list is for operators")
    prefix = (event["queryStringParameters"] or {}).get("prefix", "")
    items = client.scan(TableName=os.environ["TABLE"])["Items"]
    stored = [json.loads(item["document"]["S"]) for item in items]
    return answer(200, [each for each in stored if each["name"].startswith(prefix)])
