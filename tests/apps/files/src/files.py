"""An app that keeps files in a bucket, and says what its clocks read."""

import base64
import json
import os
import time
from urllib.parse import unquote

import boto3

invocations = 0


def put_file(event, context):
    body = event["body"] or ""
    content = base64.b64decode(body) if event["isBase64Encoded"] else body.encode()
    key = unquote(event["pathParameters"]["key"])
    boto3.client("s3").put_object(Bucket=os.environ["BUCKET"], Key=key, Body=content)
    return {"statusCode": 204}


def read_clocks(event, context):
    global invocations
    invocations += 1
    time.sleep(float((event["queryStringParameters"] or {}).get("sleep", 0)))
    clocks = {
        "time": time.time(),
        "monotonic": time.monotonic(),
        "perf_counter": time.perf_counter(),
        "invocation": invocations,
    }
    return {"statusCode": 200, "headers": {"Content-Type": "application/json"}, "body": json.dumps(clocks)}


def list_terms(event, context):
    boto3.client("translate").list_parallel_data()
    return {"statusCode": 200}
