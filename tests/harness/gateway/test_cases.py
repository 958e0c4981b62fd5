"""The gateway against what was recorded of API Gateway: tests/aws/gateway-cases.json, or `--gateway-cases FILE`."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from contracts import gateway, openapi
from contracts.contract import Contract, Operation, Parameter
from contracts.errors import Location
from contracts.exchange import Event, FunctionError, Reply, Target
from contracts.http import Headers, Request, Response
from contracts.stack import Function
from tests.harness.gateway.matching import MISSING, match, match_response
from tests.harness.gateway.translation import (
    AUDIENCE,
    ISSUER,
    authorizer_function,
    foreign_path_parameters,
    place_of,
    translated,
)

RECORDED = Path(__file__).parents[2] / "aws" / "gateway-cases.json"
FORMAT = "gateway-cases/1"
NOON = 1_744_668_768_000  # 2025-04-14
USAGE: Mapping[str, gateway.Usage] = {"throttled": "throttled", "quotaExceeded": "quota exceeded"}


Ask = Callable[[Target, Request], Response]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test a case of the file."""
    if "case" in metafunc.fixturenames:
        cases = recorded(metafunc.config)
        metafunc.parametrize("case", cases, ids=[case["id"] for case in cases])


def recorded(config: pytest.Config) -> list[Mapping[str, Any]]:
    """The cases of the file, each with its world."""
    file = json.loads(Path(config.getoption("--gateway-cases") or RECORDED).read_text("utf-8"))
    if file["format"] != FORMAT:
        raise pytest.UsageError(f"the cases are of the format {file['format']}, not {FORMAT}")
    return [{**case, "world": file["world"]} for case in file["cases"]]


def test_the_gateway_does_what_api_gateway_does(case: Mapping[str, Any], tmp_path: Path) -> None:
    """A case's event, response and choice of function are those that were recorded."""
    played = ImportPlayed(case) if "import" in case["given"] else Played(case, tmp_path)

    differences = played.differences()

    assert not differences, "\n".join([f"{case['title']} ({case['evidence']}: {case['source']})", *differences])


class ImportPlayed:
    """A case whose document is imported, and nothing deployed (section 3.4)."""

    def __init__(self, case: Mapping[str, Any]) -> None:
        self.case = case
        self.outcome = openapi.imported(case["given"]["import"], "REST" if case["api"] == "REST" else "HTTP")

    def differences(self) -> list[str]:
        """What is not as expected."""
        expected = self.case["expect"]["import"]
        said = "; ".join(refusal.message for refusal in self.outcome.refusals)
        if "error" in expected:
            return match(expected["error"], said or MISSING, at="import.error")
        methods = {
            name: {"authorizationType": each.authorization_type, "integrationType": each.integration_type}
            for name, each in self.outcome.methods.items()
        }
        found = (
            [f"import: refused: {said}"] if said else match(expected.get("methods", {}), methods, at="import.methods")
        )
        missing = set(expected.get("routes", ())) ^ set(methods) if "routes" in expected else set()
        return [*found, *(f"import.routes: {name}" for name in sorted(missing))]


class Played:
    """
    A case, its request sent through the public gateway.

    Args:
        ask: Asks the gateway; by a call, or over a wire.
    """

    def __init__(
        self, case: Mapping[str, Any], folder: Path, ask: Ask = lambda target, request: target(request)
    ) -> None:
        self.case = case
        self.events: list[Event] = []
        self.invoked: list[str] = []
        self.authorizer_events: list[Event] = []
        given, world = case["given"], case["world"]
        api = deployed(given["contract"], world, folder, kind=case["api"])
        request = requested(given["request"], world)
        self.unsupported = unsupported(api, request)
        moment = gateway.Moment.of(NOON, case["id"].encode(), usage=usage_of(given["contract"]))
        self.response = ask(lambda received: gateway.answer(api, received, moment, self._invoke), request)

    def differences(self) -> list[str]:
        """What is not as expected."""
        expected = self.case["expect"]
        response = dict(expected.get("response", {}))
        if self.case["given"]["request"].get("via", {}).get("http") == "2":
            response.pop("headerNames", None)  # names have no spelling on HTTP/2 (section 5 of CASES.md)
        found = self.unsupported + match_response(response, self.response)
        if "invoked" in expected:
            found += match([expected["invoked"]] if expected["invoked"] is not None else [], self.invoked, at="invoked")
        if "event" in expected:
            found += match(expected["event"], self.events[0] if self.events else None, at="event")
        if "authorizerEvent" in expected:
            received = self.authorizer_events[0] if self.authorizer_events else MISSING
            found += match(expected["authorizerEvent"], received, at="authorizerEvent")
        return found

    def _invoke(self, function: Function, event: Event) -> Reply:
        for name, authorizer in self.case["given"]["contract"].get("authorizers", {}).items():
            if function.name == authorizer_function(name):
                self.authorizer_events.append(json.loads(json.dumps(event)))
                return replied(authorizer["answer"])
        self.invoked.append(function.name)
        self.events.append(json.loads(json.dumps(event)))
        return replied(self.case["given"].get("lambda", {"return": {"statusCode": 200, "body": "ok"}}))


