"""Pets: one function behind all routes, which tells them apart by itself."""

import json
import os
import uuid

import boto3
from botocore.exceptions import ClientError


def handler(event, context):
    if event["resource"] == "/photos/{name+}":
        name = event["pathParameters"]["name"]
        return {"statusCode": 200, "headers": {"Content-Type": "text/plain"}, "body": f"photos/{name}"}
    if event["resource"] == "/pets":
        return create(event)
    found = table().get_item(Key={"id": event["pathParameters"]["id"]}).get("Item")
    serve = {"GET": get, "PUT": replace, "DELETE": delete}.get(event["httpMethod"])
    if serve is None:
        return reply(405, {"message": "nobody does that to a pet"}, Allow="GET, PUT, DELETE")
    return reply(404, {"message": "there is no such pet"}) if found is None else serve(event, found)


def create(event):
    pet = pet_of(event)
    if pet is None:
        return reply(400, {"message": "this is no pet"})
    item = {"id": uuid.uuid4().hex, **pet}
    table().put_item(Item=item)
    return reply(201, item, Location=f"/v1/pets/{item['id']}")


def get(event, found):
    return reply(200, found)


def replace(event, found):
    pet = pet_of(event)
    if pet is None:
        return reply(400, {"message": "this is no pet"})
    item = {"id": found["id"], **pet}
    try:
        table().put_item(Item=item, ConditionExpression="attribute_exists(id)")
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        return reply(404, {"message": "there is no such pet"})
    return reply(200, item)


def delete(event, found):
    table().delete_item(Key={"id": found["id"]})
    return reply(204)


def pet_of(event):
    try:
        pet = json.loads(event["body"] or "")
    except (ValueError, RecursionError):
        return None
    right = isinstance(pet, dict) and set(pet) == {"name"} and isinstance(pet["name"], str)
    return pet if right and 1 <= len(pet["name"]) <= 20 else None


def reply(status, body=None, **headers):
    return {"statusCode": status, "headers": headers, "body": "" if body is None else json.dumps(body)}


def table():
    return boto3.resource("dynamodb").Table(os.environ["TABLE"])
