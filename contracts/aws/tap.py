"""The one seam between a handler and AWS: three patches at class level that see every call of every client.

* `BaseClient._make_api_call` records the logical call, whatever its retries.
* moto's `BotocoreStubber.process_request` decides each wire request: a fault, a stand-in, or moto.
* `URLLib3Session.send` is the guard: what gets there meets the same decision, or an error; never a network.

They hold for clients made before or after, for resources, paginators and threads. Hooks on sessions
or on botocore's list of handlers would miss clients silently.
"""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import botocore.endpoint
from botocore import parsers
from botocore.awsrequest import AWSResponse
from botocore.client import BaseClient
from botocore.credentials import Credentials
from botocore.exceptions import ClientError
from botocore.httpsession import URLLib3Session
from botocore.retries.bucket import TokenBucket
from botocore.retries.quota import RetryQuota
from botocore.signers import RequestSigner
from moto.core.botocore_stubber import BotocoreStubber, MockRawResponse
from moto.core.models import DEFAULT_ACCOUNT_ID

from contracts.aws.actions import describe
from contracts.aws.environment import ACCESS_KEY, SECRET_KEY
from contracts.aws.faults import FaultsInForce, inject
from contracts.aws.recorded import recorded, recorded_result
from contracts.aws.routing import Routes, in_aws_domain
from contracts.aws.stand_ins.refusals import amended, refusal
from contracts.aws.stand_ins.translate import Translate
from contracts.errors import EmulationError
from contracts.exchange import AwsCall, AwsError, Fault

Parts = tuple[int, Any, Any]
BeforeCall = Callable[[str, str, "bytes | None"], None]

# moto knows none of the stack's functions, and would say that they do not exist.
_INVOKING = frozenset({"Invoke", "InvokeAsync", "InvokeWithResponseStream"})


@dataclass(frozen=True, slots=True)
class Artefact:
    """Something that the mocked cloud, not the handler and not AWS, is to blame for."""

    service: str
    operation: str
    reason: str


@dataclass(slots=True)
class _Logical:
    """A logical call under way in one thread."""

    client: Any
    operation: str
    parameters: Mapping[str, Any]
    fault: Fault | None
    attempts: int = 0
    injected: bool = False

    @property
    def model(self) -> Any:
        return self.client.meta.service_model

    @property
    def service(self) -> str:
        return str(self.model.endpoint_prefix)


@dataclass(slots=True)
class _Pause:
    """What happens before one of the calls to come; `left` is how many are before it."""

    left: int
    meanwhile: Callable[[], None]


