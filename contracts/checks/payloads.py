"""Promise `payloads`: valid requests get answers of the documented shape, invalid ones are refused.

Schemathesis judges what one exchange shows; here its failures are sorted, worded, and corrected for a service
behind an API Gateway. Rules named after a Schemathesis check are its own (version 4.32.5).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from contracts.checks.answers import (
    before_any_handler,
    crashed,
    failure_of_function,
    handler_invocation,
    injected,
    malformed_reply,
    route_missing,
    server_error,
    shape_is_promised,
    shortened,
)
from contracts.checks.leaks import ErrorSaysNothingOfTheInside, FailureSaysNothingOfTheInside
from contracts.checks.paths import altered, reaches
from contracts.checks.requests import DROPPED_HEADERS, Violation, body_schema, types_of
from contracts.checks.scope import Scope
from contracts.checks.secrets import NothingSecretInTheLog
from contracts.checks.texts import AnswerReadsAsItWasMeant
from contracts.contract import DocumentedResponse, Operation, Schema
from contracts.exchange import Exchange
from contracts.finding import Check, Finding

PROMISE = "payloads"
SHAPE = "answer-matches-its-schema"
MEDIA_TYPE = "answer-has-a-documented-media-type"
HEADERS = "answer-has-its-documented-headers"
ACCEPTED = "valid-request-accepted"
REFUSED = "invalid-request-refused"
SENTENCES: Mapping[str, str] = {
    SHAPE: "An answer has the shape that the contract documents for its status.",
    MEDIA_TYPE: "An answer has a media type that the contract documents for its status.",
    HEADERS: "An answer has the headers that the contract requires for its status.",
    ACCEPTED: "A request that the contract allows is not refused for its form.",
    REFUSED: "A request that the contract does not allow is refused.",
}
"""The rules that Schemathesis judges by, in one sentence each."""

# A request that its schema allows has the right form, media type and method: these say that it has not.
# Every other 4xx speaks of state, credentials, size or rate, of which a schema says nothing.
REFUSALS_OF_FORM = frozenset({400, 405, 406, 415})

# Members whose limits a JSON Schema cannot say.
OPAQUE = "x-contract-opaque"
MAX_BYTES = "x-contract-max-bytes"

_REQUIRED = re.compile(r'^"(.+)" is a required property')


@dataclass(frozen=True, slots=True, eq=False)
class Judge:
    """Turns a failure of a Schemathesis check into a finding of ours, or into None: a false alarm here."""

    scope: Scope

    def __call__(self, finding: Finding) -> Finding | None:
        """
        Judge one failure.

        Args:
            finding: `check` is the Schemathesis check's name, `root` the failure's class name and dedup key
                with a space between, `message` its text.
        """
        exchange = finding.exchanges[-1]
        if exchange.unavailable is not None:
            return None
        if finding.check == "not_a_server_error":
            return server_error(exchange, finding.operation)
        if finding.check == "unsupported_method":
            # It wants a 405: API Gateway has none, and says in its own way that it has no such route.
            return None if route_missing(exchange) else finding
        operation = exchange.case.operation
        rule = _RULES.get(finding.check)
        # What reached another route, or none, says nothing of this operation.
        if rule is None or operation is None or not reaches(operation, exchange.case.request.path):
            return None
        return rule(self, finding, exchange, operation)

    def shape(self, finding: Finding, exchange: Exchange, operation: Operation) -> Finding | None:
        """The body and the media type of an answer."""
        documented = _documented_shape(exchange, operation)
        bodiless = exchange.case.request.method == "HEAD" or exchange.response.status in (204, 304)
        if documented is None or bodiless or not shape_is_promised(exchange, documented):
            return None
        kind, _, key = finding.root.partition(" ")
        status = exchange.response.status
        check = MEDIA_TYPE if kind in _MEDIA_TYPE_MESSAGES else SHAPE
        message = _MEDIA_TYPE_MESSAGES.get(kind, _against_schema)(finding, exchange, documented)
        lacking = _REQUIRED.match(finding.message)
        root = f"{status} {kind} {_without_indexes(key)} {lacking[1] if lacking else ''}".rstrip()
        return replace(finding, check=check, message=f"the {status} answer of {operation.name} {message}", root=root)

    def headers(self, finding: Finding, exchange: Exchange, operation: Operation) -> Finding | None:
        """The headers of an answer."""
        documented = _documented_shape(exchange, operation)
        if documented is None or not shape_is_promised(exchange, documented, strictly=True):
            return None
        kind, _, key = finding.root.partition(" ")
        status = exchange.response.status
        if kind == "MissingHeaders":
            names = ", ".join(f"`{name}`" for name in key.split(","))
            message = f"lacks {names}, which its contract requires"
        else:
            message = f"has a header that its schema does not allow: {shortened(_first_line(finding.message))}"
        return replace(
            finding,
            check=HEADERS,
            message=f"the {status} answer of {operation.name} {message}",
            root=f"{status} {kind} {key}",
        )

    def accepted(self, finding: Finding, exchange: Exchange, operation: Operation) -> Finding | None:
        """A request that the schemas allow was refused for its form."""
        status = exchange.response.status
        if status not in REFUSALS_OF_FORM or before_any_handler(exchange) or injected(exchange):
            return None
        if operation.unserved(status):
            return None
        documented = operation.documented(status)
        if documented is None and (self.scope.asks("statuses") or not operation.responses):
            return None
        request = exchange.case.request
        reading = self.scope.requests.read(operation, request)
        if reading.violations or not self._described(operation) or self._excused(operation, exchange):
            return None
        if altered(operation, request.path):
            return None
        extra = self._undeclared_member(operation, exchange)
        hint = (
            f"; it carries `{extra}`, which the schema does not name and does not forbid (`additionalProperties`)"
            if extra
            else ""
        )
        message = f"{operation.name} answered {status} to a request that its schemas allow{hint}"
        return replace(
            finding, check=ACCEPTED, message=message, root=f"{status}{' undeclared member' if extra else ''}"
        )

    def refused(self, finding: Finding, exchange: Exchange, operation: Operation) -> Finding | None:
        """A request that the schemas do not allow was accepted."""
        status = exchange.response.status
        if not 200 <= status < 300:
            return None
        request = exchange.case.request
        reading = self.scope.requests.read(operation, request)
        if reading.violations:
            return accepted_though(operation, exchange, min(reading.violations))
        # Nothing wrong arrived: HTTP or the gateway took it away or made it valid on its way. Of bodies that are
        # not JSON Schemathesis alone can tell.
        if reading.certain or not request.body or body_schema(operation, request) is not None:
            return None
        message = f"{operation.name} answered {status} to a request that its contract does not allow"
        wrong = f": {shortened(exchange.case.broken)}" if exchange.case.broken else ""
        return replace(finding, check=REFUSED, message=message + wrong)

    def missing_header(self, finding: Finding, exchange: Exchange, operation: Operation) -> Finding | None:
        """A required header was left out and not missed."""
        name = finding.root.partition(" ")[2]
        if name.lower() in DROPPED_HEADERS:
            return None
        return self.refused(finding, exchange, operation)

    def _described(self, operation: Operation) -> bool:
        """Whether the contract says enough of the operation's body for a refusal of its form to be wrong."""
        if operation.request_body is None:
            return operation.method not in ("POST", "PUT", "PATCH", "ANY")
        return all(self._says_something(schema) for schema in operation.request_body.content.values())

    def _says_something(self, schema: Schema | None) -> bool:
        if schema is None:
            return False
        resolved = self.scope.requests.resolved(schema)
        if types_of(resolved) == {"object"}:
            return bool({"properties", "additionalProperties", "allOf", "anyOf", "oneOf"} & set(resolved))
        return bool({"type", "enum", "allOf", "anyOf", "oneOf", "properties"} & set(resolved))

    def _excused(self, operation: Operation, exchange: Exchange) -> bool:
        return any(
            member.schema.get(OPAQUE) or _may_be_too_long(member.schema, member.value)
            for member in self.scope.requests.members(operation, exchange.case.request)
        )

    def _undeclared_member(self, operation: Operation, exchange: Exchange) -> str | None:
        schema = body_schema(operation, exchange.case.request)
        for member in self.scope.requests.members(operation, exchange.case.request):
            if member.place != "body" or schema is None or not isinstance(member.value, dict):
                continue
            open_object = "properties" in member.schema and "additionalProperties" not in member.schema
            combined = {"allOf", "anyOf", "oneOf"} & set(self.scope.requests.resolved(schema))
            unnamed = [name for name in member.value if name not in (member.schema.get("properties") or {})]
            if open_object and not combined and unnamed:
                return str(unnamed[0])
        return None


