"""A catalogue of products: pages, filters, entity tags, conditions and idempotency keys, in one table."""

import base64
import hashlib
import json
import os
import re
import time
import uuid
from decimal import Decimal

import boto3
from boto3.dynamodb.conditions import Attr, Key

dynamodb = boto3.resource("dynamodb")

KINDS = ("book", "film", "game")
SHOP = "shop"


def table():
    return dynamodb.Table(os.environ["TABLE"])


def keys():
    return dynamodb.Table(os.environ["KEYS"])


class Refusal(Exception):
    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


def reply(status, body=None, **headers):
    answer = {"statusCode": status, "headers": {"Content-Type": "application/json", **headers}}
    if body is not None:
        answer["body"] = json.dumps(body)
    return answer


def handler(event, context):
    try:
        return ROUTES[event["httpMethod"], event["resource"]](event)
    except Refusal as refusal:
        return reply(refusal.status, {"message": str(refusal)})
    except dynamodb.meta.client.exceptions.ConditionalCheckFailedException:
        return reply(412, {"message": "the product has changed meanwhile"})


def header(event, name):
    return next((value for key, value in (event["headers"] or {}).items() if key.lower() == name), None)


def body_of(event):
    text = event["body"] or ""
    try:
        return json.loads(base64.b64decode(text) if event["isBase64Encoded"] else text, parse_constant=refuse_constant)
    except (ValueError, RecursionError):
        raise Refusal(400, "the body must be JSON") from None


def refuse_constant(name):
    raise ValueError(name)


def is_text(value, longest):
    # A lone surrogate is a Python text but no UTF-8: DynamoDB cannot keep it.
    return isinstance(value, str) and len(value) <= longest and value == value.encode(errors="ignore").decode()


def is_count(value):
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 10**9


def is_list_of_texts(value):
    return isinstance(value, list) and len(value) <= 5 and all(is_text(each, 40) for each in value)


def checked(value):
    if not isinstance(value, dict) or not set(value) <= {"title", "kind", "price", "tags", "blurb", "sold_out"}:
        raise Refusal(400, "the body must be an object without unknown members")
    if not is_text(value.get("title"), 3000) or not value["title"]:
        raise Refusal(400, "title must be a text of 1 to 3000 characters")
    if value.get("kind") not in KINDS:
        raise Refusal(400, "kind must be book, film or game")
    if not is_count(value.get("price", 0)) or not is_list_of_texts(value.get("tags", [])):
        raise Refusal(400, "price must be a whole number, and tags a list of at most 5 texts")
    if not is_text(value.get("blurb", ""), 500) or not isinstance(value.get("sold_out", False), bool):
        raise Refusal(400, "blurb must be a text of at most 500 characters, and sold_out true or false")
    return value


def now():
    moment = time.time()
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(moment)) + f".{int(moment % 1 * 1000):03}Z"


def product(value, before=None):
    moment = now()
    made = {
        "shop": SHOP,
        "product_id": before["product_id"] if before else f"p{int(time.time() * 1000):013}{uuid.uuid4().hex[:8]}",
        "title": value["title"],
        "kind": value["kind"],
        "price": value.get("price", 0),
        "tags": value.get("tags", []),
        "sold_out": value.get("sold_out", False),
        "revision": int(before["revision"]) + 1 if before else 1,
        "created_at": before["created_at"] if before else moment,
        "updated_at": moment,
    }
    if "blurb" in value:
        made["blurb"] = value["blurb"]
    return made


def shown(item):
    values = {name: int(value) if isinstance(value, Decimal) else value for name, value in item.items()}
    return {name: value for name, value in values.items() if name != "shop"}


def tag_of(item):
    text = json.dumps(shown(item), sort_keys=True)
    return '"' + hashlib.sha256(text.encode()).hexdigest()[:20] + '"'


def key_of(event):
    # No key that could not be one of ours is asked for: DynamoDB refuses those over 1024 bytes.
    return {"shop": SHOP, "product_id": event["pathParameters"]["product_id"][:64]}


def found(event):
    item = table().get_item(Key=key_of(event), ConsistentRead=True).get("Item")
    if item is None:
        raise Refusal(404, "there is no such product")
    return item