@dataclass(slots=True)
class Tap:
    """
    Everything that goes through the seam.

    Attributes:
        region: Of ARNs, where a client has none of its own.
        account_id: Of ARNs and of the state.
        before_call: Told of each wire request before moto sees it: service, operation, body.
        translate: Amazon Translate, which moto lacks.
        faults: The faults in force.
        artefacts: What the mocked cloud is to blame for since counting began.
    """

    region: str
    account_id: str
    before_call: BeforeCall
    translate: Translate = field(default_factory=partial(Translate, clock=time.time))
    faults: FaultsInForce = field(default_factory=FaultsInForce)
    artefacts: list[Artefact] = field(default_factory=list)
    _recordings: list[list[AwsCall]] = field(default_factory=list)
    _pause: _Pause | None = None
    _threads: threading.local = field(default_factory=threading.local)
    # moto is not thread-safe; re-entrant, since a backend of moto's may make calls itself.
    lock: Any = field(default_factory=threading.RLock)
    _routes: Routes = field(default_factory=Routes)
    _patches: ExitStack = field(default_factory=ExitStack)

    def start(self) -> None:
        """Put the patches in place."""
        call: Any = vars(BaseClient)["_make_api_call"]
        tap = self

        def make_api_call(client: Any, operation_name: str, api_params: Any) -> Any:
            return tap._call(partial(call, client), client, operation_name, api_params)

        def process_request(_stubber: Any, request: Any) -> Parts | None:
            return tap._decide(request)

        def guarded_send(_session: Any, request: Any) -> Any:
            return tap._guard(request)

        def no_quota(_quota: Any, *_args: Any, **_options: Any) -> bool:
            return True

        for target, name, replacement in (
            (BaseClient, "_make_api_call", make_api_call),
            (BotocoreStubber, "process_request", process_request),
            (URLLib3Session, "send", guarded_send),
            # Retries take no time, and none is refused because of what happened before.
            (botocore.endpoint, "time", SimpleNamespace(sleep=_no_sleep)),
            (RetryQuota, "acquire", no_quota),
            (TokenBucket, "acquire", no_quota),
        ):
            self._patches.enter_context(patch.object(target, name, replacement))
        self._patches.enter_context(_made_up_credentials())

    def stop(self) -> None:
        """Take the patches away: botocore and moto are as they were."""
        self._patches.close()

    @contextmanager
    def recording(self) -> Iterator[list[AwsCall]]:
        """
        The logical calls made while it is open, in the order in which they ended, from all threads.

        An invocation is what a recording holds: the counts of faults begin anew when one opens.
        """
        calls: list[AwsCall] = []
        if not self._recordings:
            self.artefacts.clear()
        self.faults.count_anew()
        self._recordings.append(calls)
        try:
            yield calls
        finally:
            # By identity: two recordings that are both empty are equal.
            self._recordings[:] = [each for each in self._recordings if each is not calls]

    @contextmanager
    def quietly(self) -> Iterator[None]:
        """While it is open, calls of this thread are our own: not recorded, and no fault strikes them."""
        self._threads.quiet = True
        try:
            yield
        finally:
            self._threads.quiet = False

    @contextmanager
    def pausing(self, call: int, meanwhile: Callable[[], None]) -> Iterator[None]:
        """
        While it is open, something is done once, just before a logical call that is being recorded.

        Args:
            call: Which one, from 1.
            meanwhile: Called in the thread that makes the call; what it makes itself is no part of the recording.
        """
        former, self._pause = self._pause, _Pause(call - 1, meanwhile)
        try:
            yield
        finally:
            self._pause = former

    @contextmanager
    def _apart(self) -> Iterator[None]:
        """While it is open, what happens is no part of what is being recorded; then that goes on."""
        recordings, artefacts, pause = list(self._recordings), list(self.artefacts), self._pause
        self._recordings[:] = []
        self._pause = None
        try:
            with self.faults.counting_apart():
                yield
        finally:
            self._recordings[:] = recordings
            self.artefacts[:] = artefacts
            self._pause = pause

    def _paused(self, pause: _Pause) -> None:
        """Count a call that is about to be made, and do what was to be done before it."""
        pause.left -= 1
        if pause.left == -1:
            with self._apart():
                pause.meanwhile()

    @property
    def unavailable(self) -> str | None:
        """Why what was recorded last says nothing about the handler, or None."""
        return self.artefacts[0].reason if self.artefacts else None

    def _call(self, call: Callable[[str, Any], Any], client: Any, operation: str, parameters: Any) -> Any:
        model = client.meta.service_model
        quiet = getattr(self._threads, "quiet", False)
        if self._pause is not None and self._recordings and not quiet:
            self._paused(self._pause)
        fault = None if quiet else self.faults.of((model.endpoint_prefix, model.service_name), operation)
        recording = bool(self._recordings) and not quiet
        given = recorded(parameters) if recording else {}
        logical = _Logical(client, operation, parameters if isinstance(parameters, Mapping) else {}, fault)
        stack = self._stack()
        stack.append(logical)
        try:
            result = call(operation, parameters)
        except Exception as error:
            if not logical.injected and _raised_in(error) == parsers.__name__:
                self._blame(logical, f"moto's answer has no shape that botocore can read: {error}")
            if recording:
                self._note(logical, given, error=_aws_error(error, injected=logical.injected))
            raise
        finally:
            stack.pop()
        if recording:
            self._note(logical, given, result=recorded_result(result))
        return result

    def _note(
        self, logical: _Logical, given: Mapping[str, Any], *, result: Any = None, error: AwsError | None = None
    ) -> None:
        region = logical.client.meta.region_name or self.region
        action, resources, access = describe(
            logical.service, logical.operation, given, region=region, account=self.account_id
        )
        call = AwsCall(
            service=logical.service,
            operation=logical.operation,
            parameters=given,
            result=result,
            error=error,
            attempts=logical.attempts,
            action=action,
            resources=resources,
            access=access,
        )
        for calls in self._recordings:
            calls.append(call)

    def _stack(self) -> list[_Logical]:
        stack: list[_Logical] | None = getattr(self._threads, "stack", None)
        if stack is None:
            stack = self._threads.stack = []
        return stack

    def _decide(self, request: Any) -> Parts | None:
        """What a wire request meets; None when nobody has an answer."""
        stack = self._stack()
        if not stack:
            # A presigned URL in the hands of an HTTP library: no call, but it may write.
            with self.lock:
                self.before_call("", "", None)
                return self._routes.answer(request)
        logical = stack[-1]
        logical.attempts += 1
        if logical.fault is not None:
            logical.injected = True
            return inject(
                logical.fault,
                logical.model,
                url=request.url,
                method=request.method,
                parameters=logical.parameters,
            ).parts()
        with self.lock:
            return self._emulate(logical, request)

    def _emulate(self, logical: _Logical, request: Any) -> Parts:
        service, operation = logical.service, logical.operation
        body = request.body if isinstance(request.body, bytes) else None
        region = logical.client.meta.region_name or self.region
        if service == "translate":
            answer = self.translate.answer(operation, body or b"", account=self.account_id, region=region)
        else:
            answer = refusal(logical.model, operation, logical.parameters, body)
        if answer is not None:
            return answer.parts()
        if service == "lambda" and operation in _INVOKING:
            raise self._blame(logical, "functions that functions call are not run here")
        bucket = logical.parameters.get("Bucket") if service == "s3" else None
        request.url = in_aws_domain(request.url, service, region=region, bucket=bucket)
        if self.account_id != DEFAULT_ACCOUNT_ID:
            request.headers.setdefault("x-moto-account-id", self.account_id)
        self.before_call(service, operation, body)
        try:
            parts = self._routes.answer(request)
        except Exception as error:
            self._blame(logical, f"moto raised {type(error).__name__}: {error}")
            raise
        if parts is None:
            raise self._blame(logical, "nothing emulates it")
        if parts[0] >= 500:
            self._blame(logical, f"moto answered {parts[0]}")
        return amended(operation, body, parts) if service == "dynamodb" else parts

    def _guard(self, request: Any) -> Any:
        """A request that would have gone out: answered like any other if a call is under way."""
        parts = self._decide(request) if self._stack() else None
        if parts is None:
            reason = f"a request to {request.url.partition('?')[0]} was about to leave this machine"
            self.artefacts.append(Artefact("", "", reason))
            raise EmulationError(
                reason,
                cure="Nothing may reach a network during a run; give the code its credentials by the environment.",
            )
        status, headers, body = parts
        return AWSResponse(request.url, status, headers, MockRawResponse(body))

    def _blame(self, logical: _Logical, reason: str) -> EmulationError:
        reason = f"{logical.service}:{logical.operation} cannot be emulated: {reason}"
        self.artefacts.append(Artefact(logical.service, logical.operation, reason))
        return EmulationError(reason, cure="The operation could not run; leave it out, or stub the call.")


