"""The service under test, for those who write their own tests: it stands while a `with` block is open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import Any, Self

from contracts import checks
from contracts.aws.refusing import calls_of, modelled_status
from contracts.cases import Conformance, Generation
from contracts.checks.ways import http_status
from contracts.configuration import find
from contracts.contract import Contract, Operation
from contracts.errors import ConfigurationError, EmulationError
from contracts.exchange import Case, Change, Exchange, Fault, FaultPlan, Snapshot
from contracts.finding import ExchangeCheck, Finding, Unavailable
from contracts.http import Headers, Request
from contracts.run.asking import Values, body_of, known, operation_of, request_of, target_of
from contracts.run.service import Service
from contracts.run.subject import Settings, Subject, read, standing
from contracts.stack import Function, Stack

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Standing:
    """What there is only while the service stands."""

    service: Service
    beginning: Snapshot
    unavailable: tuple[Unavailable, ...]


class ServiceUnderTest:
    """
    A service as its contract promises and its template deploys it, in this process, on mocked AWS services.

    It stands while a `with` block is open, at most one in a process at a time, and can be opened again.
    Afterwards the process is as it was. Nothing is read before the first time.

    Args:
        contract: The OpenAPI document; as configured where it is None.
        template: The SAM or CloudFormation template; as configured where it is None.
        parameters: Values for the template's parameters; those configured where it is None.
        seed: What ids, randomness and times are drawn from; the configured one where it is None.

    Raises:
        ContractsError: On entering: a file is missing or not usable, or another service stands in this process.
    """

    def __init__(
        self,
        contract: str | PathLike[str] | None = None,
        template: str | PathLike[str] | None = None,
        *,
        parameters: Mapping[str, str] | None = None,
        seed: int | None = None,
    ) -> None:
        self._options = {
            "contract": None if contract is None else Path(contract),
            "template": None if template is None else Path(template),
            "parameters": parameters,
            "seed": seed,
        }
        self._standing: _Standing | None = None
        self._open = ExitStack()
        self._faults: tuple[Fault, ...] = ()
        self._requests = 0

    def __enter__(self) -> Self:
        if self._standing is not None:
            raise EmulationError("this service stands already", cure="Use the one that stands, or close it first.")
        service, unavailable = self._open.enter_context(standing(self._subject, self._settings.seed))
        self._standing = _Standing(service, service.snapshot(), unavailable)
        self._requests = 0
        return self

    def __exit__(self, *_: object) -> None:
        self._standing = None
        self._open.close()

    @property
    def stands(self) -> bool:
        """Whether it stands, so that requests can be made."""
        return self._standing is not None

    @property
    def contract(self) -> Contract:
        """The contract, with the template's integrations where it has none of its own."""
        return self._subject.contract

    @property
    def stack(self) -> Stack:
        """What the template deploys: `stack.tables["Notes"].name` is the name that boto3 knows a table by."""
        return self._subject.stack

    @property
    def base_path(self) -> str:
        """What stands before the contract's paths in a request: `/` and the stage; empty where the stage is none."""
        return self._subject.base_path

    def call(
        self,
        operation: str,
        *,
        path: Values | None = None,
        query: Values | None = None,
        headers: Values | None = None,
        json: Any = None,
        body: bytes | None = None,
    ) -> Exchange:
        """
        Make a request that is built by the contract.

        Args:
            operation: The operationId; `GET /path` where the operation has none.
            path: Values of the path's variables; they are percent-encoded.
            query: Values of query parameters, written in the style that the contract says; a list is several.
            headers: Values by name; one replaces what would be sent otherwise, None leaves it out: also the
                credentials of the identity that is configured for the operation.
            json: A value that is sent as JSON, with the contract's media type as Content-Type.
            body: Bytes that are sent as they are, with the contract's first media type as Content-Type.

        Raises:
            ConfigurationError: There is no such operation or parameter, or a variable of the path has no value.
            EmulationError: The operation cannot run, or the mocked cloud is to blame for what happened.
        """
        asked = operation_of(self.contract, operation)
        if asked.method == "ANY":
            raise ConfigurationError(
                f"{asked.name} takes every method", location=asked.location, cure="Choose one and use `send`."
            )
        target = target_of(self.contract, asked, path=path or {}, query=query or {}, base=self.base_path)
        content = body_of(json, body, list(asked.request_body.content) if asked.request_body is not None else [])
        request = request_of(
            asked.method, target, headers=headers or {}, body=content, host=self._host, operation=asked
        )
        return self._exchange(self._showing(asked, request, headers or {}))

    def _showing(self, operation: Operation, request: Request, own: Values) -> Request:
        """The request with the credentials of the configured identity, but for headers that the caller has named."""
        shown = self._now.service.showing(operation, request)
        kept = [line for line in request.headers if line[0].lower() in {name.lower() for name in own}]
        return replace(shown, headers=Headers.of([*shown.headers.without(*own), *kept]))

    def send(
        self, method: str, target: str, *, headers: Values | None = None, json: Any = None, body: bytes | None = None
    ) -> Exchange:
        """
        Make any request, also one that the contract does not know.

        Args:
            target: Path and query as a client sends them: with the stage, percent-encoded.
            headers: Values by name; one replaces what would be sent otherwise, None leaves it out.
            json: A value that is sent as `application/json`.
            body: Bytes that are sent as they are, without Content-Type unless `headers` has one.

        Raises:
            EmulationError: The operation cannot run, or the mocked cloud is to blame for what happened.
        """
        content = body_of(json, body, [])
        return self._exchange(
            request_of(method, target, headers=headers or {}, body=content, host=self._host, operation=None)
        )

    def findings(self, exchange: Exchange) -> tuple[Finding, ...]:
        """What an exchange breaks of the contract, judged as `contracts run` judges it; () when nothing."""
        found = [each for check in self._checks for each in check.after_exchange(exchange)]
        return (*found, *self._conformance.after_exchange(exchange))

    def items(self, table: str) -> list[Mapping[str, Any]]:
        """
        The items of a table, given its logical id; in Python's types, as a `Table` of boto3's resource gives them.

        Raises:
            ConfigurationError: The template has no such table.
        """
        found = self.stack.tables[known("table", table, self.stack.tables)]
        return self._now.service.cloud.items(found.name)

    def objects(self, bucket: str) -> dict[str, bytes]:
        """
        The objects of a bucket, given its logical id: bodies by key.

        Raises:
            ConfigurationError: The template has no such bucket.
        """
        found = self.stack.buckets[known("bucket", bucket, self.stack.buckets)]
        return self._now.service.cloud.objects(found.name)

    def snapshot(self) -> Snapshot:
        """The state of all tables and buckets now; it costs next to nothing."""
        return self._now.service.snapshot()

    def restore(self, snapshot: Snapshot | None = None) -> None:
        """
        Bring the state back to a snapshot, or to the beginning; and seeds, clock and warm functions to theirs.

        Args:
            snapshot: Taken since the service stands.
        """
        self._now.service.restore(self._now.beginning if snapshot is None else snapshot)

    def change_since(self, snapshot: Snapshot) -> Change:
        """What tables and buckets have gained, lost and changed since a snapshot."""
        return self._now.service.difference(snapshot, self.snapshot())

    @contextmanager
    def failing(
        self, call: str, error: str, *, nth: int | None = None, status: int | None = None, message: str = "AWS's words"
    ) -> Iterator[Fault]:
        """
        While it is open, AWS refuses a call, all retries included, before it takes effect; several add up.

        Args:
            call: For example `dynamodb:PutItem`; `dynamodb:*` is every call of the service.
            error: An AWS error code, or `timeout` (no answer in time), or `connect` (no connection).
            nth: Which of the matching calls of an invocation, from 1; None is every one.
            status: The HTTP status of the error; that of the service's own model where it is None.
            message: What AWS says.

        Raises:
            ConfigurationError: There is no such service or operation.
        """
        service, operation = calls_of(call)
        status = status or modelled_status(service, error) or http_status(error)
        fault = Fault(service, operation, error, call=nth, status=status, message=message)
        former, self._faults = self._faults, (fault, *self._faults)
        try:
            with self._now.service.faults(FaultPlan(self._faults)):
                yield fault
        finally:
            self._faults = former

    @property
    def now(self) -> datetime:
        """What time it is for the functions; each invocation, and each reading of the clock, lets a little pass."""
        return _EPOCH + timedelta(milliseconds=self._now.service.functions.now())

    def pass_time(self, duration: timedelta) -> None:
        """Let time pass between two requests, on every clock."""
        if duration < timedelta():
            raise ConfigurationError("time does not go back", cure="Set the clock back with `set_clock`.")
        self._now.service.functions.pass_time(duration)

    def set_clock(self, moment: datetime) -> None:
        """Set what time it is for the functions, forward or back; `moment` has a time zone."""
        if moment.utcoffset() is None:
            raise ConfigurationError(f"{moment} has no time zone", cure="Say which: `tzinfo=UTC`.")
        self._now.service.functions.set_clock(moment)

    @contextmanager
    def frozen_clock(self, moment: datetime | None = None) -> Iterator[None]:
        """While it is open, time stands still, but for what functions sleep; at a moment where one is given."""
        if moment is not None:
            self.set_clock(moment)
        with self._now.service.functions.frozen():
            yield

    def cool(self, operation: str | None = None) -> None:
        """
        Make the next invocation of an operation's function, or of every function, a cold start.

        Raises:
            ConfigurationError: There is no such operation.
        """
        functions = self._now.service.functions
        if operation is None:
            functions.cool()
            return
        function = self._function(operation)
        if function is not None:
            functions.cool(function)

    def _function(self, operation: str) -> Function | None:
        return self._subject.functions.get(operation_of(self.contract, operation).name)

    def _exchange(self, request: Request) -> Exchange:
        standing_now = self._now
        operation = self._subject.documented(request)
        if operation is not None:
            for each in standing_now.unavailable:
                if each.operation in (None, operation.name):
                    raise EmulationError(each.reason, location=each.location, cure=each.cure)
        self._requests += 1
        exchange = standing_now.service.conduct(Case(f"test-{self._requests}", operation, request, "test"))
        if exchange.unavailable is not None:
            raise EmulationError(exchange.unavailable, cure="It says nothing about the service: leave this call out.")
        return exchange

    @property
    def _now(self) -> _Standing:
        if self._standing is None:
            raise EmulationError(
                "the service does not stand",
                cure="Use it inside its `with` block; a test names the fixture that it comes from as an argument.",
            )
        return self._standing

    @property
    def _host(self) -> str:
        return self._now.service.api.deployment.host

    @cached_property
    def _settings(self) -> Settings:
        asked = Settings.of(find().overridden(**self._options))
        return replace(
            asked,
            contract=asked.contract.absolute(),
            template=asked.template.absolute(),
            key_set=None if asked.key_set is None else asked.key_set.absolute(),
        )

    @cached_property
    def _subject(self) -> Subject:
        return read(self._settings)

    @cached_property
    def _checks(self) -> tuple[ExchangeCheck, ...]:
        return tuple(each for each in checks.registered(self.contract) if isinstance(each, ExchangeCheck))

    @cached_property
    def _conformance(self) -> Conformance:
        generation = Generation(f"https://{self._host}{self.base_path}", self._settings.seed, self.contract.operations)
        return Conformance.of(self.contract, generation, checks.judge(self.contract))
