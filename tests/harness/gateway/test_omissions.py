"""What a document asks of API Gateway that is not done here."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.gateway import omissions

COMPRESSION = "x-amazon-apigateway-minimum-compression-size"
ENDPOINT = "x-amazon-apigateway-endpoint-configuration"


@pytest.mark.parametrize(
    ("extensions", "named"),
    [
        ({COMPRESSION: 0}, [COMPRESSION]),
        ({COMPRESSION: None}, []),
        ({ENDPOINT: {"disableExecuteApiEndpoint": True}}, [ENDPOINT]),
        ({ENDPOINT: {"disableExecuteApiEndpoint": False, "vpcEndpointIds": []}}, []),
        ({"x-amazon-apigateway-cors": {}}, []),
    ],
)
def test_what_is_left_out_is_named(extensions: dict[str, Any], named: list[str]) -> None:
    """By the extension that asks for it, and by nothing else."""
    assert [name for name, _ in omissions(extensions)] == named
