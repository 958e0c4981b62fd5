"""Probes: one-change variants of an accepted request, one for each edge of each constraint that its contract has."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from urllib.parse import quote, unquote_plus

from contracts.checks.answers import json_value
from contracts.checks.boundaries.bodies import Known, completed, escaped, generic, placed, removed
from contracts.checks.boundaries.values import Variant, variants
from contracts.checks.paths import with_variable
from contracts.checks.payloads import MAX_BYTES
from contracts.checks.replay import with_body, with_header
from contracts.checks.requests import (
    DROPPED_HEADERS,
    Place,
    Requests,
    Violation,
    body_schema,
    readings_of,
    schema_of_media_type,
    sent,
    types_of,
)
from contracts.contract import Operation, Parameter, Schema
from contracts.http import Request

UNDECLARED = "undeclared"
# Headers with a meaning of their own, which what stands before the handler reads as well.
OF_HTTP = frozenset({"authorization", "content-type", "accept", "host", "x-api-key", "cookie"})

# What the contract can say of a text that stands for itself.
OF_TEXTS = frozenset({"minLength", "maxLength", "pattern", "enum", MAX_BYTES})


@dataclass(frozen=True, slots=True)
class Probe:
    """
    One change of an accepted request.

    Attributes:
        place, name: Of the parameter, or `body` and the JSON pointer of the member.
        rule: The schema keyword at whose edge it is.
        what: What is different, after "the same request".
        change: Makes it.
        open: Whether the contract leaves open if it is allowed: nothing but a failure is wrong then.
        wrong: What the contract has against it where a reading of it by JSON Schema does not say so.
    """

    place: Place
    name: str
    rule: str
    what: str
    change: Callable[[Request], Request]
    open: bool = False
    wrong: Violation | None = None


def probes(rules: Requests, operation: Operation, request: Request, known: Known) -> Iterator[Probe]:
    """
    The probes of all members and parameters, those that are there first.

    Args:
        request: One that was accepted.
        known: Values of other accepted requests.
    """
    yield from _of_body(rules, operation, request, known)
    for parameter in operation.parameters:
        if parameter.place == "cookie" or parameter.name.lower() in DROPPED_HEADERS | OF_HTTP:
            continue
        yield from _of_parameter(rules, operation, parameter, request, known)
    if operation.method in ("GET", "HEAD"):
        # The contract says nothing of it: a service may ignore or refuse it.
        yield Probe("query", UNDECLARED, UNDECLARED, "with an undeclared parameter", _with_undeclared, open=True)


def _with_undeclared(request: Request) -> Request:
    return replace(request, target=f"{request.target}{'&' if request.query else '?'}{UNDECLARED}=1")


def _of_body(rules: Requests, operation: Operation, request: Request, known: Known) -> Iterator[Probe]:
    schema = body_schema(operation, request)
    if schema is None:
        yield from _of_text(rules, operation, request)
    if schema is None or not request.body:
        return
    full = completed(rules, operation, request, known)
    plain = {pointer for pointer, _, _ in rules.walk(schema, json_value(request.body))}
    seen: set[tuple[str, str]] = set()
    for pointer, here, value in sorted(
        rules.walk(schema, json_value(full.body or b"")), key=lambda each: (each[0] not in plain, each[0])
    ):
        if here.get("readOnly") is True or _later_item(pointer):
            continue
        # What the smallest request has is probed in it; what it has not, in one that has everything.
        base = _as_it_is if pointer in plain else partial(_instead, whole=full)
        for probe in _of_member(rules, here, pointer, value=value, base=base, known=known):
            key = (pointer, f"{probe.rule} {probe.what}")
            if key not in seen:
                seen.add(key)
                yield probe


def _of_text(rules: Requests, operation: Operation, request: Request) -> Iterator[Probe]:
    """The probes of a body that is no JSON, but a text with limits."""
    schema = schema_of_media_type(operation, request.headers.get("content-type"))
    resolved = {} if schema is None else rules.resolved(schema)
    if types_of(resolved) != {"string"} or resolved.get("format") in ("binary", "byte") or not request.body:
        return
    try:
        text = request.body.decode()
    except UnicodeDecodeError:
        return
    for each in variants(resolved, text, allows=partial(_allows, rules)):
        if isinstance(each.value, str) and each.rule in OF_TEXTS:
            change = partial(with_body, body=each.value.encode("utf-8", "surrogatepass"))
            yield _probe(each, "body", "", f"with a body {each.what}", change)


def _later_item(pointer: str) -> bool:
    """Whether it is an item of an array, or in one, that is not the first: those are alike."""
    return any(part.isdecimal() and int(part) > 0 for part in pointer.split("/"))


def _as_it_is(request: Request) -> Request:
    return request


def _instead(request: Request, *, whole: Request) -> Request:
    return replace(whole, target=request.target, headers=_with_length(request, whole))


def _with_length(request: Request, whole: Request) -> Any:
    lines = tuple(
        (name, str(len(whole.body or b"")) if name.lower() == "content-length" else text)
        for name, text in request.headers
    )
    return replace(request.headers, lines=lines)


def _of_member(
    rules: Requests,
    schema: Schema,
    pointer: str,
    *,
    value: Any,
    base: Callable[[Request], Request],
    known: Known,
) -> Iterator[Probe]:
    allows = partial(_allows, rules)
    where = f"`{pointer}`" if pointer else "its body"
    for each in variants(schema, value, allows=allows, known=known.at(generic(pointer))):
        yield _probe(each, "body", pointer, f"with {where} {each.what}", _set(base, pointer, each.value))
    if not isinstance(value, dict):
        return
    for name in schema.get("required") or ():
        there = f"{pointer}/{escaped(str(name))}"
        yield Probe("body", there, "required", f"without `{there}`", _leave_out(base, there))
    free = UNDECLARED if UNDECLARED not in (schema.get("properties") or {}) else f"{UNDECLARED}-member"
    there = f"{pointer}/{free}"
    # What a schema does not forbid, a service may ignore or refuse.
    closed = schema.get("additionalProperties") is False
    change = _set(base, there, "x")
    yield Probe("body", pointer, "additionalProperties", f"with `{there}`", change, open=not closed)


def _set(base: Callable[[Request], Request], pointer: str, value: Any) -> Callable[[Request], Request]:
    return lambda request: placed(base(request), pointer, value)


def _leave_out(base: Callable[[Request], Request], pointer: str) -> Callable[[Request], Request]:
    return lambda request: removed(base(request), pointer)


def _allows(rules: Requests, schema: Schema, value: Any) -> bool:
    return rules.accepts(schema, value) is True


def _probe(each: Variant, place: Place, name: str, what: str, change: Callable[[Request], Request]) -> Probe:
    wrong = Violation(place, name, each.rule, each.wrong) if each.wrong is not None else None
    return Probe(place, name, each.rule, what, change, open=each.open, wrong=wrong)


def _of_parameter(
    rules: Requests, operation: Operation, parameter: Parameter, request: Request, known: Known
) -> Iterator[Probe]:
    schema: Schema = {**rules.resolved(parameter.schema), **parameter.extensions}
    if parameter.required and parameter.place != "path":
        change = partial(without_parameter, parameter=parameter)
        yield Probe(parameter.place, parameter.name, "required", f"without `{parameter.name}`", change)
    if types_of(schema) & {"array", "object"}:
        return
    value = _value(rules, operation, parameter, request, known)
    if value is None:
        return
    seen: set[str] = set()
    for each in (*_other_texts(schema), *variants(schema, value, allows=partial(_allows, rules))):
        text = _text(each)
        # A parameter without a value may be none at all, and a header cannot hold everything.
        if text is None or text in seen or not _fits(parameter, text):
            continue
        seen.add(text)
        change = partial(with_parameter, operation=operation, parameter=parameter, text=text)
        yield _probe(each, parameter.place, parameter.name, f"with `{parameter.name}` {each.what}", change)


def _other_texts(schema: Schema) -> Iterator[Variant]:
    """Texts of other types, for a parameter that is no text."""
    if types_of(schema) & {"integer", "number", "boolean"}:
        for text in ("abc", "5.5", "true"):
            yield Variant("type", f"set to `{text}`", text)


def _value(rules: Requests, operation: Operation, parameter: Parameter, request: Request, known: Known) -> Any:
    """A value of the parameter, as its schema means it; None when there is none that it allows."""
    texts = [*(sent(operation, parameter, request) or ()), *known.at(f"{parameter.place} {parameter.name}")]
    schema = rules.resolved(parameter.schema)
    readings = [reading for text in texts for reading in reversed(readings_of(text, schema))]
    own = [schema[word] for word in ("example", "default") if word in schema]
    bounds = [schema[word] for word in ("minimum", "maximum") if word in schema]
    plain = [*(schema.get("enum") or ())[:1], *bounds, "a", 1, True]
    return next((each for each in [*readings, *own, *plain] if rules.accepts(parameter.schema, each)), None)


def _text(each: Variant) -> str | None:
    """How a value is written in a parameter; None where it could be read as another."""
    if isinstance(each.value, str):
        return each.value
    if each.rule == "type" or isinstance(each.value, bool):
        return None
    if isinstance(each.value, float) and each.value.is_integer():
        return None  # 20.0 is the integer 20 to some
    return str(each.value) if isinstance(each.value, (int, float)) else None


def _fits(parameter: Parameter, text: str) -> bool:
    if not text or (parameter.place == "path" and (text in (".", "..") or "/" in text)):
        return False
    if parameter.place == "header":
        return text.isascii() and text.isprintable() and text == text.strip() and len(text) < 8_000
    # A request line is not without end: API Gateway takes 10,240 bytes of headers and request line together.
    return len(quote(text)) < 8_000


def with_parameter(request: Request, *, operation: Operation, parameter: Parameter, text: str) -> Request:
    """The request with one value of a path, query or header parameter."""
    if parameter.place == "path":
        target = with_variable(operation.path, request.target, parameter.name, change=lambda _: text)
        return replace(request, target=target)
    if parameter.place == "header":
        return with_header(request, parameter.name, text)
    kept = without_parameter(request, parameter=parameter)
    pair = f"{quote(parameter.name, safe='')}={quote(text, safe='')}"
    return replace(kept, target=f"{kept.target}{'&' if kept.query else '?'}{pair}")


def without_parameter(request: Request, *, parameter: Parameter) -> Request:
    """The request without a query or header parameter."""
    if parameter.place == "header":
        return replace(request, headers=request.headers.without(parameter.name))
    pairs = [pair for pair in request.query.split("&") if pair]
    kept = "&".join(pair for pair in pairs if unquote_plus(pair.partition("=")[0]) != parameter.name)
    return replace(request, target=f"{request.path}?{kept}" if kept else request.path)
