"""What happened: cases, invocations, AWS calls, changes of state, and the exchanges that gather them.

`None` means *not observed* ("needs the inside"), never "nothing happened": an exchange with a live
endpoint has `invocations=None`; one in process that reached no function has `invocations=()`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from contracts.contract import Operation
from contracts.http import Request, Response
from contracts.stack import Function

Event = Mapping[str, Any]
Rendering = Callable[[Event], Event]
Access = Literal["List", "Read", "Write", "Permissions management", "Tagging"]


@dataclass(frozen=True, slots=True)
class FunctionError:
    """
    An invocation that did not return: what Lambda would answer as the error payload.

    Attributes:
        kind: Lambda's `errorType`: the exception's class name, `Sandbox.Timedout`, `Runtime.MarshalError` ...
        message: Lambda's `errorMessage`.
        trace: The stack trace, a line an entry.
        unavailable: Why the harness, not the handler, is at fault (an emulator's defect, code stuck in C);
            None when the error is the handler's own. Such an invocation *could not run*.
    """

    kind: str
    message: str
    trace: tuple[str, ...] = ()
    unavailable: str | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """
    What a function gave back, after its trip through JSON text.

    Attributes:
        payload: The JSON text that the function returned; None after an error.
        error: None when the function returned.
        log: Everything that it wrote to stdout, stderr and logging, as text.
        duration_milliseconds: On the function's own (virtual) clock.
        unavailable: Why it says nothing about the function, though this may have coped: it was kept from the network.
    """

    payload: str | None
    error: FunctionError | None = None
    log: str = ""
    duration_milliseconds: float = 0.0
    unavailable: str | None = None


Invoke = Callable[[Function, Event], Reply]
Target = Callable[[Request], Response]


@dataclass(frozen=True, slots=True)
class ServiceRequest:
    """
    A request that a gateway makes itself, of an AWS service instead of a function.

    Attributes:
        service: The endpoint prefix: `s3`.
        role: The ARN of the role that the gateway takes for it; None when none is named.
        request: Not signed; its target is the service's own path.
    """

    service: str
    region: str
    role: str | None
    request: Request


CallService = Callable[[ServiceRequest], Response | None]
"""What the service answers; None where it cannot be reached, or does not answer in time."""


@dataclass(frozen=True, slots=True)
class AwsError:
    """An AWS call that failed: the error code as botocore has it (or the exception's name), and the HTTP status."""

    code: str
    message: str
    status: int | None = None
    injected: bool = False


@dataclass(frozen=True, slots=True)
class AwsCall:
    """
    One logical call of an AWS API (a page of a paginator is one), whatever its retries.

    Attributes:
        service: botocore's endpoint prefix, for example `dynamodb`.
        operation: For example `PutItem`.
        parameters: As the caller gave them; bytes and streams replaced by their length.
        result: The parsed answer without its metadata, or None after an error.
        attempts: Wire requests that were made for it; 0 when it failed before one.
        action: The IAM action, for example `dynamodb:PutItem`.
        resources: ARNs that the call touches; () when unknown.
        access: The access level that the service authorization reference gives the action; None when unknown.
        allowed: Whether the function's role grants it; None when not judged.
    """

    service: str
    operation: str
    parameters: Mapping[str, Any]
    result: Mapping[str, Any] | None
    error: AwsError | None
    attempts: int
    action: str
    resources: tuple[str, ...]
    access: Access | None
    allowed: bool | None = None

    @property
    def writes(self) -> bool:
        """Whether the call may change something; an unknown access level does not count."""
        return self.access not in (None, "List", "Read")


@dataclass(frozen=True, slots=True)
class Invocation:
    """
    One call of a function (an authorizer's is one too) and everything that it did.

    Attributes:
        unavailable: Why the mocked cloud, not the function, is to blame for what happened; None when it is not.
    """

    function: Function
    event: Event
    reply: Reply
    calls: tuple[AwsCall, ...]
    unavailable: str | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """
    One thing that was gained (`before` is None), lost (`after` is None) or changed.

    Attributes:
        kind: `item` of a table or `object` of a bucket.
        store: The physical name of the table or bucket.
        key: The item's key attributes or `{"Key": ...}` of the object.
        before, after: The item in DynamoDB's JSON; of an object `{"ETag", "ContentType", "Size", "Metadata"}`.
    """

    kind: Literal["item", "object"]
    store: str
    key: Mapping[str, Any]
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Change:
    """What the state gained, lost and changed; falsy when nothing."""

    differences: tuple[Difference, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.differences)

    @property
    def gained(self) -> tuple[Difference, ...]:
        """What exists now and did not before."""
        return tuple(each for each in self.differences if each.before is None)

    @property
    def lost(self) -> tuple[Difference, ...]:
        """What existed before and does not now."""
        return tuple(each for each in self.differences if each.after is None)

    @property
    def changed(self) -> tuple[Difference, ...]:
        """What exists before and after, and differs."""
        return tuple(each for each in self.differences if each.before is not None and each.after is not None)


@dataclass(frozen=True, slots=True)
class Reference:
    """
    A value of a request that came from an earlier answer, so that the case can be replayed where ids differ.

    Attributes:
        place: `path`, `query`, `header` or `body`: the part of the request that the value stands in.
        name: The parameter's name; for `body` the JSON pointer of the member ("" is the whole body).
        parent: The id of the case whose answer it came from.
        expression: Where it was, as an OpenAPI runtime expression: `$response.body#/translation_id`.
        value: What it was.
    """

    place: Literal["path", "query", "header", "body"]
    name: str
    parent: str
    expression: str
    value: Any


@dataclass(frozen=True, slots=True)
class Case:
    """
    One request that the run decided to make, and why.

    Attributes:
        id: Unique in a run and the same for the same seed.
        operation: None when the request is meant for no documented operation (an undeclared method, for example).
        phase: `examples`, `coverage`, `fuzzing`, `stateful`, or the name of the check that made the case.
        scenario: Cases of one scenario share a state and an order; None stands alone.
        valid: Whether the contract accepts the request; None when nobody knows.
        broken: What makes it invalid, in words; None when nothing does.
        references: Values that came from earlier answers of the same scenario.
        verbatim: Whether its signature goes as it is, though it may not be good, or not good any more.
    """

    id: str
    operation: Operation | None
    request: Request
    phase: str
    scenario: str | None = None
    valid: bool | None = None
    broken: str | None = None
    references: tuple[Reference, ...] = ()
    verbatim: bool = False


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """
    That an exchange happened, from its beginning to its end, while another one waited just before an AWS call.

    Attributes:
        case: The id of the case that waited.
        call: Which of its calls it waited before, from 1.
    """

    case: str
    call: int


@dataclass(frozen=True, slots=True)
class Exchange:
    """
    A case, its answer, and what happened inside; None where nobody looked.

    Attributes:
        change: Of an exchange that waited for another one, with what that one changed.
        gateway_calls: AWS calls that the gateway made itself, of services that stand behind it without a function.
        meanwhile: During which other exchange it happened; None where one happened after the other.
    """

    case: Case
    response: Response
    invocations: tuple[Invocation, ...] | None = None
    change: Change | None = None
    gateway_calls: tuple[AwsCall, ...] = ()
    meanwhile: Meanwhile | None = None

    @property
    def calls(self) -> tuple[AwsCall, ...]:
        """All AWS calls of all invocations, in order, then those of the gateway; () also when not observed."""
        return (*(call for invocation in self.invocations or () for call in invocation.calls), *self.gateway_calls)

    @property
    def unavailable(self) -> str | None:
        """Why the exchange says nothing about the service: the harness, not the handler, failed in it."""
        for invocation in self.invocations or ():
            error = invocation.reply.error
            reason = invocation.unavailable or (error.unavailable if error is not None else None)
            reason = reason or invocation.reply.unavailable
            if reason is not None:
                return reason
        return None


Conduct = Callable[[Case], Exchange]


@dataclass(frozen=True, slots=True)
class Corpus:
    """Every exchange of the generating phases, in order; a value that can be replayed."""

    exchanges: tuple[Exchange, ...] = ()

    def __iter__(self) -> Iterator[Exchange]:
        return iter(self.exchanges)

    def __len__(self) -> int:
        return len(self.exchanges)

    def of(self, operation: Operation) -> tuple[Exchange, ...]:
        """The exchanges of one operation, in order."""
        return tuple(each for each in self.exchanges if each.case.operation is operation)

    def history(self, exchange: Exchange) -> tuple[Exchange, ...]:
        """The exchanges of the same scenario that its references lead back to, oldest first."""
        by_id = {each.case.id: each for each in self.exchanges}
        found: list[Exchange] = []
        wanted = [reference.parent for reference in exchange.case.references]
        while wanted:
            parent = by_id.get(wanted.pop())
            if parent is not None and parent not in found:
                found.append(parent)
                wanted.extend(reference.parent for reference in parent.case.references)
        return tuple(each for each in self.exchanges if each in found)


@dataclass(frozen=True, slots=True)
class Fault:
    """
    One way in which AWS fails: the call is refused before it takes effect.

    Attributes:
        service, operation: Which calls; an operation of None is every operation of the service.
        call: Which of the matching logical calls of an invocation, from 1; None is every one.
        error: An AWS error code (`ThrottlingException`), or `timeout` (read timeout), `connect` (no connection).
        status: The HTTP status of an error code.
        message: What AWS would say: text that must never reach a client.
    """

    service: str
    operation: str | None
    error: str
    call: int | None = 1
    status: int = 400
    message: str = ""


@dataclass(frozen=True, slots=True)
class FaultPlan:
    """The faults in force together."""

    faults: tuple[Fault, ...] = field(default_factory=tuple)


class Snapshot(Protocol):
    """The state of all tables and buckets at a moment; opaque to everybody but the lab that took it."""


class Lab(Protocol):
    """The service under test with its state in our hands: what an active check is given."""

    def snapshot(self) -> Snapshot:
        """The state of all stores now."""
        ...

    def restore(self, snapshot: Snapshot, *, warm: bool = False) -> None:
        """
        Bring the stores back to that state, and seeds and clock to where a phase begins.

        Args:
            warm: Keep functions that have handled events as they are, which saves their cold start.
        """
        ...

    def difference(self, before: Snapshot, after: Snapshot) -> Change:
        """What is in `after` that was not in `before`, and the reverse."""
        ...

    def conduct(self, case: Case) -> Exchange:
        """Make the request and watch what it does."""
        ...

    def interleaved(self, first: Case, second: Case, *, call: int | None) -> tuple[Exchange, Exchange] | None:
        """
        Make two requests at once: the second, from its beginning to its end, just before an AWS call of the first.

        Each is answered by an execution environment of its own, and time stands still for both.

        Args:
            call: Which call of the first, from 1; None: after its end, one after the other.

        Returns:
            The exchanges of the first and of the second; None when there was no such call or it could not wait, and
            the first alone was made.
        """
        ...

    def faults(self, plan: FaultPlan) -> AbstractContextManager[None]:
        """While the context is open, AWS fails by this plan; call counts start anew at each invocation."""
        ...

    def rendering(self, rendering: Rendering) -> AbstractContextManager[None]:
        """
        While the context is open, functions that answer are handed another rendering of the event.

        Events of authorizers stay as they are. The reply is read as one to the event that the gateway made.
        """
        ...

    def set_clock(self, moment: datetime) -> None:
        """Set what time it is, for the gateway and for functions, until the next `restore`."""
        ...
