"""A notes API as values, exchanges with it made by hand, and a lab that is a small service in memory."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from contracts.contract import (
    Contract,
    DocumentedHeader,
    DocumentedResponse,
    Operation,
    Parameter,
    RequestBody,
)
from contracts.errors import Location
from contracts.exchange import (
    AwsCall,
    AwsError,
    Case,
    Change,
    Difference,
    Exchange,
    FaultPlan,
    FunctionError,
    Invocation,
    Reference,
    Rendering,
    Reply,
)
from contracts.finding import Finding
from contracts.http import Headers, Request, Response
from contracts.stack import Function

HERE = Location("openapi.yaml", 1)
HOST = "abc123.execute-api.eu-west-1.amazonaws.com"
FUNCTION = Function(
    "Notes", "notes", "arn:aws:lambda:eu-west-1:1:function:notes", "app.handler", "python3.13",
    Path("src"), {}, None, 3, 128, HERE,
)  # fmt: skip
JSON = "application/json"
NOTE = {"$ref": "#/components/schemas/Note"}
NEW_NOTE = {"$ref": "#/components/schemas/NewNote"}
PROBLEM = {"$ref": "#/components/schemas/Problem"}
SCHEMAS: dict[str, dict[str, Any]] = {
    "NewNote": {
        "type": "object",
        "additionalProperties": False,
        "required": ["text"],
        "properties": {
            "text": {"type": "string", "maxLength": 100, "x-contract-max-bytes": 100},
            "tags": {"type": "array", "items": {"type": "string"}},
        },
    },
    "Note": {
        "type": "object",
        "required": ["id"],
        "properties": {
            "id": {"type": "string"},
            "text": {"type": "string"},
            "tags": {"type": "array", "items": {"type": "string"}},
        },
    },
    "Problem": {"type": "object"},
}


def response(status: str, schema: Any = None, **more: Any) -> DocumentedResponse:
    """A documented response, JSON where it has a schema."""
    headers = tuple(DocumentedHeader(name, True, {}) for name in more.pop("headers", ()))
    content = {} if schema is None else {more.pop("media_type", JSON): schema}
    return DocumentedResponse(status, headers, content, HERE, **more)


def parameter(name: str, place: Any, schema: Any, *, required: bool = False, **extensions: Any) -> Parameter:
    """A parameter; extensions as `x_contract_opaque=True`."""
    extra = {key.replace("_", "-"): value for key, value in extensions.items()}
    return Parameter(name, place, required or place == "path", schema, HERE, extra)


def operation(name: str, method: str, path: str, *responses: DocumentedResponse, **more: Any) -> Operation:
    """An operation with these responses."""
    body = more.pop("body", None)
    return Operation(
        name,
        method,
        path,
        more.pop("parameters", ()),
        RequestBody(True, {JSON: body}) if body is not None else None,
        {each.status: each for each in responses},
        None,
        HERE,
        **more,
    )


ID = parameter("id", "path", {"type": "string", "pattern": "^n-[0-9a-f]{4}$"})


def notes(**changed: Operation) -> Contract:
    """The contract of the notes API, some operations changed."""
    operations = {
        "createNote": operation(
            "createNote", "POST", "/notes",
            response("201", NOTE, headers=["Location"]), response("400", PROBLEM), response("413", PROBLEM),
            response("415", PROBLEM), response("500", PROBLEM), response("503", PROBLEM),
            body=NEW_NOTE,
        ),
        "listNotes": operation(
            "listNotes", "GET", "/notes", response("200", {"type": "object"}), response("400", PROBLEM),
            parameters=(
                parameter("limit", "query", {"type": "integer", "minimum": 1, "maximum": 100}),
                parameter("cursor", "query", {"type": "string"}, **{"x-contract-opaque": True}),
            ),
        ),
        "getNote": operation(
            "getNote", "GET", "/notes/{id}", response("200", NOTE), response("400", PROBLEM), response("404", PROBLEM),
            parameters=(ID,),
        ),
        "deleteNote": operation(
            "deleteNote", "DELETE", "/notes/{id}", response("204"), response("404", PROBLEM), parameters=(ID,)
        ),
    }  # fmt: skip
    chosen = operations | changed
    return Contract("Notes", "openapi.yaml", {"openapi": "3.0.1"}, tuple(chosen.values()), HERE, schemas=SCHEMAS)


_numbers = itertools.count(1)


def call(action: str, access: Any, **more: Any) -> AwsCall:
    """A recorded AWS call."""
    service, _, name = action.partition(":")
    return AwsCall(
        service, name, {}, more.pop("result", {}), more.pop("error", None), 1, action, ("arn:aws:x",), access
    )


def invocation(reply: Reply, *calls: AwsCall, event: Mapping[str, Any] | None = None) -> Invocation:
    """An invocation of the notes function."""
    return Invocation(FUNCTION, event or {"resource": "/notes"}, reply, calls)


def gained(key: str = "n-0001") -> Change:
    """A change: one item more in the table of notes."""
    return Change((Difference("item", "notes-table", {"id": {"S": key}}, None, {"id": {"S": key}}),))


def exchange(
    of: Operation | None, status: int, body: Any = None, *, target: str | None = None, sent: Any = None, **more: Any
) -> Exchange:
    """An exchange with the stage /v1; `invocations` default to one that replied the same, None is "nobody looked"."""
    path = of.path if of is not None else "/nowhere"
    lines = [("Host", HOST), *more.pop("request_headers", ())]
    raw = sent if isinstance(sent, bytes) or sent is None else json.dumps(sent).encode()
    if raw is not None and not any(name.lower() == "content-type" for name, _ in lines):
        lines.append(("Content-Type", JSON))
    method = more.pop("method", of.method if of is not None else "GET")
    request = Request(method, f"/v1{path}" if target is None else target, Headers.of(lines), raw)
    answered = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    headers = Headers.of(more.pop("headers", [("Content-Type", JSON)]))
    payload = json.dumps({"statusCode": status, "body": answered.decode()})
    case = Case(
        f"case-{next(_numbers)}", of, request, "fuzzing",
        valid=more.pop("valid", None), broken=more.pop("broken", None), references=more.pop("references", ()),
    )  # fmt: skip
    inside = more.pop("invocations", (invocation(Reply(payload), *more.pop("calls", ())),))
    return Exchange(case, Response(status, headers, answered), inside, more.pop("change", Change()))


def crash(of: Operation, error: FunctionError, status: int = 502, **more: Any) -> Exchange:
    """An exchange in which the function failed and the gateway answered for it."""
    failed = (invocation(Reply(None, error), *more.pop("calls", ())),)
    return exchange(of, status, {"message": "Internal server error"}, invocations=failed, **more)


def reported(check: str, root: str, message: str, shown: Exchange) -> Finding:
    """A failure of a Schemathesis check, as `contracts.cases` hands it on."""
    name = shown.case.operation.name if shown.case.operation is not None else "GET /nowhere"
    return Finding("payloads", check, name, message, (shown,), root)


@dataclass
class NotesLab:
    """
    The notes service in memory, as a lab: its stores are one dictionary.

    Attributes:
        contract: Names the operations.
        flaws: What is wrong with it, by name; with `entity-tags`, what is made has one.
    """

    contract: Contract
    flaws: frozenset[str] = frozenset()
    notes: dict[str, dict[str, Any]] = field(default_factory=dict)
    plan: FaultPlan = field(default_factory=FaultPlan)
    made: int = 0
    conducted: list[Case] = field(default_factory=list)
    remembering: bool = False

    def snapshot(self) -> dict[str, dict[str, Any]]:
        return dict(self.notes)

    def restore(self, snapshot: Any, *, warm: bool = False) -> None:
        self.notes, self.made = dict(snapshot), 0
        self.remembering = warm and "remembers" in self.flaws

    def interleaved(self, first: Case, second: Case, *, call: int | None) -> tuple[Exchange, Exchange] | None:
        """Its answers cannot be interrupted."""
        return None if call is not None else (self.conduct(first), self.conduct(second))

    def difference(self, before: Any, after: Any) -> Change:
        return Change()

    @contextmanager
    def faults(self, plan: FaultPlan) -> Iterator[None]:
        self.plan = plan
        try:
            yield
        finally:
            self.plan = FaultPlan()

    @contextmanager
    def rendering(self, rendering: Rendering) -> Iterator[None]:
        yield

    def set_clock(self, moment: datetime) -> None:
        pass

    def conduct(self, case: Case) -> Exchange:
        """Answer a case; paths outside of /v1 and unknown routes are the gateway's."""
        self.conducted.append(case)
        request = case.request
        item = re.fullmatch(r"/v1/notes/([^/]+)", request.path)
        if not request.path.startswith("/v1/"):
            return self._gateway(case, {"message": "Forbidden"}, "ForbiddenException")
        if item is None and request.path != "/v1/notes":
            return self._gateway(
                case, {"message": "Missing Authentication Token"}, "MissingAuthenticationTokenException"
            )
        status, body, headers, calls = self._handle(request, item[1] if item else None)
        payload = json.dumps({"statusCode": status, "body": json.dumps(body)})
        answer = Response(status, Headers.of([("Content-Type", JSON), *headers]), json.dumps(body).encode())
        if "no-function" in self.flaws:
            return Exchange(case, answer, (), Change(), tuple(calls))
        return Exchange(case, answer, (invocation(Reply(payload), *calls),), Change())

    def _gateway(self, case: Case, body: Any, kind: str) -> Exchange:
        headers = Headers.of([("Content-Type", JSON), ("x-amzn-ErrorType", kind)])
        return Exchange(case, Response(403, headers, json.dumps(body).encode()), (), Change())

    def _handle(self, request: Request, note: str | None) -> tuple[int, Any, list[tuple[str, str]], list[AwsCall]]:
        name = {"POST": "PutItem", "GET": "GetItem", "DELETE": "DeleteItem"}[request.method]
        if self.remembering and request.method == "GET":
            return 200, {}, [], []
        fault = next((each for each in self.plan.faults if each.operation in (None, name)), None)
        if fault is not None and fault.call == 1 and "tries-again" in self.flaws:
            failed = call(f"dynamodb:{name}", "Write", error=AwsError(fault.error, "", injected=True), result=None)
            return 201, {}, [("Location", "/v1/notes/n-0001")], [failed, call(f"dynamodb:{name}", "Write")]
        if fault is not None:
            failed = call(f"dynamodb:{name}", "Write", error=AwsError(fault.error, "", injected=True), result=None)
            return 500 if "faults-are-500" in self.flaws else 503, {}, [], [failed]
        calls = [call(f"dynamodb:{name}", "Read" if request.method == "GET" else "Write")]
        if request.method == "POST":
            return (*self._create(request), calls)
        if note is None:
            return (400 if "limit=%21" in request.target else 200), {"items": []}, [], calls
        return (*self._one(request, note), [], calls)

    def _one(self, request: Request, note: str) -> tuple[int, Any]:
        if not re.fullmatch("n-[0-9a-f]{4}", note):
            return 400, {}
        if note not in self.notes:
            return 404, {}
        if request.method == "DELETE":
            del self.notes[note]
            return 204, None
        return 200, self.notes[note]

    def _create(self, request: Request) -> tuple[int, Any, list[tuple[str, str]]]:
        if request.headers.get("content-type") != JSON and "any-media-type" not in self.flaws:
            return 415, {}, []
        try:
            value = json.loads(request.body or b"")
        except ValueError:
            return (201 if "any-body" in self.flaws else 400), {}, []
        if len(value["text"].encode()) > 100 and "any-length" not in self.flaws:
            return 413, {}, []
        self.made += 1
        key = f"n-{self.made:04x}"
        created = {"id": key, **value}
        if "lost" not in self.flaws:
            kept = {name: each for name, each in created.items() if name != "tags" or "tags-lost" not in self.flaws}
            self.notes[key] = kept
        places = {"wrong-location": "/v1/note", "stage-left-out": "/notes", "abroad": "https://example.com/notes"}
        place = next((each for flaw, each in places.items() if flaw in self.flaws), "/v1/notes")
        tag = [("ETag", f'"{key}"')] if "entity-tags" in self.flaws else []
        return 201, created, [("Location", f"{place}/{key}"), *tag]


