"""The service under test: the gateway before the functions before the mocked cloud, watched, in our hands.

This is where the stages meet; none of them knows another.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime

from contracts import gateway
from contracts.aws import Cloud
from contracts.contract import Operation
from contracts.credentials import Callers
from contracts.exchange import (
    AwsCall,
    Case,
    Change,
    Event,
    Exchange,
    FaultPlan,
    Invocation,
    Meanwhile,
    Rendering,
    Reply,
    ServiceRequest,
    Snapshot,
)
from contracts.finding import Unavailable
from contracts.functions import Functions
from contracts.http import Request, Response
from contracts.stack import Function


@dataclass(slots=True)
class Service:
    """
    A `Lab`: requests go in, exchanges come out; its state can be taken, brought back and compared.

    Attributes:
        entrances: The gateway's immutable API, by its own host name and behind custom domains.
        seed: What ids of requests are drawn from, together with their number since the last restart.
        callers: Who calls which operation.
        missing: The operations that nobody who is configured can call.
    """

    entrances: gateway.Entrances
    functions: Functions
    cloud: Cloud
    seed: int
    callers: Callers
    missing: tuple[Unavailable, ...] = ()
    _requests: int = field(default=0, init=False)
    _cache: gateway.Cache = field(default_factory=gateway.Cache, init=False)
    _rendering: Rendering | None = field(default=None, init=False)

    @property
    def api(self) -> gateway.Api:
        """The API by its own host name."""
        return self.entrances.own

    def conduct(self, case: Case) -> Exchange:
        """Make the request and watch what it does."""
        invocations: list[Invocation] = []

        def invoke(function: Function, event: Event) -> Reply:
            # An authorizer is told the ARN of what is asked for.
            if self._rendering is not None and "methodArn" not in event and "routeArn" not in event:
                event = self._rendering(event)
            with self.cloud.recording() as calls:
                reply = self.functions.invoke(function, event)
            invocations.append(Invocation(function, event, reply, tuple(calls), self.cloud.unavailable))
            return reply

        gateway_calls: list[AwsCall] = []

        def call_service(asked: ServiceRequest) -> Response | None:
            with self.cloud.recording() as calls:
                answer = self.cloud.serve(asked)
            gateway_calls.extend(calls)
            return answer

        with self.cloud.watching() as journal:
            response: Response = gateway.answer(
                self.entrances.entered(case.request),
                case.request,
                self._moment(),
                invoke,
                self._cache,
                call_service=call_service,
            )
        return Exchange(case, response, tuple(invocations), journal.change(), tuple(gateway_calls))

    def interleaved(self, first: Case, second: Case, *, call: int | None) -> tuple[Exchange, Exchange] | None:
        """Make the second request just before an AWS call of the first, or after its end."""
        inner: list[Exchange] = []
        failed: list[BaseException] = []

        def meanwhile() -> None:
            if not self.functions.can_wait():
                return
            try:
                inner.append(self.conduct(second))
            except BaseException as error:
                # The handler that waits may cope with whatever is raised here.
                failed.append(error)
                raise

        with self.functions.frozen():
            if call is None:
                return self.conduct(first), self.conduct(second)
            with self.cloud.pausing(call, meanwhile):
                outer = self.conduct(first)
        if failed:
            raise failed[0]
        return (outer, replace(inner[0], meanwhile=Meanwhile(first.id, call))) if inner else None

    def showing(self, operation: Operation | None, request: Request) -> Request:
        """A request with the credentials of whoever calls the operation."""
        return self.callers.showing(operation, request, self.functions.now())

    def renewed(self, request: Request) -> Request:
        """A request with a signature of this moment, where it has one."""
        return self.callers.renewed(request, self.functions.now())

    def snapshot(self) -> Snapshot:
        """The state of all tables and buckets now."""
        return self.cloud.snapshot()

    def restore(self, snapshot: Snapshot, *, warm: bool = False) -> None:
        """Bring the stores back, and seeds, clock, functions and remembered answers to where a phase begins."""
        self.cloud.restore(snapshot)
        self.functions.restart(warm=warm)
        self._cache.clear()
        self._requests = 0

    def difference(self, before: Snapshot, after: Snapshot) -> Change:
        """What the stores gained, lost and changed between two snapshots."""
        return self.cloud.difference(before, after)

    def faults(self, plan: FaultPlan) -> AbstractContextManager[None]:
        """While open, AWS fails by this plan."""
        return self.cloud.faults(plan)

    @contextmanager
    def rendering(self, rendering: Rendering) -> Iterator[None]:
        """While open, functions that answer are handed another rendering of the event."""
        self._rendering = rendering
        try:
            yield
        finally:
            self._rendering = None

    def set_clock(self, moment: datetime) -> None:
        """Set what time it is, until the next `restore`."""
        self.functions.set_clock(moment)

    def _moment(self) -> gateway.Moment:
        self._requests += 1
        randomness = hashlib.sha256(f"{self.seed} {self._requests}".encode()).digest()
        return gateway.Moment.of(self.functions.now(), randomness)