def accepted_though(operation: Operation, exchange: Exchange, violation: Violation) -> Finding:
    """The finding that a request was accepted in spite of a violation."""
    status = exchange.response.status
    message = f"{operation.name} answered {status} to a request that its contract does not allow, {violation}"
    root = f"{violation.place} {_without_indexes(violation.name)} {violation.rule}"
    return Finding(PROMISE, REFUSED, operation.name, message, (exchange,), root)


def _documented_shape(exchange: Exchange, operation: Operation) -> DocumentedResponse | None:
    """What the contract says of the answer; None where the gateway answers for a function that failed."""
    return None if crashed(exchange) else operation.documented(exchange.response.status)


def _may_be_too_long(schema: Schema, value: Any) -> bool:
    limit = schema.get(MAX_BYTES)
    if limit is None:
        return False
    if not isinstance(limit, int) or not isinstance(value, str):
        return True
    return len(value.encode("utf-8", "surrogatepass")) > limit


def _no_media_type(_finding: Finding, _exchange: Exchange, documented: DocumentedResponse) -> str:
    return f"has no Content-Type; documented: {', '.join(documented.content)}"


def _foreign_media_type(_finding: Finding, exchange: Exchange, documented: DocumentedResponse) -> str:
    received = exchange.response.headers.get("content-type")
    return f"has the Content-Type {received}; documented: {', '.join(documented.content)}"


