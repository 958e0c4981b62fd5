"""The JSON report: the verdict for machines, versioned, its keys always in one order."""

from __future__ import annotations

import base64
import dataclasses
import json
import math
import re
from collections.abc import Mapping, Set
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any

from contracts.errors import Location
from contracts.exchange import AwsCall, Difference, Exchange
from contracts.finding import Failure, Gap, OperationRow, Unavailable, Verdict
from contracts.http import Headers, Request, Response
from contracts.reports.curl import curl
from contracts.reports.printable import as_text
from contracts.stack import Unresolved

VERSION = 1
"""Rises when a member is renamed, removed or changes its meaning; not when one is added."""

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def text(verdict: Verdict) -> str:
    """The report as JSON text, a newline at its end."""
    written = json.dumps(report(verdict), indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    # UTF-8 has no lone surrogates; JSON's own escape for them has.
    return _LONE_SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", written)


def report(verdict: Verdict) -> dict[str, Any]:
    """The report as plain JSON values."""
    return {
        "version": VERSION,
        "verdict": verdict.standing,
        "seed": verdict.seed,
        "exchanges": verdict.exchanges,
        "fingerprint": verdict.fingerprint,
        "contract": verdict.contract,
        "template": verdict.template,
        "title": verdict.title,
        "duration_seconds": round(verdict.duration_seconds, 3),
        "interrupted": verdict.interrupted,
        "promises": list(verdict.promises),
        "operations": [_operation(row) for row in verdict.operations],
        "gaps": [_gap(gap) for gap in verdict.gaps],
        "failures": [_failure(failure, verdict.seed) for failure in verdict.failures],
        "unavailable": [_unavailable(each) for each in verdict.unavailable],
        "notes": list(verdict.notes),
    }


def _operation(row: OperationRow) -> dict[str, Any]:
    return {
        "operation": row.operation,
        "method": row.method,
        "path": row.path,
        "exchanges": row.exchanges,
        "statuses": {str(status): row.statuses[status] for status in sorted(row.statuses)},
        "promises": dict(row.standings),
        "reason": row.reason,
    }


def _gap(gap: Gap) -> dict[str, Any]:
    return {
        "promise": gap.promise,
        "check": gap.check,
        "operation": gap.operation,
        "message": gap.message,
        "location": _location(gap.location),
    }


def _unavailable(each: Unavailable) -> dict[str, Any]:
    return {
        "operation": each.operation,
        "promise": each.promise,
        "reason": each.reason,
        "location": _location(each.location),
        "cure": each.cure,
    }


def _failure(failure: Failure, seed: int) -> dict[str, Any]:
    finding = failure.finding
    last = finding.exchanges[-1] if finding.exchanges else None
    return {
        "promise": finding.promise,
        "check": finding.check,
        "operation": finding.operation,
        "status": None if last is None else last.response.status,
        "message": finding.message,
        "rule": finding.rule or None,
        "inferred": list(finding.inferred),
        "request": None if last is None else _request(last.case.request),
        "response": None if last is None else _response(last.response),
        "event": _event(last),
        "calls": None if last is None else _calls(last),
        "changes": None if last is None else _changes(last),
        "sequence": [_step(exchange) for exchange in finding.exchanges],
        "seed": seed,
        "count": failure.count,
        "consequences": [_consequence(each) for each in failure.consequences],
    }


def _consequence(failure: Failure) -> dict[str, Any]:
    finding = failure.finding
    return {
        "promise": finding.promise,
        "check": finding.check,
        "operation": finding.operation,
        "message": finding.message,
        "sequence": [_step(exchange) for exchange in finding.exchanges],
        "count": failure.count,
    }


def _step(exchange: Exchange) -> dict[str, Any]:
    """A request of a sequence and, beside it, what became of it."""
    during = exchange.meanwhile
    return {
        **_request(exchange.case.request),
        "status": exchange.response.status,
        "response": _response(exchange.response),
        "calls": _calls(exchange),
        "changes": _changes(exchange),
        "meanwhile": None if during is None else {"before_call": during.call},
    }


def _calls(exchange: Exchange) -> list[dict[str, Any]] | None:
    return None if exchange.invocations is None else [_call(call) for call in exchange.calls]


def _changes(exchange: Exchange) -> list[dict[str, Any]] | None:
    return None if exchange.change is None else [_difference(each) for each in exchange.change.differences]


def _request(request: Request) -> dict[str, Any]:
    return {
        "method": request.method,
        "target": request.target,
        "headers": _headers(request.headers),
        **_body(request.body),
        "curl": curl(request),
    }


def _response(response: Response) -> dict[str, Any]:
    return {"status": response.status, "headers": _headers(response.headers), **_body(response.body)}


def _headers(headers: Headers) -> list[list[str]]:
    """A list of pairs, since a name may stand on several lines."""
    return [[name, value] for name, value in headers]


def _body(body: bytes | None) -> dict[str, str | None]:
    if body is None:
        return {"body": None}
    content = as_text(body)
    return {"body": content} if content is not None else {"body_base64": base64.b64encode(body).decode("ascii")}


def _event(exchange: Exchange | None) -> Any:
    return plain(exchange.invocations[0].event) if exchange is not None and exchange.invocations else None


def _call(call: AwsCall) -> dict[str, Any]:
    return {
        "service": call.service,
        "operation": call.operation,
        "parameters": plain(call.parameters),
        "action": call.action,
        "resources": list(call.resources),
        "access": call.access,
        "attempts": call.attempts,
        "error": None
        if call.error is None
        else {
            "code": call.error.code,
            "message": call.error.message,
            "status": call.error.status,
            "injected": call.error.injected,
        },
    }


def _difference(difference: Difference) -> dict[str, Any]:
    return {
        "kind": difference.kind,
        "store": difference.store,
        "key": plain(difference.key),
        "before": plain(difference.before),
        "after": plain(difference.after),
    }


def _location(location: Location | None) -> dict[str, Any] | None:
    return None if location is None else {"path": location.path, "line": location.line}


def plain(value: Any) -> Any:
    """
    Any value as JSON has it, and never an error: a report must not be lost over one odd parameter.

    * A Decimal is a number where a double holds it exactly, else its digits as a string.
    * NaN and the infinities are strings, since JSON has no such numbers.
    * Bytes are `{"base64": ...}`; dates and times are ISO 8601; a timedelta is its seconds.
    * A set is a list in the order of its members' JSON text.
    * Anything else is the name of its type in angle brackets, since a `repr` may differ from run to run.
    """
    if isinstance(value, Enum):
        return plain(value.value)
    if value is None or isinstance(value, (bool, str)):
        return str(value) if isinstance(value, str) else value
    if isinstance(value, (int, float, Decimal)):
        return _number(value)
    if isinstance(value, Mapping):
        return {_key(key): plain(member) for key, member in value.items()}
    if isinstance(value, Set):
        return sorted((plain(member) for member in value), key=lambda member: json.dumps(member, sort_keys=True))
    return [plain(member) for member in value] if isinstance(value, (list, tuple)) else _scalar(value)


def _number(value: float | Decimal) -> Any:
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else str(value)
    if not value.is_finite():
        return str(value)
    if value == value.to_integral_value() and abs(value) < Decimal(2**53):
        return int(value)
    return float(value) if Decimal(repr(float(value))) == value else str(value)


def _scalar(value: Any) -> Any:
    if isinstance(value, (bytes, bytearray, memoryview)):
        return {"base64": base64.b64encode(bytes(value)).decode("ascii")}
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Unresolved):
        return value.expression
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {member.name: plain(getattr(value, member.name)) for member in dataclasses.fields(value)}
    return f"<{type(value).__qualname__}>"


def _key(key: Any) -> str:
    if isinstance(key, str):
        return str(key)
    value = plain(key)
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)


def inline(value: Any) -> str:
    """Any value as JSON on one line."""
    return json.dumps(plain(value), ensure_ascii=False)
