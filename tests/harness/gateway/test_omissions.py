"""What a document asks of API Gateway that is not done here."""

from __future__ import annotations

from typing import Any, Literal

import pytest

from contracts.errors import Location
from contracts.gateway import omissions, over_quota, settings_left_out
from contracts.stack import Setting, Unresolved

COMPRESSION = "x-amazon-apigateway-minimum-compression-size"
ENDPOINT = "x-amazon-apigateway-endpoint-configuration"


@pytest.mark.parametrize(
    ("extensions", "named"),
    [
        ({COMPRESSION: 0}, [COMPRESSION]),
        ({COMPRESSION: None}, []),
        ({ENDPOINT: {"disableExecuteApiEndpoint": True}}, [ENDPOINT]),
        ({ENDPOINT: {"disableExecuteApiEndpoint": False, "vpcEndpointIds": []}}, []),
        ({ENDPOINT: {"vpcEndpointIds": ["vpce-1"]}}, [ENDPOINT]),
        ({"x-amazon-apigateway-cors": {}}, []),
    ],
)
def test_what_is_left_out_is_named(extensions: dict[str, Any], named: list[str]) -> None:
    """By the extension that asks for it, and by nothing else."""
    assert [name for name, _ in omissions(extensions)] == named


REST, STAGE, DEPLOYMENT = (f"AWS::ApiGateway::{name}" for name in ("RestApi", "Stage", "Deployment"))
UNKNOWN = Unresolved("Fn::ImportValue", "nobody knows", Location("template.yaml"))


def told(*settings: tuple[str, str, Any]) -> list[tuple[str, str]]:
    """The property and the beginning of what is said of each setting that is left out."""
    found = settings_left_out(Setting(*each, location=Location("template.yaml", 1)) for each in settings)
    return [(setting.name, " ".join(words.split()[:3])) for setting, words in found]


@pytest.mark.parametrize(
    ("kind", "name", "value", "words"),
    [
        (REST, "EndpointConfiguration", {"Types": ["EDGE"]}, "the headers that"),
        (REST, "EndpointConfiguration", {"Types": ["PRIVATE"], "VpcEndpointIds": ["v"]}, "requests come from"),
        (REST, "EndpointConfiguration", {"Types": ["REGIONAL"]}, None),
        (REST, "EndpointConfiguration", {"Types": UNKNOWN}, None),
        (REST, "DisableExecuteApiEndpoint", True, "the API answers"),
        (REST, "Name", "api", None),
        ("AWS::ApiGatewayV2::Api", "DisableExecuteApiEndpoint", "true", "the API answers"),
        ("AWS::ApiGatewayV2::Api", "DisableExecuteApiEndpoint", False, None),
        (STAGE, "CacheClusterEnabled", True, "answers are not"),
        (STAGE, "CacheClusterEnabled", UNKNOWN, None),
        (STAGE, "MethodSettings", [{"CachingEnabled": "true"}], "answers are not"),
        (STAGE, "MethodSettings", [{"ThrottlingRateLimit": 5}], None),
        (STAGE, "CanarySetting", {"PercentTraffic": 10}, "every request goes"),
        (DEPLOYMENT, "DeploymentCanarySettings", {"PercentTraffic": 10}, "every request goes"),
        (DEPLOYMENT, "StageDescription", {"CachingEnabled": True}, "answers are not"),
        (DEPLOYMENT, "StageDescription", {"CanarySetting": {"PercentTraffic": 1}}, "every request goes"),
        (DEPLOYMENT, "StageDescription", {"Variables": {"a": "b"}}, None),
        ("AWS::ApiGateway::DomainName", "MutualTlsAuthentication", {"TruststoreUri": "s3://b/k"}, "no client shows"),
        ("AWS::ApiGatewayV2::DomainName", "MutualTlsAuthentication", {"TruststoreUri": "s3://b/k"}, "no client shows"),
        ("AWS::WAFv2::WebACLAssociation", "ResourceArn", "arn", "the web ACL"),
    ],
)
def test_what_a_template_sets_and_is_left_out_is_named(kind: str, name: str, value: Any, words: str | None) -> None:
    """By the property that sets it; what a run does as deployed, or nobody can know, is not."""
    assert told((kind, name, value)) == ([] if words is None else [(name, words)])


def test_the_same_is_said_once() -> None:
    """A cache is set up by two properties."""
    assert len(told((STAGE, "CacheClusterEnabled", True), (STAGE, "MethodSettings", [{"CachingEnabled": True}]))) == 1


@pytest.mark.parametrize(
    ("kind", "paths", "said"),
    [
        ("REST", [f"/a/{n}" for n in range(298)], None),
        ("REST", [f"/a/{n}" for n in range(299)], "it has 301 resources"),
        ("HTTP", [f"/a/{n}" for n in range(300)], None),
        ("HTTP", [f"/a/{n}" for n in range(301)], "it has 301 routes"),
    ],
)
def test_more_than_an_account_may_have_is_named(
    kind: Literal["REST", "HTTP"], paths: list[str], said: str | None
) -> None:
    """Each part of a path is a resource, the root is one, and the methods of one path share it."""
    found = over_quota([("GET", path) for path in paths], kind)

    assert (found is None) if said is None else (found or "").startswith(said)
