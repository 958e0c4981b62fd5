"""Losses: what of a contract API Gateway will not enforce, so that it is the handlers' to check.

* A REST API's validator sees that required parameters are there, and never looks at a value; bodies are judged by a
  model of draft 4, of those media types that have one: any other Content-Type walks past it (D; LS).
* An HTTP API judges neither parameters nor bodies, and has no API keys (D).
* Neither judges what handlers answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from contracts.contract import Contract, Operation, Parameter, RequestBody, Schema
from contracts.export.http_api import is_authorizer
from contracts.schemas import children, followed, referred

Kind = Literal["REST", "HTTP"]
# What a parameter's schema may say besides its type, which API Gateway does not look at either.
SAYING_NOTHING = frozenset({"description", "title", "example", "default", "deprecated", "nullable", "readOnly", "xml"})
# Keywords that a model of draft 4 loses, and what of them is meant.
LOST_KEYWORDS = ("format", "readOnly", "discriminator")


@dataclass(frozen=True, slots=True)
class Loss:
    """What of one operation is left to its handler, in words that follow its name."""

    operation: str
    what: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.operation}: {'; '.join(self.what)}"


def losses(contract: Contract, kind: Kind) -> tuple[Loss, ...]:
    """What an API of that kind will not enforce, operation by operation; those that lose nothing are not named."""
    found = [Loss(operation.name, tuple(_of(contract, operation, kind))) for operation in contract.operations]
    return tuple(each for each in found if each.what)


def _of(contract: Contract, operation: Operation, kind: Kind) -> Iterator[str]:
    validator = contract.validators.get(operation.validator or "") if kind == "REST" else None
    required = [each for each in operation.parameters if each.required and each.place != "path"]
    checked = validator is not None and validator.parameters
    missing = [each for each in required if not checked or each.place == "cookie"]
    if missing:
        yield f"whether {_named(missing)} {'is' if len(missing) == 1 else 'are'} there"
    judged = [each for each in operation.parameters if _says_something(each.schema, contract.schemas)]
    if judged:
        yield f"the value of {_named(judged)}" if len(judged) == 1 else f"the values of {_named(judged)}"
    if operation.request_body is not None:
        yield from _of_body(contract, operation.request_body, enforced=validator is not None and validator.body)
    yield from _of_security(contract, operation, kind)


def _named(parameters: list[Parameter]) -> str:
    return ", ".join(f"{each.name} ({each.place})" for each in parameters)


def _says_something(schema: Schema, schemas: Mapping[str, Schema]) -> bool:
    """Whether a text can be wrong: any text is a string, and everything else says more."""
    words = {key: word for key, word in followed(schema, schemas).items() if key not in SAYING_NOTHING}
    return (
        bool({key for key in words if not key.startswith("x-")} - {"type"}) or words.get("type", "string") != "string"
    )


def _of_body(contract: Contract, body: RequestBody, *, enforced: bool) -> Iterator[str]:
    described = {name: schema for name, schema in body.content.items() if schema is not None}
    if not enforced:
        if described or body.required:
            yield "the whole body"
        return
    if described:
        yield f"bodies with another Content-Type than {', '.join(described)}, which walk past the model"
    lost = [
        word for word in LOST_KEYWORDS if any(_uses(schema, word, contract.schemas) for schema in described.values())
    ]
    if lost:
        yield f"{', '.join(lost)} in the body"
    without = [name for name in body.content if name not in described]
    if without:
        yield f"bodies of {', '.join(without)}, which have no schema"


def _uses(schema: Schema, word: str, schemas: Mapping[str, Schema]) -> bool:
    """Whether a keyword stands anywhere in a schema or in what it refers to."""
    waiting, seen = [schema], set()
    while waiting:
        here = waiting.pop()
        name = referred(here)
        if name is not None:
            if name not in seen and name in schemas:
                seen.add(name)
                waiting.append(schemas[name])
            continue
        if word in here:
            return True
        waiting += [child for child, _, _ in children(here, "schema") if isinstance(child, Mapping)]
    return False


def _of_security(contract: Contract, operation: Operation, kind: Kind) -> Iterator[str]:
    names = {name for requirement in operation.security for name in requirement}
    schemes = {name: contract.security_schemes.get(name, {}) for name in sorted(names)}
    ignored = [name for name, scheme in schemes.items() if not _enforced(scheme, kind)]
    if ignored:
        yield f"who calls ({', '.join(ignored)})"


def _enforced(scheme: Mapping[str, object], kind: Kind) -> bool:
    if is_authorizer(scheme) or "x-amazon-apigateway-authtype" in scheme:
        return True
    return kind == "REST" and scheme.get("type") == "apiKey" and str(scheme.get("name")).lower() == "x-api-key"
