"""Rule of the promise `payloads`: what an answer says is what a client reads in it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.message import Message
from typing import Any, ClassVar

from contracts.checks.answers import handler_invocation, json_value
from contracts.checks.paths import reaches
from contracts.checks.requests import media_type
from contracts.contract import Operation
from contracts.exchange import Exchange
from contracts.finding import Finding

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class AnswerReadsAsItWasMeant:
    """JSON is JSON to every parser (RFC 8259), and text is in the charset that its Content-Type names."""

    promise: ClassVar[str] = "payloads"
    name: ClassVar[str] = "answer-reads-as-it-was-meant"

    def after_exchange(self, exchange: Exchange) -> Iterable[Finding]:
        """What a client would read otherwise, or not at all."""
        operation = exchange.case.operation
        invocation = handler_invocation(exchange)
        if operation is None or invocation is None or exchange.unavailable is not None or not exchange.response.body:
            return
        if not reaches(operation, exchange.case.request.path):
            return
        yield from self._found(operation, exchange)

    def _found(self, operation: Operation, exchange: Exchange) -> Iterator[Finding]:
        for wrong, root in (*_json_defects(exchange), *_charset_defects(exchange)):
            message = f"the {exchange.response.status} answer of {operation.name} {wrong}"
            yield Finding(self.promise, self.name, operation.name, message, (exchange,), root)


def _json_defects(exchange: Exchange) -> Iterator[tuple[str, str]]:
    kind = media_type(exchange.response.headers.get("content-type"))
    body = exchange.response.body
    if kind != "application/json" and not kind.endswith("+json"):
        return
    if body.startswith(_BYTE_ORDER_MARK):
        yield "begins with a byte order mark, which JSON must not have (RFC 8259, section 8.1)", "byte order mark"
    if b"NaN" in body or b"Infinity" in body:
        constant = _foreign_constant(body)
        if constant is not None:
            yield f"has {constant}, which is no JSON (RFC 8259, section 6)", "constant"


def _foreign_constant(body: bytes) -> str | None:
    """The first constant of a body that only Python takes for JSON; None when there is none, or nobody takes it."""
    met: list[str] = []
    try:
        json.loads(body, parse_constant=met.append)
    except (ValueError, RecursionError):
        return None
    return met[0] if met else None


def _charset_defects(exchange: Exchange) -> Iterator[tuple[str, str]]:
    """API Gateway sends the text of a reply as UTF-8, whatever its Content-Type says."""
    said = Message()
    said["content-type"] = exchange.response.headers.get("content-type") or ""
    charset = said.get_param("charset")
    meant = _replied_text(exchange)
    if not isinstance(charset, str) or meant is None:
        return
    if exchange.response.body != meant.encode("utf-8", "replace"):
        return  # something on the way made another body of it
    try:
        read = exchange.response.body.decode(charset)
    except LookupError:
        return  # a charset that Python does not know may be one all the same
    except UnicodeDecodeError:
        read = None
    if read != meant:
        yield f"says charset={charset}, in which its text cannot be read: API Gateway sent UTF-8", f"charset {charset}"


def _replied_text(exchange: Exchange) -> str | None:
    invocation = handler_invocation(exchange)
    reply: Any = json_value((invocation.reply.payload or "").encode()) if invocation is not None else None
    if not isinstance(reply, dict) or reply.get("isBase64Encoded"):
        return None
    text = reply.get("body")
    return text if isinstance(text, str) else None