def _no_sleep(_seconds: float) -> None:
    """In place of `time.sleep` between attempts."""


def _raised_in(error: Exception) -> str:
    """The module that raised."""
    module = ""
    for frame, _ in traceback.walk_tb(error.__traceback__):
        module = str(frame.f_globals.get("__name__"))
    return module


def _aws_error(error: Exception, *, injected: bool) -> AwsError:
    if isinstance(error, ClientError):
        found = error.response.get("Error", {})
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
        return AwsError(str(found.get("Code", "Unknown")), str(found.get("Message", "")), status, injected)
    return AwsError(type(error).__name__, str(error), None, injected)


@contextmanager
def _made_up_credentials() -> Iterator[None]:
    """
    While it is open, a signer made earlier signs with made-up credentials; its own are neither asked nor refreshed.

    A signer made meanwhile has its own: they came from the masked environment, or from moto's STS.
    """
    made_up = Credentials(ACCESS_KEY, SECRET_KEY)

    def get(signer: Any) -> Any:
        own = signer.__dict__.get("_credentials")
        return own if own is not None and signer.__dict__.get("_made_meanwhile") is credentials else made_up

    def put(signer: Any, value: Any) -> None:
        signer.__dict__["_credentials"] = value
        signer.__dict__["_made_meanwhile"] = credentials

    credentials = property(get, put)
    with patch.object(RequestSigner, "_credentials", credentials, create=True):
        yield
