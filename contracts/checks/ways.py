"""Ways to make an operation answer a documented status on purpose, each a change of a request that was just accepted.

A status without a way here is reached by luck or is a gap; a new way is one more entry of `WAYS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import quote

from contracts.checks.declared import IF_MATCH, IF_NONE_MATCH, declares_header
from contracts.checks.paths import variable_names, with_variable
from contracts.checks.payloads import MAX_BYTES
from contracts.checks.replay import Change, with_body, with_header, with_member
from contracts.checks.requests import Member, Requests, Violation, body_schema
from contracts.checks.variants import members_of, values_for, with_top
from contracts.contract import Operation, Parameter
from contracts.exchange import Exchange, Fault
from contracts.http import Request


@dataclass(frozen=True, slots=True)
class Attempt:
    """
    One way to ask for a status.

    Attributes:
        what: What is different from the accepted request, after "the same request".
        change: Makes the request.
        wrong: What the contract has against the changed request where that is certain: no 2xx may answer it.
        first: Makes the request that is made before it, in the same world; None makes none.
    """

    what: str
    change: Change
    wrong: Violation | None = None
    first: Change | None = None


# Characters of 2, 3 and 4 bytes in UTF-8: more bytes than characters.
WIDE = ("é", "한", "🙂")

# What stands in for a parameter that breaks its schema.
FOREIGN = ("!", "-1", "x", "", "99999999999999999999", "x" * 300)

# Alphabets that ids are written in: a character is replaced by its neighbour in the first that has it, so that
# hexadecimal stays hexadecimal and an id in Crockford's base 32 (no I, L, O, U) stays one.
ALPHABETS = ("0123456789", "abcdef", "ABCDEF", "ghjkmnpqrstvwxyz", "GHJKMNPQRSTVWXYZ", "iIlLoOuU")


def attempts(rules: Requests, operation: Operation, status: int, baseline: Exchange) -> Iterator[Attempt]:
    """The ways to ask for a status, given an accepted request of the operation."""
    yield from WAYS.get(status, _no_way)(rules, operation, baseline)


def _no_way(_rules: Requests, _operation: Operation, _baseline: Exchange) -> Iterable[Attempt]:
    return ()


def _bad_request(rules: Requests, operation: Operation, baseline: Exchange) -> Iterator[Attempt]:
    request = baseline.case.request
    if request.body and body_schema(operation, request) is not None:
        wrong = Violation("body", "", "json", "is not JSON")
        yield Attempt("with a body that is not JSON", partial(with_body, body=request.body + b"{"), wrong)
    # Header parameters are left alone: a header line cannot hold everything, and the gateway keeps some for itself.
    for parameter in sorted(operation.parameters, key=lambda each: each.place == "path"):
        if parameter.place in ("query", "path"):
            yield from _bad_parameter(rules, operation, parameter, request)


def _bad_parameter(rules: Requests, operation: Operation, parameter: Parameter, request: Request) -> Iterator[Attempt]:
    for text in FOREIGN:
        change = partial(with_parameter, operation=operation, parameter=parameter, text=text)
        if not text and parameter.place == "path":
            continue
        wrong = [each for each in rules.read(operation, change(request)).violations if each.name == parameter.name]
        if wrong:
            yield Attempt(f"with `{parameter.name}` set to `{text[:20]}`", change, wrong[0])
            return


def with_parameter(request: Request, *, operation: Operation, parameter: Parameter, text: str) -> Request:
    """The request with a text in its query, or in its path, in the place of what the parameter was."""
    if parameter.place == "path":
        target = with_variable(operation.path, request.target, parameter.name, change=lambda _: text)
        return replace(request, target=target)
    kept = [pair for pair in request.query.split("&") if pair and pair.partition("=")[0] != parameter.name]
    query = "&".join([*kept, f"{quote(parameter.name, safe='')}={quote(text, safe='')}"])
    return replace(request, target=f"{request.path}?{query}")


def _unknown_id(rules: Requests, operation: Operation, baseline: Exchange) -> Iterator[Attempt]:
    names = variable_names([operation.path])
    declared = {each.name: each for each in operation.parameters if each.place == "path"}
    if not names:
        return

    def allowed(text: str) -> bool:
        parameter = declared.get(names[-1])
        return parameter is None or rules.accepts(parameter.schema, text) is not False

    def change(request: Request) -> Request:
        def other(text: str) -> str:
            return next((each for each in neighbours(text) if allowed(each)), text)

        return replace(request, target=with_variable(operation.path, request.target, names[-1], change=other))

    if change(baseline.case.request) != baseline.case.request:
        yield Attempt(f"for a `{names[-1]}` that never existed", change)


def neighbours(text: str) -> Iterator[str]:
    """Other texts of the same form: one character replaced, the last first, then the last ones together."""
    changed = text
    for index in range(len(text) - 1, -1, -1):
        alphabet = next((each for each in ALPHABETS if text[index] in each), None)
        if alphabet is None:
            continue
        character = alphabet[(alphabet.index(text[index]) + 1) % len(alphabet)]
        changed = f"{changed[:index]}{character}{changed[index + 1 :]}"
        if index >= len(text) - 4:
            yield changed
        yield f"{text[:index]}{character}{text[index + 1 :]}"


def _too_large(rules: Requests, operation: Operation, baseline: Exchange) -> Iterator[Attempt]:
    request = baseline.case.request
    for member in rules.members(operation, request):
        text = _overlong(rules, member) if member.place == "body" and isinstance(member.value, str) else None
        if text is not None:
            limit = f"is longer than {member.schema[MAX_BYTES]} bytes"
            yield Attempt(
                f"with `{member.name}` of {len(text.encode())} bytes",
                partial(with_member, pointer=member.name, value=text),
                Violation("body", member.name, MAX_BYTES, limit),
            )
            return


def _overlong(rules: Requests, member: Member) -> str | None:
    limit = member.schema.get(MAX_BYTES)
    if not isinstance(limit, int):
        return None
    for character in WIDE:
        text = character * (limit // len(character.encode()) + 1)
        if rules.accepts(member.schema, text):
            return text
    return None


def _foreign_media_type(_rules: Requests, operation: Operation, baseline: Exchange) -> Iterator[Attempt]:
    declared = operation.request_body.content if operation.request_body is not None else {}
    foreign = next((each for each in ("text/plain", "application/x-unknown") if each not in declared), None)
    if baseline.case.request.body and declared and foreign and not any("*" in each for each in declared):
        change = partial(with_header, name="Content-Type", value=foreign)
        wrong = Violation("header", "Content-Type", "media type", f"{foreign} is none of {', '.join(declared)}")
        yield Attempt(f"with the Content-Type {foreign}", change, wrong)


def _stale_entity_tag(_rules: Requests, operation: Operation, _baseline: Exchange) -> Iterator[Attempt]:
    if declares_header(operation, IF_MATCH):
        yield Attempt("with an If-Match of long ago", partial(with_header, name="If-Match", value='"stale"'))


def _no_entity_tag(_rules: Requests, operation: Operation, _baseline: Exchange) -> Iterator[Attempt]:
    def change(request: Request) -> Request:
        return replace(request, headers=request.headers.without("If-Match"))

    if declares_header(operation, IF_MATCH):
        yield Attempt("without If-Match", change)


def _same_entity_tag(_rules: Requests, _operation: Operation, baseline: Exchange) -> Iterator[Attempt]:
    tag = baseline.response.headers.get("etag")
    if tag is not None and baseline.case.request.method in ("GET", "HEAD"):
        yield Attempt("with the ETag in If-None-Match", partial(with_header, name="If-None-Match", value=tag))


def _unknown_caller(rules: Requests, operation: Operation, baseline: Exchange) -> Iterator[Attempt]:
    """Without each of the headers that the security requirements speak of, one by one."""
    schemes = rules.contract.security_schemes
    asked = [schemes.get(name, {}) for requirement in operation.security for name in requirement]
    named = [str(each.get("name")) for each in asked if each.get("in") == "header"]
    for name in dict.fromkeys([*named, *(["Authorization"] if len(named) < len(asked) else [])]):
        if name in baseline.case.request.headers:
            yield Attempt(f"without its {name}", partial(_without_header, name=name))


def _without_header(request: Request, *, name: str) -> Request:
    return replace(request, headers=request.headers.without(name))


def _as_it_is(request: Request) -> Request:
    return request


def _again(_rules: Requests, operation: Operation, baseline: Exchange) -> Iterator[Attempt]:
    """What exists cannot be made again, where a client chooses its name."""
    if baseline.case.request.method in ("POST", "PUT", "PATCH", "DELETE"):
        yield Attempt("made a second time", _as_it_is, first=_as_it_is)
    if declares_header(operation, IF_NONE_MATCH):
        nothing = partial(with_header, name="If-None-Match", value="*")
        yield Attempt("with If-None-Match: * for what exists", nothing, first=_as_it_is)


def _failed_condition(rules: Requests, operation: Operation, baseline: Exchange) -> Iterator[Attempt]:
    yield from _stale_entity_tag(rules, operation, baseline)
    if declares_header(operation, IF_NONE_MATCH) and baseline.case.request.method not in ("GET", "HEAD"):
        nothing = partial(with_header, name="If-None-Match", value="*")
        yield Attempt("with If-None-Match: * for what exists", nothing, first=_as_it_is)


def _key_of_another(rules: Requests, operation: Operation, baseline: Exchange) -> Iterator[Attempt]:
    """An Idempotency-Key that was sent with another body."""
    named = [each.name for each in operation.parameters if each.name.lower() == "idempotency-key"]
    request = baseline.case.request
    for name in members_of(request) if named else ():
        for value in values_for(rules, operation, request, name):
            if value != members_of(request)[name]:
                key = partial(with_header, name=named[0], value="0b0c1f6e-7d1e-4c8e-9f0a-3f5f0d9c2b11")
                other = partial(with_top, name=name, value=value)
                yield Attempt(f"with another `{name}` and an Idempotency-Key of before", _both(key, other), first=key)
                return


def _both(one: Change, other: Change) -> Change:
    return lambda request: other(one(request))


def _not_acceptable(_rules: Requests, _operation: Operation, _baseline: Exchange) -> Iterator[Attempt]:
    change = partial(with_header, name="Accept", value="application/x-unknown")
    wrong = Violation("header", "Accept", "media type", "application/x-unknown is nothing that is answered")
    yield Attempt("that accepts application/x-unknown alone", change, wrong)


WAYS: Mapping[int, Callable[[Requests, Operation, Exchange], Iterable[Attempt]]] = {
    304: _same_entity_tag,
    400: _bad_request,
    401: _unknown_caller,
    403: _unknown_caller,
    404: _unknown_id,
    406: _not_acceptable,
    409: _again,
    412: _failed_condition,
    413: _too_large,
    415: _foreign_media_type,
    422: _key_of_another,
    428: _no_entity_tag,
}

# A REST or HTTP API takes no larger body.
# https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
GATEWAYS_LONGEST_BODY = 10 * 1024 * 1024


def gateway_attempts(rules: Requests, operation: Operation, status: str, baseline: Exchange) -> Iterator[Attempt]:
    """
    Ways to make API Gateway itself answer a status.

    Args:
        status: As documented.
        baseline: An exchange of the operation that was accepted.
    """
    if status in ("401", "403"):
        yield from _unknown_caller(rules, operation, baseline)
    body = baseline.case.request.body
    if status == "413" and body:
        # White space behind a JSON value is part of no member: all that is wrong is the size.
        padded = body.ljust(GATEWAYS_LONGEST_BODY + 1)
        yield Attempt(f"with a body of {len(padded):,} bytes", partial(with_body, body=padded))


# Ways in which AWS fails that every service knows, for a documented 5xx: code and HTTP status (Common Errors).
OUTAGES: Mapping[int, tuple[tuple[str, int], ...]] = {
    500: (("AccessDeniedException", 400), ("InternalServerError", 500)),
    502: (("InternalServerError", 500),),
    503: (("ServiceUnavailable", 503), ("ThrottlingException", 400), ("timeout", 504)),
    504: (("timeout", 504), ("ServiceUnavailable", 503)),
}


def outages(status: int, called: Iterable[tuple[str, str]]) -> Iterator[Fault]:
    """The faults that may make a handler answer a 5xx, at each AWS operation that it calls."""
    kinds, called = OUTAGES.get(status, ()), tuple(called)
    for service, operation in called:
        for error, code in kinds:
            yield Fault(service, operation, error, call=1, status=code, message="injected")
    # What a function recovers from once it cannot recover from always.
    for service, operation in called:
        for error, code in kinds[:1]:
            yield Fault(service, operation, error, call=None, status=code, message="injected")


# Of Amazon S3, whose errors say what they are by the status (others than 400), where a name does not tell.
# https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
_OF_S3: Mapping[str, int] = {
    "AccessDenied": 403,
    "NoSuchBucket": 404,
    "NoSuchKey": 404,
    "NoSuchUpload": 404,
    "NoSuchVersion": 404,
    "PreconditionFailed": 412,
    "SlowDown": 503,
}


def http_status(error: str) -> int:
    """The HTTP status that AWS gives an error code, where it matters: retries and answers are decided by it too."""
    if "TooManyRequests" in error:
        return 429
    if error.startswith("ServiceUnavailable"):
        return 503
    return 500 if error.startswith("Internal") else _OF_S3.get(error, 400)