@dataclass(frozen=True)
class Making:
    """Everything that makes values in these tests, as one fixture."""

    notes: Callable[..., Contract] = notes
    operation: Callable[..., Operation] = operation
    response: Callable[..., DocumentedResponse] = response
    parameter: Callable[..., Parameter] = parameter
    exchange: Callable[..., Exchange] = exchange
    crash: Callable[..., Exchange] = crash
    call: Callable[..., AwsCall] = call
    invocation: Callable[..., Invocation] = invocation
    gained: Callable[..., Change] = gained
    reported: Callable[..., Finding] = reported
    lab: Callable[..., NotesLab] = NotesLab
    schemas: Mapping[str, Any] = field(default_factory=lambda: SCHEMAS)

    def of(self, contract: Contract, name: str) -> Operation:
        """An operation of a contract by its name."""
        return next(each for each in contract.operations if each.name == name)

    def changed(self, name: str, **members: Any) -> Contract:
        """The notes contract with members of one operation changed."""
        return notes(**{name: replace(self.of(notes(), name), **members)})

    def referring(self, parent: Exchange, value: str) -> Reference:
        """A path reference to the id in the body of an earlier answer."""
        return Reference("path", "id", parent.case.id, "$response.body#/id", value)


@pytest.fixture
def make() -> Making:
    """What makes contracts, exchanges and labs."""
    return Making()
