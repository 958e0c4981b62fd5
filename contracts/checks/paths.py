"""Paths: which operation a request target belongs to, whatever stage or base path stands before it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote, unquote

from contracts.contract import Contract, Operation

_VARIABLE = re.compile(r"\{([^{}+]+)(\+?)\}")
_ALTERED = re.compile(r"%(25|3f)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Match:
    """A path that has the form of a template: what stands before it, and the variables as they were sent."""

    prefix: str
    variables: Mapping[str, str]


@lru_cache(maxsize=1024)
def _pattern(template: str) -> tuple[re.Pattern[str], tuple[str, ...]]:
    names: list[str] = []
    parts: list[str] = []
    position = 0
    for found in _VARIABLE.finditer(template):
        parts.append(re.escape(template[position : found.start()]))
        parts.append("(.+)" if found[2] else "([^/]+)")
        names.append(found[1])
        position = found.end()
    parts.append(re.escape(template[position:].rstrip("/")))
    return re.compile(f"((?:/[^/]*)*?){''.join(parts)}/?"), tuple(names)


def match(template: str, path: str) -> Match | None:
    """
    How a path fits a template, read from its end; None when it does not.

    A trailing slash selects the same resource (API Gateway, REST APIs); an empty variable selects none.
    """
    pattern, names = _pattern(template)
    found = pattern.fullmatch(path)
    if found is None:
        return None
    return Match(found[1], dict(zip(names, found.groups()[1:], strict=True)))


def altered(operation: Operation, path: str) -> bool:
    """
    Whether an HTTP API hands over another path than the one that was meant.

    It decodes paths twice and cuts them off at a question mark (live captures: hotsock/voker,
    vokerhttp/testdata/ingress-paths.json).
    """
    integration = operation.integration
    of_http_api = integration is not None and "payloadFormatVersion" in integration.settings
    return of_http_api and _ALTERED.search(path) is not None


def reaches(operation: Operation, path: str) -> bool:
    """Whether a request with this path is one for the operation, and not for another route or none."""
    return match(operation.path, path) is not None


def operations_at(contract: Contract, path: str, prefix: str) -> tuple[Operation, ...]:
    """The operations of the best template for a path below a prefix: fixed segments before variables, from the left."""
    fitting = [
        operation
        for operation in contract.operations
        if (found := match(operation.path, path)) is not None and found.prefix == prefix
    ]
    if not fitting:
        return ()
    best = min(_openness(operation.path) for operation in fitting)
    return tuple(operation for operation in fitting if _openness(operation.path) == best)


def _openness(template: str) -> tuple[tuple[bool, bool], ...]:
    return tuple(("{" in segment, "+}" in segment) for segment in template.split("/"))


def filled(template: str, values: Mapping[str, str]) -> str | None:
    """The path of a template with these decoded values; None when one is missing. `{name+}` may hold slashes."""
    if any(found[1] not in values for found in _VARIABLE.finditer(template)):
        return None
    return _VARIABLE.sub(lambda found: quote(values[found[1]], safe="/" if found[2] else ""), template)


def with_variable(template: str, target: str, name: str, *, change: Callable[[str], str]) -> str:
    """The request target with one variable changed (decoded in, decoded out); the rest stays byte for byte."""
    path, mark, query = target.partition("?")
    pattern, names = _pattern(template)
    found = pattern.fullmatch(path)
    if found is None or name not in names:
        return target
    group = names.index(name) + 2
    fresh = quote(change(unquote(found[group])), safe="")
    return f"{path[: found.start(group)]}{fresh}{path[found.end(group) :]}{mark}{query}"


def with_variables(template: str, target: str, change: Callable[[str], str]) -> str:
    """The request target with all its variables changed, as they were sent; the rest stays byte for byte."""
    path, mark, query = target.partition("?")
    found = _pattern(template)[0].fullmatch(path)
    if found is None:
        return target
    parts, position = [], 0
    for group in range(2, len(found.groups()) + 1):
        parts += [path[position : found.start(group)], change(found[group])]
        position = found.end(group)
    return f"{''.join(parts)}{path[position:]}{mark}{query}"


def variable_names(templates: Iterable[str]) -> tuple[str, ...]:
    """The names of all variables, in order."""
    return tuple(found[1] for template in templates for found in _VARIABLE.finditer(template))
