"""Objects of Amazon S3 over HTTP, for the gateway that calls S3 by itself: a request in, a response out.

The call is botocore's, so that it goes through the one seam like any other: what of the request becomes which
parameter, and which operation it is, is in botocore's model of the service.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

from contracts.http import Headers, Request, Response

OPERATIONS: Mapping[str, str] = {
    "DELETE": "DeleteObject",
    "GET": "GetObject",
    "HEAD": "HeadObject",
    "PUT": "PutObject",
}
_XML = "application/xml"


def answered(client: Any, request: Request) -> Response | None:
    """
    What S3 answers; None where there is no connection, or no answer in time.

    Args:
        client: boto3's client for `s3`.
        request: Its target is `/<bucket>/<key>`, percent-encoded; not signed.
    """
    model = client.meta.service_model.operation_model(OPERATIONS[request.method])
    parameters = dict(_parameters(model.input_shape, request))
    try:
        result = client._make_api_call(model.name, parameters)
    except ClientError as error:
        return _refused(request, error)
    except ParamValidationError as error:
        return Response(400, _headers({"content-type": _XML}), _xml("InvalidRequest", str(error)))
    except BotoCoreError:
        return None
    metadata = result["ResponseMetadata"]
    body = result["Body"].read() if "Body" in result else b""
    return Response(metadata["HTTPStatusCode"], _headers(metadata["HTTPHeaders"]), body)


def _parameters(shape: Any, request: Request) -> Iterator[tuple[str, Any]]:
    """The members of an operation's input that the request has."""
    bucket, _, key = request.path.lstrip("/").partition("/")
    query = dict(parse_qsl(request.query, keep_blank_values=True))
    yield "Bucket", unquote(bucket)
    yield "Key", unquote(key)
    for name, member in shape.members.items():
        location, wire = member.serialization.get("location"), member.serialization.get("name", name)
        if name == shape.serialization.get("payload"):
            yield name, request.body or b""
        elif location == "header" and (said := request.headers.get(wire)) is not None and wire != "Content-Length":
            yield name, _typed(member.type_name, said)
        elif location == "querystring" and wire in query:
            yield name, _typed(member.type_name, query[wire])
        elif location == "headers":
            found = {line[len(wire) :]: said for line, said in request.headers if line.lower().startswith(wire)}
            if found:
                yield name, found


def _typed(kind: str, text: str) -> Any:
    if kind in ("integer", "long") and text.isdecimal():
        return int(text)
    return text.lower() == "true" if kind == "boolean" else text


def _refused(request: Request, error: ClientError) -> Response:
    said, metadata = error.response.get("Error", {}), error.response.get("ResponseMetadata", {})
    headers = _headers({"content-type": _XML, **metadata.get("HTTPHeaders", {})})
    body = b"" if request.method == "HEAD" else _xml(str(said.get("Code", "")), str(said.get("Message", "")))
    status = int(metadata.get("HTTPStatusCode") or 500)
    return Response(status, headers, b"" if status == 304 else body)


def _headers(values: Mapping[str, str]) -> Headers:
    return Headers.of((name, str(value)) for name, value in values.items())


def _xml(code: str, message: str) -> bytes:
    # https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{_escaped(code)}</Code>'
        f"<Message>{_escaped(message)}</Message></Error>"
    ).encode("utf-8", "replace")


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