def matches(event, item):
    wanted = header(event, "if-match")
    if wanted is None:
        raise Refusal(428, "say in If-Match which product you have seen")
    if wanted != "*" and tag_of(item) not in [each.strip() for each in wanted.split(",")]:
        raise Refusal(412, "the product is not what If-Match says")


def create_product(event):
    key = header(event, "idempotency-key")
    if key is not None and not re.fullmatch("[!-~]{4,80}", key):
        raise Refusal(400, "the key must have 4 to 80 visible characters of ASCII")
    value = checked(body_of(event))
    digest = hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
    if key is not None:
        known = keys().get_item(Key={"key": key}, ConsistentRead=True).get("Item")
        if known is not None:
            if known["digest"] != digest:
                raise Refusal(422, "the key was used for another request")
            return json.loads(known["answer"])
    item = product(value)
    table().put_item(Item=item, ConditionExpression=Attr("product_id").not_exists())
    place = f"{event['requestContext']['path'].rstrip('/')}/{item['product_id']}"
    answer = reply(201, shown(item), Location=place, ETag=tag_of(item))
    if key is not None:
        known = {"key": key, "digest": digest, "answer": json.dumps(answer)}
        try:
            keys().put_item(Item=known, ConditionExpression=Attr("key").not_exists())
        except dynamodb.meta.client.exceptions.ConditionalCheckFailedException:
            # Somebody with the same key was faster: there is one product, theirs.
            table().delete_item(Key={"shop": SHOP, "product_id": item["product_id"]})
            return json.loads(keys().get_item(Key={"key": key}, ConsistentRead=True)["Item"]["answer"])
    return answer


def cursor_of(item, kind):
    return base64.urlsafe_b64encode(json.dumps([item["product_id"], kind]).encode()).decode().rstrip("=")


def position(text, kind):
    try:
        value = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, list) or len(value) != 2 or value[1] != kind:
        raise Refusal(400, "the cursor is none of this list")
    if not isinstance(value[0], str) or not 0 < len(value[0]) <= 64 or not value[0].isascii():
        raise Refusal(400, "the cursor is none of this list")
    return value[0]


def limit_of(asked):
    text = asked.get("limit", "3")
    if not (text.isascii() and text.isdigit()) or not 1 <= len(text) <= 3 or not 1 <= int(text) <= 100:
        raise Refusal(400, "limit must be a number from 1 to 100")
    return int(text)


def list_products(event):
    asked = event["queryStringParameters"] or {}
    kind, limit = asked.get("kind"), limit_of(asked)
    if kind is not None and kind not in KINDS:
        raise Refusal(400, "kind must be book, film or game")
    query = {"KeyConditionExpression": Key("shop").eq(SHOP), "Limit": limit}
    if kind is not None:
        query["FilterExpression"] = Attr("kind").eq(kind)
    if "cursor" in asked:
        query["ExclusiveStartKey"] = {"shop": SHOP, "product_id": position(asked["cursor"], kind)}
    answer = table().query(**query)
    page = {"items": [shown(item) for item in answer["Items"]]}
    if "LastEvaluatedKey" in answer:
        page["next_cursor"] = cursor_of(answer["LastEvaluatedKey"], kind)
    return reply(200, page)


def get_product(event):
    item = found(event)
    known = header(event, "if-none-match")
    if known is not None and (known == "*" or tag_of(item) in [each.strip() for each in known.split(",")]):
        return {"statusCode": 304, "headers": {"ETag": tag_of(item)}}
    return reply(200, shown(item), ETag=tag_of(item))


def replace_product(event):
    value = checked(body_of(event))
    before = found(event)
    matches(event, before)
    item = product(value, before)
    table().put_item(Item=item, ConditionExpression=Attr("revision").eq(before["revision"]))
    return reply(200, shown(item), ETag=tag_of(item))


def delete_product(event):
    before = found(event)
    if header(event, "if-match") is not None:
        matches(event, before)
    table().delete_item(Key=key_of(event))
    return {"statusCode": 204}


ROUTES = {
    ("POST", "/products"): create_product,
    ("GET", "/products"): list_products,
    ("GET", "/products/{product_id}"): get_product,
    ("HEAD", "/products/{product_id}"): get_product,
    ("PUT", "/products/{product_id}"): replace_product,
    ("DELETE", "/products/{product_id}"): delete_product,
}
