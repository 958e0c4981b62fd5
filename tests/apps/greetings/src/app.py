"""One app for two kinds of API: it reads each event as its payload format wants to be read."""

import base64
import json
import re
from urllib.parse import parse_qsl, unquote

NAME = re.compile(r"[A-Za-z +é-]{1,20}")
WORD = re.compile(r"[a-z &é]{1,10}")


def greet(event, context):
    name, words, tone = read(event)
    if not NAME.fullmatch(name) or len(words) > 3 or not all(WORD.fullmatch(word) for word in words):
        return answer(event, 400, {"message": "a name and at most three words, in letters"})
    if tone not in (None, "formal", "plain"):
        return answer(event, 400, {"message": "the tone is formal or plain"})
    return answer(event, 200, {"words": [name, *words]})


def reply(event, context):
    text = event.get("body") or ""
    try:
        value = json.loads(base64.b64decode(text) if event["isBase64Encoded"] else text)
    except (ValueError, RecursionError):
        return answer(event, 400, {"message": "the body must be JSON"})
    words = value.get("words") if isinstance(value, dict) and set(value) == {"words"} else None
    if not isinstance(words, list) or len(words) > 5 or not all(is_word(word) for word in words):
        return answer(event, 400, {"message": "at most five words of 20 characters"})
    return answer(event, 200, {"words": words})


def is_word(value):
    # A lone surrogate is a Python text but no UTF-8: no answer can carry it.
    return isinstance(value, str) and len(value) <= 20 and value == value.encode(errors="ignore").decode()


def read(event):
    """Name, words and tone: a REST API hands over paths as sent, an HTTP API decoded; multiple values differ too."""
    if event.get("version") == "2.0":
        query = parse_qsl(event["rawQueryString"], keep_blank_values=True)
        return event["pathParameters"]["name"], words_of(query), event["headers"].get("x-tone")
    query = event["multiValueQueryStringParameters"] or {}
    tone = {name.lower(): value for name, value in (event["headers"] or {}).items()}.get("x-tone")
    return unquote(event["pathParameters"]["name"]), query.get("word", []), tone


def words_of(query):
    return [value for name, value in query if name == "word"]


def answer(event, status, value):
    """A REST API has JSON as its default type, an HTTP API plain text."""
    headers = {"Content-Type": "application/json"} if "version" in event else {}
    return {"statusCode": status, "headers": headers, "body": json.dumps(value)}