def unsupported(api: gateway.Api, request: Request) -> list[str]:
    """Why the gateway cannot answer a request as API Gateway does; [] where it can."""
    operation = gateway.route(api, request)
    return [f"not supported: {each.reason}" for each in api.unsupported if each.operation is operation]


def deployed(given: Mapping[str, Any], world: Mapping[str, Any], folder: Path, *, kind: str) -> gateway.Api:
    """
    The API of a case, read from its OpenAPI document by the loader.

    Args:
        kind: `REST`, `HTTP-1.0` or `HTTP-2.0`.
    """
    path = folder / "openapi.json"
    api, _, version = kind.partition("-")
    path.write_text(json.dumps(translated(given, version or None)), "utf-8")
    contract = openapi.load(str(path))
    routes = {place_of(route["route"]): route for route in given["routes"]}
    contract = _with_foreign_parameters(contract, routes)
    keys = given.get("apiKeys")
    deployment = gateway.Deployment(
        account_id=world["accountId"],
        region=world["region"],
        api_id=world["apiId"],
        host=world["host"],
        stage=given["stage"],
        stage_variables=given.get("stageVariables", {}),
        source_ip=world["sourceIp"],
        kind="HTTP" if api == "HTTP" else "REST",
        api_keys=tuple(gateway.ApiKey(key["id"], key["value"], key.get("enabled", True)) for key in keys or ()),
        access_keys=(),
        tokens=KnownTokens.of(given.get("authorizers", {})),
    )
    functions = {
        operation.name: function_of(routes[operation.method, operation.path].get("fn", "main"))
        for operation in contract.operations
        if routes[operation.method, operation.path].get("integration", {}).get("permission", True)
    }
    authorizers = {name: function_of(authorizer_function(name)) for name in given.get("authorizers", {})}
    return gateway.deploy(contract, deployment, functions, authorizers)


@dataclass(frozen=True, slots=True)
class KnownTokens:
    """A verifier that takes the tokens which a case calls good: no real keys are needed (section 3.1)."""

    tokens: Mapping[str, gateway.Token]

    @classmethod
    def of(cls, authorizers: Mapping[str, Mapping[str, Any]]) -> KnownTokens:
        """The good tokens of all authorizers."""
        lists = [authorizer.get("tokens", {}) for authorizer in authorizers.values()]
        good = {text: token for tokens in lists for text, token in tokens.items()}
        return cls({text: gateway.Token(each["claims"], tuple(each["scopes"])) for text, each in good.items()})

    def verified(
        self, text: str, *, issuers: Sequence[str], audiences: Sequence[str], seconds: int
    ) -> gateway.Token | gateway.InvalidToken:
        """The claims of a good token."""
        assert (issuers, audiences) == ((ISSUER,), (AUDIENCE,))
        return self.tokens.get(text, gateway.InvalidToken("the token is unknown"))


def _with_foreign_parameters(contract: Contract, routes: Mapping[tuple[str, str], Mapping[str, Any]]) -> Contract:
    """The contract with required path parameters that no path has: the loader refuses them, API Gateway does not."""

    def widened(operation: Operation) -> Operation:
        names = foreign_path_parameters(routes[operation.method, operation.path])
        more = [Parameter(name, "path", required=True, schema={}, location=operation.location) for name in names]
        return replace(operation, parameters=(*operation.parameters, *more))

    return replace(contract, operations=tuple(widened(operation) for operation in contract.operations))


def usage_of(given: Mapping[str, Any]) -> gateway.Usage:
    """Where the usage plan of a case stands."""
    return next((USAGE[state] for state, on in given.get("usagePlan", {}).items() if on), "within")


def function_of(label: str) -> Function:
    """A function that only has a name."""
    return Function(
        logical_id=label,
        name=label,
        arn=f"arn:aws:lambda:ap-northeast-2:123456789012:function:{label}",
        handler="app.handler",
        runtime="python3.13",
        code=None,
        environment={},
        role=None,
        timeout_seconds=3,
        memory_megabytes=128,
        location=Location("template.yaml"),
    )


def requested(given: Mapping[str, Any], world: Mapping[str, Any]) -> Request:
    """The request as the transport sends it: with Host, and Content-Length where there is a body."""
    body = given.get("body")
    content = None
    if isinstance(body, str):
        content = body.encode()
    elif isinstance(body, dict):
        content = base64.b64decode(body["base64"]) if "base64" in body else body["repeat"].encode() * body["count"]
    lines = [("Host", world["host"]), *((name, value) for name, value in given["headers"])]
    if content is not None:
        lines.append(("Content-Length", str(len(content))))
    version = given.get("via", {}).get("http", world["http"])
    return Request(given["method"], given["target"], Headers.of(lines), content, f"HTTP/{version}")


def replied(given: Mapping[str, Any]) -> Reply:
    """What the function of a case gives back."""
    if given.get("timeout"):
        return Reply(payload="null", duration_milliseconds=10.0**9)
    if "error" in given:
        error = given["error"]
        return Reply(None, FunctionError(error.get("errorType", "Sandbox.Timedout"), error.get("errorMessage", "")))
    return Reply(given["text"] if "text" in given else json.dumps(given["return"]))
