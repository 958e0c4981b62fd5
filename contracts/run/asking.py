"""Asking: requests built by the contract, from an operation's name and plain values.

How values are written is OpenAPI's: https://spec.openapis.org/oas/v3.0.3#style-values.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from json import dumps
from typing import Any, Literal
from urllib.parse import quote

from contracts.checks.paths import filled, variable_names
from contracts.contract import Contract, Operation, Parameter
from contracts.errors import ConfigurationError
from contracts.http import Headers, Request

Values = Mapping[str, Any]
Place = Literal["path", "query", "header"]

_STYLES: Mapping[Place, str] = {"path": "simple", "query": "form", "header": "simple"}
_SEPARATORS: Mapping[str, str] = {"simple": ",", "form": ",", "spaceDelimited": "%20", "pipeDelimited": "%7C"}


@dataclass(frozen=True, slots=True)
class Body:
    """The bytes of a body and what says how to read them; `content_type` None sends no Content-Type."""

    content: bytes
    content_type: str | None


def known(noun: str, name: str, names: Iterable[str]) -> str:
    """
    A name that must be one of those that there are.

    Raises:
        ConfigurationError: It is none of them; the nearest one is the cure.
    """
    names = list(names)
    if name in names:
        return name
    nearest = difflib.get_close_matches(name, names, 1)
    raise ConfigurationError(
        f"there is no {noun} `{name}`",
        cure=f"Did you mean `{nearest[0]}`?" if nearest else f"There are: {', '.join(names) or 'none'}.",
    )


def operation_of(contract: Contract, name: str) -> Operation:
    """
    The operation of an operationId (or of `GET /path` where it has none).

    Raises:
        ConfigurationError: There is none; the nearest one is the cure.
    """
    operations = {each.name: each for each in contract.operations}
    return operations[known("operation", name, operations)]


def target_of(contract: Contract, operation: Operation, *, path: Values, query: Values, base: str) -> str:
    """
    The request target: the path template filled and percent-encoded, the query behind it.

    Args:
        path, query: Values by parameter name; one that is None was not given.
        base: What stands before the contract's paths: the stage.

    Raises:
        ConfigurationError: A variable of the path has no value, or the operation has no such parameter.
    """
    variables = variable_names([operation.path])
    given = {known(f"path variable of {operation.name}", name, variables): value for name, value in path.items()}
    texts = {
        name: _text(_parameter(operation, "path", name), "path", value)
        for name, value in given.items()
        if value is not None
    }
    empty = next((name for name, text in texts.items() if not text), None)
    if empty is not None:
        raise ConfigurationError(
            f"`{empty}` is empty: the request would not be one for {operation.name}",
            location=operation.location,
            cure="Give it a value, or `send` the request.",
        )
    filled_path = filled(operation.path, texts)
    if filled_path is None:
        missing = ", ".join(f"`{name}`" for name in variables if name not in texts)
        raise ConfigurationError(
            f"{operation.name} needs a value for {missing}",
            location=operation.location,
            cure=f"Give it as path={{{next(name for name in variables if name not in texts)!r}: ...}}.",
        )
    names = [*_declared(operation, "query"), *_keys_in_query(contract)]
    pairs = [
        pair
        for name, value in query.items()
        if value is not None
        for pair in _pairs(
            _parameter(operation, "query", known(f"query parameter of {operation.name}", name, names)), name, value
        )
    ]
    return f"{base}{filled_path}{'?' if pairs else ''}{'&'.join(pairs)}"


def body_of(json: Any, body: bytes | None, media_types: Sequence[str]) -> Body | None:
    """
    The body of a request.

    Args:
        json: A value that is sent as JSON in UTF-8, or None.
        body: Bytes that are sent as they are, or None.
        media_types: Those that the contract has for the body; the first that fits is the Content-Type.

    Raises:
        ConfigurationError: Both are given.
    """
    if json is None:
        return None if body is None else Body(body, next(iter(media_types), None))
    if body is not None:
        raise ConfigurationError("a request has one body", cure="Give json=... or body=..., not both.")
    media_type = next((each for each in media_types if _is_json(each)), "application/json")
    return Body(_json(json), media_type)


def request_of(
    method: str, target: str, *, headers: Mapping[str, Any], body: Body | None, host: str, operation: Operation | None
) -> Request:
    """
    The request.

    Args:
        headers: By name; a value replaces what would be sent otherwise, and None leaves it out.
        operation: What says how values of headers are written, or None.
    """
    lines = [("Host", host)]
    if body is not None:
        lines += [("Content-Type", body.content_type)] if body.content_type is not None else []
        lines += [("Content-Length", str(len(body.content)))]
    made = Headers.of(lines).without(*headers)
    for name, value in headers.items():
        if value is not None:
            made = made.adding(name, _text(_parameter(operation, "header", name), "header", value))
    return Request(method, target, made, None if body is None else body.content)


def _declared(operation: Operation, place: Place) -> Iterator[str]:
    return (each.name for each in operation.parameters if each.place == place)


def _keys_in_query(contract: Contract) -> list[str]:
    """API keys that the contract wants in the query: they are security schemes, not parameters."""
    return [str(each.get("name")) for each in contract.security_schemes.values() if each.get("in") == "query"]


def _parameter(operation: Operation | None, place: Place, name: str) -> Parameter | None:
    same = str.lower if place == "header" else str
    parameters = operation.parameters if operation is not None else ()
    return next((each for each in parameters if each.place == place and same(each.name) == same(name)), None)


def _pairs(parameter: Parameter | None, name: str, value: Any) -> Iterator[str]:
    """The `name=value` pairs of a query parameter, percent-encoded."""
    style, explode = _written(parameter, "query")
    if parameter is not None and parameter.media_type is not None:
        yield _pair(name, _json(value).decode())
    elif style == "deepObject" and isinstance(value, Mapping):
        yield from (_pair(f"{name}[{key}]", _scalar(member)) for key, member in value.items())
    elif explode and isinstance(value, Mapping):
        yield from (_pair(str(key), _scalar(member)) for key, member in value.items())
    elif explode and isinstance(value, (list, tuple)):
        yield from (_pair(name, _scalar(member)) for member in value)
    else:
        members = (quote(each, safe="") for each in _members(value))
        yield f"{quote(name, safe='')}={_SEPARATORS.get(style, ',').join(members)}"


def _pair(name: str, value: str) -> str:
    return f"{quote(name, safe='')}={quote(value, safe='')}"


def _text(parameter: Parameter | None, place: Place, value: Any) -> str:
    """A value in a path or a header, before any percent-encoding."""
    style, explode = _written(parameter, place)
    if parameter is not None and parameter.media_type is not None:
        return _json(value).decode()
    if style != "simple":
        raise ConfigurationError(
            f"the {place} parameter `{parameter.name if parameter else ''}` has the style {style}, which is not built",
            location=parameter.location if parameter else None,
            cure="Write the request yourself and `send` it.",
        )
    if explode and isinstance(value, Mapping):
        return ",".join(f"{key}={_scalar(member)}" for key, member in value.items())
    return ",".join(_members(value))


def _written(parameter: Parameter | None, place: Place) -> tuple[str, bool]:
    """The style of a parameter and whether it explodes."""
    style = (parameter.style if parameter is not None else None) or _STYLES[place]
    explode = parameter.explode if parameter is not None else None
    return style, style == "form" if explode is None else explode


def _members(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from (_scalar(each) for pair in value.items() for each in pair)
    elif isinstance(value, (list, tuple)):
        yield from (_scalar(each) for each in value)
    else:
        yield _scalar(value)


def _scalar(value: Any) -> str:
    return value if isinstance(value, str) else dumps(value)


def _json(value: Any) -> bytes:
    try:
        return dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        # Half a surrogate pair has no UTF-8; JSON can still say it.
        return dumps(value).encode()


def _is_json(media_type: str) -> bool:
    essence = media_type.partition(";")[0].strip().lower()
    return essence == "application/json" or essence.endswith("+json")
