"""Omissions: what a document asks of API Gateway that is not done here, and that no operation needs to be answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

COMPRESSION = "x-amazon-apigateway-minimum-compression-size"
ENDPOINT = "x-amazon-apigateway-endpoint-configuration"


def omissions(extensions: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """
    What is left out, each with the extension that asks for it.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html (D)

    Args:
        extensions: The document's own `x-*` members.
    """
    if extensions.get(COMPRESSION) is not None:
        yield COMPRESSION, "answers are not compressed here, and requests not decompressed"
    endpoint = extensions.get(ENDPOINT)
    if isinstance(endpoint, Mapping) and str(endpoint.get("disableExecuteApiEndpoint")).lower() == "true":
        yield ENDPOINT, "the API answers by its own host name here, although disableExecuteApiEndpoint is true"
