"""The mocked cloud of one stack: its resources exist, its calls are seen, its state is in our hands."""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Self

import boto3
import botocore.session
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.core.base_backend import BackendDict
from moto.moto_api._internal import mock_random

from contracts.aws import objects
from contracts.aws.contents import items_of, objects_of
from contracts.aws.creation import Reference, make, service_of, stores_data
from contracts.aws.environment import ACCESS_KEY, SECRET_KEY, environment, masked_environment
from contracts.aws.journal import Stores, StoresSnapshot, Watch, reads
from contracts.aws.savings import savings
from contracts.aws.stand_ins.translate.service import State
from contracts.aws.tap import Artefact, Tap
from contracts.errors import EmulationError, TemplateError
from contracts.exchange import AwsCall, Change, FaultPlan, ServiceRequest, Snapshot
from contracts.http import Response
from contracts.stack import Bucket, Resource, Stack, Table

# moto draws ids (of messages, versions, keys) from a generator of its own: the same in every run.
_SEED = 0
_ACTIVE = threading.Lock()
# Services whose state is the journal's own; the names are moto's.
_JOURNALED = frozenset({"dynamodb", "s3"})


class Cloud:
    """
    The AWS account in which a stack's functions run.

    Args:
        stack: What the template deploys.
        reference: What `Ref` of a logical id gives, so that physical ids are those that functions are told.

    Attributes:
        missing: Resources that a function may call upon and that cannot be made, with the reason, by logical id.
    """

    def __init__(self, stack: Stack, *, reference: Reference | None = None) -> None:
        self.stack = stack
        self.missing: dict[str, str] = {}
        self._reference: Reference = reference or (lambda _logical_id: None)
        self._stores = Stores()
        self._others = _Others()
        self._tap = Tap(region=stack.region, account_id=stack.account_id, before_call=self._before_call)
        self._resources = ExitStack()
        self._pristine: _Moment | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def artefacts(self) -> tuple[Artefact, ...]:
        """What the mocked cloud, not the handler, is to blame for since the outermost recording opened."""
        return tuple(self._tap.artefacts)

    @property
    def unavailable(self) -> str | None:
        """Why what was recorded last says nothing about the handler: the first artefact's reason, or None."""
        return self._tap.unavailable

    @property
    def environment(self) -> Mapping[str, str]:
        """The variables that every function's environment must have, so that AWS's SDK finds nothing else."""
        return environment(self.stack.region)

    def start(self) -> None:
        """
        Make the stack's resources and put the seam in place.

        Raises:
            EmulationError: Another cloud is active in this process, or a table or bucket cannot be made.
            TemplateError: A property of a table or bucket could not be resolved.
        """
        if not _ACTIVE.acquire(blocking=False):
            raise EmulationError(
                "a mocked cloud is active in this process already",
                cure="Close it first: a process has one at a time, for a run or for a service under test.",
            )
        try:
            self._resources.callback(_ACTIVE.release)
            self._resources.enter_context(masked_environment(self.stack.region))
            self._resources.enter_context(
                mock_aws(config={"core": {"mock_credentials": False, "reset_boto3_session": True}})
            )
            self._resources.enter_context(_own_world())
            self._resources.enter_context(savings())
            mock_random.seed(_SEED)
            self._tap.translate.state = {}
            self._tap.start()
            self._resources.callback(self._tap.stop)
            self._resources.enter_context(self._stores.sharing())
            self._make_resources()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Leave everything as it was before: environment, botocore, moto and its state."""
        self._pristine = None
        self._resources.close()

    def recording(self) -> AbstractContextManager[list[AwsCall]]:
        """The logical calls made while it is open, in order; counts of faults begin anew when it opens."""
        return self._tap.recording()

    def pausing(self, call: int, meanwhile: Callable[[], None]) -> AbstractContextManager[None]:
        """While it is open, something is done once, just before the nth logical call that is recorded, from 1."""
        return self._tap.pausing(call, meanwhile)

    def serve(self, asked: ServiceRequest) -> Response | None:
        """
        What a service answers that a gateway calls by itself; None where it does not answer.

        Raises:
            EmulationError: It is not Amazon S3.
        """
        if asked.service != "s3":
            raise EmulationError(f"a gateway cannot call {asked.service} here", cure="Put a function before it.")
        return objects.answered(_client("s3", asked.region), asked.request)

    def watching(self) -> AbstractContextManager[Watch]:
        """While it is open, changes of tables and buckets are kept: `watch.change()`."""
        return self._stores.watching()

    def faults(self, plan: FaultPlan) -> AbstractContextManager[None]:
        """While it is open, AWS fails by this plan."""
        return self._tap.faults.plan(plan)

    def snapshot(self) -> _Moment:
        """
        The state of all tables, buckets and terminologies now.

        It takes microseconds, since nothing is copied but references.
        """
        with self._tap.lock:
            return _Moment(self._stores.snapshot(), self._tap.translate.state)

    def restore(self, snapshot: Snapshot) -> None:
        """Bring tables, buckets and terminologies back to that state; other services to that after creation."""
        moment = _own(snapshot)
        with self._tap.lock, self._tap.quietly():
            self._stores.restore(moment.stores)
            self._tap.translate.state = moment.terminologies
            for service in self._others.restore():
                self._make(each for each in self.stack.others.values() if service_of(each.kind) == service)
            self._others.begin()
            mock_random.seed(_SEED)

    def difference(self, before: Snapshot, after: Snapshot) -> Change:
        """What is in `after` that was not in `before`, and the reverse."""
        return self._stores.difference(_own(before).stores, _own(after).stores)

    def items(self, table: str) -> list[Mapping[str, Any]]:
        """The items of the table of this physical name, in Python's types."""
        with self._tap.quietly():
            return items_of(self._client("dynamodb"), table)

    def objects(self, bucket: str) -> dict[str, bytes]:
        """The bodies of the objects in the bucket of this physical name, by key."""
        with self._tap.quietly():
            return objects_of(self._client("s3"), bucket)

    def reset(self) -> None:
        """Back to the state after creation."""
        assert self._pristine is not None, "the cloud has been started"
        self.restore(self._pristine)

    def _before_call(self, service: str, operation: str, body: bytes | None) -> None:
        self._stores.before_call(service, operation, body)
        if service not in _JOURNALED and not reads(service, operation):
            self._others.before_write()

    def _make_resources(self) -> None:
        self._make((*self.stack.tables.values(), *self.stack.buckets.values(), *self.stack.others.values()))
        self._pristine = self.snapshot()
        self._others.begin()

    def _make(self, resources: Any) -> None:
        for resource in resources:
            try:
                made = make(self.stack, resource, clients=self._client, reference=self._reference)
            except TemplateError as error:
                if not isinstance(resource, Resource):
                    raise
                self._cannot_make(resource, error)
                continue
            except Exception as error:  # noqa: BLE001 - moto may stumble over a property in any way, and lacks libraries
                self._cannot_make(resource, error)
                continue
            if not made and stores_data(resource.kind):
                self.missing[resource.logical_id] = f"{resource.kind} cannot be made in the mocked cloud"

    def _cannot_make(self, resource: Table | Bucket | Resource, error: Exception) -> None:
        reason = f"{resource.logical_id} cannot be made in the mocked cloud: {_words(error)}"
        if not isinstance(resource, Resource):
            raise EmulationError(
                reason, location=resource.location, cure="Compare its properties with what CloudFormation takes."
            ) from error
        self.missing[resource.logical_id] = reason

    def _client(self, service: str) -> Any:
        return _client(service, self.stack.region)


