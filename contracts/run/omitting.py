"""Omitting: what is not done here as API Gateway does it, and what a deployment would lack, told once with its place.

Nothing of it keeps the service from running.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from contracts import gateway
from contracts.contract import Contract
from contracts.errors import Location
from contracts.finding import Gap
from contracts.policies.patterns import matches
from contracts.stack import Api, Function, Resource, Stack, Unresolved

PERMISSION = "AWS::Lambda::Permission"
INVOKE = ("lambda:InvokeFunction", "lambda:*")
GATEWAY = ("apigateway.amazonaws.com", "*")
AS_IT_IS, MAY_INVOKE = "gateway-as-it-is", "gateway-may-invoke"


def omitted(
    contract: Contract, api: Api, stack: Stack, functions: Mapping[str, Function], promise: str
) -> Iterator[Gap]:
    """
    What is left out.

    Args:
        contract: What is deployed.
        functions: The function of each operation that is deployed, by `Operation.name`.
        promise: The one that it is told of.
    """
    told = [*left_out(contract, api), *_of_domains(contract, api)]
    for words, location in told:
        yield Gap(promise, AS_IT_IS, None, words, location)
    lacking = unpermitted(contract, functions, api, stack)
    if lacking:
        names = ", ".join(each.logical_id for each in lacking)
        message = (
            f"nothing in the template lets API Gateway call {names} ({PERMISSION}): unless something else does, every "
            "call answers 500 once it is deployed"
        )
        yield Gap(promise, MAY_INVOKE, None, message, lacking[0].location)


def left_out(contract: Contract, api: Api) -> Iterator[tuple[str, Location]]:
    """What the document and the template ask of API Gateway and is not done here, and where they do."""
    for name, words in gateway.omissions(contract.extensions):
        yield f"`{name}`: {words}", api.place((name,)) or api.location
    for setting, words in gateway.settings_left_out(api.settings):
        yield f"`{setting.name}`: {words}", setting.location
    too_many = gateway.over_quota(((each.method, each.path) for each in contract.operations), api.kind)
    if too_many is not None:
        yield too_many, api.location
    for name, location in api.other_stages:
        yield f"the stage `{name}` is not asked: a run has one stage of an API, `{api.stage}`", location


def _of_domains(contract: Contract, api: Api) -> Iterator[tuple[str, Location]]:
    for domain in api.domains:
        if domain.name.startswith("*."):
            words = f"`{domain.name}` stands for many host names, and the API answers by none of them here"
            yield words, domain.location
        for operation in contract.operations:
            if not domain.base_path and domain.names_stage and operation.path in gateway.HEALTH_PATHS:
                words = f"`{operation.path}` of {domain.name} is API Gateway's own health check there"
                yield f"{words}, and no request reaches {operation.name}", domain.location


def unpermitted(contract: Contract, functions: Mapping[str, Function], api: Api, stack: Stack) -> tuple[Function, ...]:
    """
    The functions that no resource of the template lets the API call, for certain.

    FL R8: API Gateway answers 500 where a function's policy does not allow it the call; D for HTTP APIs. An integration
    with `credentials` calls with a role, and needs no such policy.
    """
    permissions = [each for each in stack.others.values() if each.kind == PERMISSION]
    called: dict[str, Function] = {}
    for operation in contract.operations:
        function, integration = functions.get(operation.name), operation.integration
        if function is not None and integration is not None and not integration.settings.get("credentials"):
            called.setdefault(function.logical_id, function)
    return tuple(each for each in called.values() if not any(_Caller(api, stack).may(each, permissions)))


@dataclass(frozen=True, slots=True)
class _Caller:
    """The stage of the API, as permissions know it."""

    api: Api
    stack: Stack

    def may(self, function: Function, permissions: Iterable[Resource]) -> Iterator[bool]:
        """Whether each permission lets it call the function, or may do so as far as anybody knows."""
        for permission in permissions:
            properties = permission.properties
            if any(isinstance(value, Unresolved) for value in properties.values()):
                yield True
                continue
            yield (
                _names(properties.get("FunctionName"), function)
                and properties.get("Action") in INVOKE
                and properties.get("Principal") in GATEWAY
                and self._is_source(properties.get("SourceArn"))
            )

    def _is_source(self, pattern: object) -> bool:
        """Whether the stage may be meant; of methods and paths behind it nothing is said here."""
        if pattern is None:
            return True
        parts = str(pattern).split(":", 5)
        if len(parts) < 6:
            return False
        resource = parts[5].split("/")
        # A wildcard takes slashes as well (D: condition operators for ARNs).
        if "*" in resource[0]:
            return True
        known = (self.api.api_id, self.api.stage)
        return all(matches(wanted, name, {}) for wanted, name in zip(resource, known, strict=False))


def _names(written: object, function: Function) -> bool:
    """Whether a permission is one of the function: by name, or by an ARN that may have a version or alias."""
    text = str(written)
    name = text.rpartition(":function:")[2].partition(":")[0]
    return name == function.name
