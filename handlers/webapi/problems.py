"""
What goes wrong with a request, as a problem of RFC 9457.

Type, title and media type of a problem are the contract's. A status that documents several kinds of problem
(`oneOf`) has a `Refusal` say which, by the name of its schema.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from webapi.contract import Contract, Operation, Schema

MEDIA_TYPE = "application/problem+json"

DETAILS: Mapping[int, str] = {
    400: "The request does not satisfy the contract.",
    403: "The caller may not do this.",
    404: "There is nothing here.",
    409: "The request cannot be served now because of another one.",
    412: "The thing is not in the state that the request wants it in.",
    413: "The request is well-formed, but too large to be served.",
    415: "The body has a type that cannot be read.",
    422: "The request is well-formed, but what it asks for cannot be done.",
    428: "The request must say which state of the thing it is meant for.",
    500: "The request could not be answered because of an error in the service.",
    503: "Something that the service needs is not available now.",
}
"""What is said beside the title of a problem: nothing of AWS's own words, nothing of the request's."""


@dataclass(frozen=True, slots=True)
class Fault:
    """
    One thing that is wrong with a request, and where.

    Attributes:
        where: `pointer` (into the body), `parameter` or `header`.
        name: The JSON Pointer, or the name of the parameter or header.
        code: The rule that was broken; a keyword of JSON Schema where it is one.
        detail: The same for people.
    """

    where: str
    name: str
    code: str
    detail: str


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not an error of ours
    """A request is answered with a problem instead of what it asked for."""

    def __init__(self, status: int, faults: Sequence[Fault] = (), *, kind: str | None = None) -> None:
        """
        A refusal with one of the operation's documented statuses.

        Args:
            status: The HTTP status.
            faults: What exactly is wrong, where more can be said.
            kind: Which problem of this status, by the name of its schema; None where the status has one kind.
        """
        super().__init__(status)
        self.status = status
        self.faults = tuple(faults)
        self.kind = kind


def refused(fault: Fault) -> Refusal:
    """The refusal of a request that the contract does not allow because of one thing."""
    return Refusal(400, [fault])


def problem(contract: Contract, operation: Operation, refusal: Refusal, request_id: str) -> dict[str, Any]:
    """
    The body of a problem.

    Raises:
        KeyError: The operation does not document a problem with this status.
    """
    schema = _schema(contract, operation.responses[refusal.status].content[MEDIA_TYPE], refusal.kind)
    members = contract.properties(schema)
    # The contract fixes `type`, `title` and `status` of each kind of problem to one value each.
    body: dict[str, Any] = {
        name: member["enum"][0] for name, member in members.items() if len(member.get("enum", ())) == 1
    }
    body["detail"] = DETAILS[refusal.status]
    body["instance"] = f"urn:request:{quote(request_id, safe='')}"
    if refusal.faults:
        most = members["errors"].get("maxItems", len(refusal.faults))
        body["errors"] = [
            {fault.where: fault.name, "code": fault.code, "detail": fault.detail} for fault in refusal.faults[:most]
        ]
    return body


def _schema(contract: Contract, documented: Schema, kind: str | None) -> Schema:
    """
    The schema of one kind of problem.

    Raises:
        KeyError: The status documents several kinds and not this one.
    """
    kinds = {
        str(each.get("$ref", "")).rpartition("/")[2]: each for each in contract.resolved(documented).get("oneOf", ())
    }
    return kinds[str(kind)] if kinds else documented
