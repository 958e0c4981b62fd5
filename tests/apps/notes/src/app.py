"""A small app as many are: one module, a function an operation, the table read from the environment at call time."""

import base64
import json
import os
import uuid

import boto3

dynamodb = boto3.resource("dynamodb")


def table():
    return dynamodb.Table(os.environ["TABLE"])


def reply(status, body=None, **headers):
    answer = {"statusCode": status, "headers": {"Content-Type": "application/json", **headers}}
    if body is not None:
        answer["body"] = json.dumps(body)
    return answer


def problem(status, message):
    return reply(status, {"message": message})


def body_of(event):
    text = event["body"] or ""
    return base64.b64decode(text) if event["isBase64Encoded"] else text


def is_text(value):
    # A lone surrogate is a Python text but no UTF-8: DynamoDB cannot keep it.
    return isinstance(value, str) and len(value) <= 200 and value == value.encode(errors="ignore").decode()


def is_priority(value):
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 5


def wrong_with(value):
    if not isinstance(value, dict):
        return "the body must be an object"
    if not set(value) <= {"text", "priority"}:
        return "the body has an unknown member"
    if not is_text(value.get("text")):
        return "text must be a text of at most 200 characters"
    if "priority" in value and not is_priority(value["priority"]):
        return "priority must be an integer from 1 to 5"
    return None


def shown(item):
    return {"note_id": item["note_id"], "text": item["text"], "priority": int(item["priority"])}


def create_note(event, context):
    try:
        value = json.loads(body_of(event))
    except (ValueError, RecursionError):
        return problem(400, "the body must be JSON")
    wrong = wrong_with(value)
    if wrong:
        return problem(400, wrong)
    item = {"note_id": str(uuid.uuid4()), "text": value["text"], "priority": value.get("priority", 3)}
    table().put_item(Item=item)
    return reply(201, shown(item), Location=f"{event['requestContext']['path'].rstrip('/')}/{item['note_id']}")


def list_notes(event, context):
    return reply(200, {"items": [shown(item) for item in table().scan()["Items"]]})


def key_of(event):
    # No key that could not be one of ours is asked for: DynamoDB refuses those over 2048 bytes.
    return {"note_id": event["pathParameters"]["note_id"][:64]}


def get_note(event, context):
    item = table().get_item(Key=key_of(event)).get("Item")
    if item is None:
        return problem(404, "there is no such note")
    return reply(200, shown(item))


def delete_note(event, context):
    gone = table().delete_item(Key=key_of(event), ReturnValues="ALL_OLD")
    if "Attributes" not in gone:
        return problem(404, "there is no such note")
    return {"statusCode": 204}