def _against_schema(finding: Finding, exchange: Exchange, _documented: DocumentedResponse) -> str:
    invocation = handler_invocation(exchange)
    if invocation is not None and invocation.reply.payload == "null":
        return "is empty: its function returned nothing"
    kind = finding.root.partition(" ")[0]
    lacking = _REQUIRED.match(finding.message)
    if lacking:
        return f"lacks `{lacking[1]}`, which its schema requires"
    if kind in ("MalformedJson", "ContentDeserializationError"):
        return "is not what its Content-Type says: it cannot be read"
    return f"breaks its schema: {shortened(_first_line(finding.message))}"


def _first_line(message: str) -> str:
    return message.partition("\n")[0]


def _without_indexes(path: str) -> str:
    """A path in which the number of an item does not matter: equal bugs of two items are one."""
    return re.sub(r"(?<=/)\d+(?=/|$)", "*", path)


_Message = Callable[[Finding, Exchange, DocumentedResponse], str]
_MEDIA_TYPE_MESSAGES: Mapping[str, _Message] = {
    "MissingContentType": _no_media_type,
    "UndefinedContentType": _foreign_media_type,
    "MalformedMediaType": _foreign_media_type,
}

# Schemathesis' checks that are not named here are another promise's: `status_code_conformance` is `statuses`.
_RULES: Mapping[str, Callable[[Judge, Finding, Exchange, Operation], Finding | None]] = {
    "response_schema_conformance": Judge.shape,
    "content_type_conformance": Judge.shape,
    "response_headers_conformance": Judge.headers,
    "positive_data_acceptance": Judge.accepted,
    "negative_data_rejection": Judge.refused,
    "missing_required_header": Judge.missing_header,
}


JUDGED = frozenset({*_RULES, "not_a_server_error", "unsupported_method"})
"""The checks of Schemathesis that a `Judge` knows."""


@dataclass(frozen=True, slots=True)
class ReplyIsAProxyReply:
    """A function that returns gives the gateway something that it can turn into a response."""

    promise: ClassVar[str] = PROMISE
    name: ClassVar[str] = "reply-is-a-proxy-reply"

    def after_exchange(self, exchange: Exchange) -> Iterable[Finding]:
        """A result that Lambda cannot turn into JSON, or that API Gateway refuses."""
        if exchange.unavailable is not None or injected(exchange) or not malformed_reply(exchange):
            return
        operation = exchange.case.operation
        if operation is None:
            return
        invocation = handler_invocation(exchange)
        error = invocation.reply.error if invocation is not None else None
        defect = failure_of_function(exchange) or "returned what is no reply"
        yield Finding(
            PROMISE,
            self.name,
            operation.name,
            f"the function of {operation.name} {defect}: the client got {exchange.response.status}",
            (exchange,),
            f"{error.kind} {defect}" if error is not None else defect,
        )


@dataclass(frozen=True, slots=True)
class DocumentedHeadersThere:
    """An answer that the engine did not ask for has the headers that its contract requires, also where AWS failed."""

    promise: ClassVar[str] = PROMISE
    name: ClassVar[str] = HEADERS

    def after_exchange(self, exchange: Exchange) -> Iterable[Finding]:
        """The required headers that an answer of the handler lacks, as Schemathesis' check would say it."""
        operation = exchange.case.operation
        if operation is None or exchange.unavailable is not None or handler_invocation(exchange) is None:
            return
        documented = _documented_shape(exchange, operation)
        if documented is None or not reaches(operation, exchange.case.request.path):
            return
        lacking = [
            each.name for each in documented.headers if each.required and each.name not in exchange.response.headers
        ]
        if lacking:
            status, names = exchange.response.status, ", ".join(f"`{name}`" for name in lacking)
            message = f"the {status} answer of {operation.name} lacks {names}, which its contract requires"
            root = f"{status} MissingHeaders {','.join(lacking)}"
            yield Finding(PROMISE, HEADERS, operation.name, message, (exchange,), root)


def checks(scope: Scope) -> tuple[Check, ...]:
    """The checks of this promise beside Schemathesis' own."""
    inside = ErrorSaysNothingOfTheInside(scope)
    return (
        ReplyIsAProxyReply(),
        AnswerReadsAsItWasMeant(),
        inside,
        FailureSaysNothingOfTheInside(scope, inside),
        NothingSecretInTheLog(scope),
    )
