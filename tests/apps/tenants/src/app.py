"""Tasks of tenants: the authorizer says whose."""

import json
import os
import uuid

import boto3
from boto3.dynamodb.conditions import Key

dynamodb = boto3.resource("dynamodb")


def table():
    return dynamodb.Table(os.environ["TABLE"])


def reply(status, body):
    return {"statusCode": status, "headers": {"Content-Type": "application/json"}, "body": json.dumps(body)}


def tenant_of(event):
    return event["requestContext"]["authorizer"]["tenant"]


def is_title(value):
    # A lone surrogate is a Python text but no UTF-8: DynamoDB cannot keep it.
    return isinstance(value, str) and len(value) <= 80 and value == value.encode(errors="ignore").decode()


def create_task(event, context):
    try:
        value = json.loads(event["body"] or "")
    except (ValueError, RecursionError):
        return reply(400, {"message": "the body must be JSON"})
    if not isinstance(value, dict) or set(value) != {"title"} or not is_title(value["title"]):
        return reply(400, {"message": "the body must be an object with a title of at most 80 characters"})
    item = {"tenant": tenant_of(event), "task_id": str(uuid.uuid4()), "title": value["title"]}
    table().put_item(Item=item)
    return reply(201, {"task_id": item["task_id"], "title": item["title"]})


def get_task(event, context):
    key = {"tenant": tenant_of(event), "task_id": event["pathParameters"]["task_id"][:64]}
    item = table().get_item(Key=key).get("Item")
    if item is None:
        return reply(404, {"message": "there is no such task"})
    return reply(200, {"task_id": item["task_id"], "title": item["title"]})


def list_tasks(event, context):
    mine = table().query(KeyConditionExpression=Key("tenant").eq(tenant_of(event)))["Items"]
    return reply(200, {"items": [{"task_id": item["task_id"], "title": item["title"]} for item in mine]})


def delete_task(event, context):
    task = {"tenant": tenant_of(event), "task_id": event["pathParameters"]["task_id"][:64]}
    gone = table().delete_item(Key=task, ReturnValues="ALL_OLD")
    if "Attributes" not in gone:
        return reply(404, {"message": "no such task is there"})
    return {"statusCode": 204}


def health(event, context):
    return reply(200, {"status": "up"})