def _words(error: Exception) -> str:
    """What went wrong when a resource was made, as the user's template causes it."""
    if isinstance(error, EmulationError):
        return error.message
    if isinstance(error, ClientError):
        return str(error.response.get("Error", {}).get("Message", error))
    return f"{type(error).__name__}: {error}"


@dataclass(frozen=True, slots=True)
class _Moment:
    """The state of a cloud at a moment; opaque to everybody but the cloud itself."""

    stores: StoresSnapshot
    terminologies: State


def _own(snapshot: Snapshot) -> _Moment:
    """A snapshot is opaque to everybody but the cloud that took it."""
    assert isinstance(snapshot, _Moment), "a snapshot comes from `snapshot()`"
    return snapshot


@lru_cache(maxsize=64)
def _client(service: str, region: str) -> Any:
    """
    A client of a session of our own: nothing that a handler did to the default session reaches it.

    Made once a process, since a client costs more than the resources that are made with it.
    """
    session: Any = boto3.Session(
        aws_access_key_id=ACCESS_KEY,
        aws_secret_access_key=SECRET_KEY,
        region_name=region,
        botocore_session=botocore.session.Session(),
    )
    return session.client(service)


class _Others:
    """The state of the services that have no journal: copied before their first write, and put back."""

    def __init__(self) -> None:
        self._begun = False
        self._kept: list[tuple[Any, dict[str, Any] | None, str]] | None = None

    def begin(self) -> None:
        """Creation is over: what comes now is written by handlers."""
        self._begun = True

    def before_write(self) -> None:
        """Keep what is there now, once."""
        if not self._begun or self._kept is not None:
            return
        self._kept = []
        self._kept += [(backend, _copied_state(backend), service) for service, backend in _unjournaled()]

    def restore(self) -> list[str]:
        """
        Put back what was kept.

        Returns:
            moto's names of the services whose state could not be copied (SQS holds locks); they are empty
            now, and their resources have to be made again before `begin`.
        """
        kept, self._kept = self._kept, None
        self._begun = False
        if kept is None:
            return []
        known = {id(backend) for backend, _, _ in kept}
        for _, backend in _unjournaled():
            if id(backend) not in known:
                backend.reset()
        emptied = []
        for backend, state, service in kept:
            if state is None:
                backend.reset()
                emptied.append(service)
            else:
                backend.__dict__.clear()
                backend.__dict__.update(state)
        return list(dict.fromkeys(emptied))


def _instances() -> list[Any]:
    found: list[Any] = BackendDict._instances  # type: ignore[misc]  # moto's own registry, generic by mistake
    return found


def _unjournaled() -> list[tuple[str, Any]]:
    """moto's name of the service and each of its backends, of those in use that have no journal."""
    return [
        (backends.service_name, backend)
        for backends in _instances()
        if backends.service_name not in _JOURNALED
        for account in list(backends.values())
        for backend in list(account.values())
    ]


def _copied_state(backend: Any) -> dict[str, Any] | None:
    try:
        state: dict[str, Any] = copy.deepcopy(backend.__dict__, {id(backend): backend})
    except TypeError:
        # Locks and open files cannot be copied.
        return None
    return state


@contextmanager
def _own_world() -> Iterator[None]:
    """While it is open, moto's state is ours alone; what others had (a test within `mock_aws`) comes back."""
    theirs = [(backends, dict(backends)) for backends in _instances()]
    for backends, _ in theirs:
        dict.clear(backends)
    try:
        yield
    finally:
        BackendDict.reset()
        for backends, accounts in theirs:
            dict.update(backends, accounts)
            _instances().append(backends)
