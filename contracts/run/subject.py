"""The subject of a run: the contract joined with the stack, what of it was asked for, and the service standing."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from contracts import checks, gateway, openapi, sam
from contracts.aws import Cloud
from contracts.cases import PHASES
from contracts.checks.paths import operations_at
from contracts.configuration import Configuration, Ignored
from contracts.contract import Contract, Operation
from contracts.credentials import Signer
from contracts.documents import Documents
from contracts.errors import ConfigurationError, HandlerError, Location
from contracts.finding import Gap, Unavailable
from contracts.functions import Functions, loopback_only
from contracts.http import Request
from contracts.identities import Identity
from contracts.run.deploying import deployed, pathless, promised
from contracts.run.guarding import authorizers_of, refusals_of, undefined_schemes
from contracts.run.identifying import access_keys, api_keys, callers_of, verifier
from contracts.run.joining import DEFAULT_PATH, api_of, functions_of
from contracts.run.omitting import omitted
from contracts.run.service import Service
from contracts.stack import Api, Function, Stack


@dataclass(frozen=True, slots=True)
class Settings:
    """
    What one run is asked for.

    Attributes:
        promises, operations: Names; None means all.
        parameters: Values for the template's parameters.
        places: Where `promises` and `operations` are asked for, when a file says it.
        examples: Cases an operation in the fuzzing phase.
        scenarios: Scenarios of the stateful phase; `steps` is how long one may be.
        identities: As whom operations are called that let nobody else in.
        key_set: A file with the keys that sign tokens, a JSON Web Key Set.
        parameters_of_another: Whether the parameters are those of another template: what this one lacks is not given.
        ignore: Failures that whoever reads the verdict will ignore: their checks and operations must be known.
    """

    contract: Path
    template: Path
    parameters: Mapping[str, str] = field(default_factory=dict)
    promises: tuple[str, ...] | None = None
    operations: tuple[str, ...] | None = None
    places: Mapping[str, Location] = field(default_factory=dict)
    seed: int = 0
    phases: tuple[str, ...] = PHASES
    examples: int = 100
    scenarios: int = 50
    steps: int = 8
    identities: tuple[Identity, ...] = ()
    key_set: Path | None = None
    parameters_of_another: bool = False
    ignore: tuple[Ignored, ...] = ()

    @classmethod
    def of(cls, configuration: Configuration) -> Settings:
        """
        What is configured.

        Raises:
            ConfigurationError: There is no contract, or no template.
        """
        asked = cls(
            contract=configuration.contract_file(),
            template=configuration.template_file(),
            parameters=configuration.parameters,
            promises=configuration.promises,
            operations=configuration.operations,
            places=configuration.places,
            seed=configuration.seed,
            identities=configuration.identities,
            key_set=configuration.key_set,
            parameters_of_another=configuration.parameters_of_another,
            ignore=configuration.ignore,
        )
        return replace(asked, **configuration.budgets)


@dataclass(frozen=True, slots=True)
class Subject:
    """
    What is under test.

    Attributes:
        contract: What is promised; each operation has the integration of the route that takes it.
        deployed: What API Gateway has: its operations are the routes.
        routes: The route of each operation, by their names.
        functions: The function of each operation, by `Operation.name`.
        authorizers: The function of each Lambda authorizer, by the name of its security scheme.
        asked: The operations that the run reports on.
        unavailable: Why some of them cannot run.
        omitted: What is not done as API Gateway does it, whatever the operation.
        identities: As whom operations are called.
        key_set: The file with the keys that sign tokens; `tokens` is who verifies against them.
        resolve: The template's answer to an intrinsic function.
        secured: The names of the operations whose contract, as it was written, lets nobody in who shows nothing.
    """

    contract: Contract
    deployed: Contract
    routes: Mapping[str, str]
    stack: Stack
    api: Api
    functions: Mapping[str, Function]
    authorizers: Mapping[str, Function]
    asked: tuple[Operation, ...]
    promises: tuple[str, ...]
    unavailable: tuple[Unavailable, ...]
    resolve: Callable[[Any], Any]
    identities: tuple[Identity, ...] = ()
    key_set: Path | None = None
    tokens: gateway.Verifier = gateway.NO_KEYS
    omitted: tuple[Gap, ...] = ()
    secured: frozenset[str] = frozenset()

    @property
    def base_path(self) -> str:
        """What stands before the contract's paths in a request: `/` and the stage; `$default` stands at the root."""
        return "" if self.api.stage == gateway.DEFAULT_STAGE else f"/{self.api.stage}"

    def documented(self, request: Request, entered: gateway.Deployment | None = None) -> Operation | None:
        """
        The operation that a request is one for, or None where the contract knows none.

        Args:
            entered: What the request came in by; the API's own host name unless given.
        """
        behind = None if entered is None else entered.base_path
        before = self.base_path if behind is None else f"/{behind}".rstrip("/")
        here = operations_at(self.contract, request.path, before)
        catch_all = (each for each in self.contract.operations if each.path == DEFAULT_PATH)
        return next((each for each in (*here, *catch_all) if each.method in (request.method, "ANY")), None)


def read(settings: Settings) -> Subject:
    """
    The contract and the template, joined; what is asked for is checked against them.

    Raises:
        ContractsError: One of them is missing or not usable, or a name means nothing.
    """
    loaded = sam.load_template(
        str(settings.template), parameters=settings.parameters, of_another=settings.parameters_of_another
    )
    documents = Documents()
    contract = openapi.load(str(settings.contract), resolve=loaded.resolve, documents=documents)
    api = api_of(loaded.stack, contract)
    whole = deployed(contract, api)
    written = openapi.spelled_out(contract)
    # A requirement that is empty, {}, is an alternative that lets everybody in (OpenAPI 3.0, Operation Object).
    secured = frozenset(each.name for each in written.operations if each.security and all(each.security))
    contract, routes = promised(written, gateway.deploy(whole, _deployment(loaded.stack, api), {}), api)
    functions, unavailable = functions_of(contract, api, loaded.stack)
    behind, _ = functions_of(whole, api, loaded.stack)
    authorizers, without_authorizer = authorizers_of(contract, loaded.stack, api.stage_variables)
    refused = tuple(refusals_of(contract, routes, api))
    undefined = undefined_schemes(
        written, whole, documents.read(settings.contract), {each.operation for each in refused}
    )
    promises = _known(settings, "promise", checks.PROMISES)
    _ignored_are_known(settings, contract)
    names = _known(settings, "operation", [operation.name for operation in contract.operations])
    return Subject(
        contract=contract,
        deployed=whole,
        routes=routes,
        stack=loaded.stack,
        api=api,
        functions=functions,
        authorizers=authorizers,
        asked=tuple(each for each in contract.operations if each.name in names),
        promises=promises,
        unavailable=(*pathless(written), *unavailable, *without_authorizer, *refused, *undefined),
        omitted=tuple(omitted(whole, api, loaded.stack, behind, next(iter(promises), ""))),
        resolve=loaded.resolve,
        identities=settings.identities,
        key_set=settings.key_set,
        tokens=verifier(settings.key_set),
        secured=secured,
    )


def _known(settings: Settings, noun: Literal["operation", "promise"], known: Sequence[str]) -> tuple[str, ...]:
    """Those of the known names that are asked for."""
    asked = settings.operations if noun == "operation" else settings.promises
    for name in asked or ():
        _must_be_known(noun, name, known, settings.places.get(f"{noun}s"))
    return tuple(name for name in known if asked is None or name in asked)


def _ignored_are_known(settings: Settings, contract: Contract) -> None:
    """
    What is to be ignored is named as reports name it.

    Raises:
        ConfigurationError: There is no such check, or no such operation: nothing would be ignored.
    """
    place = settings.places.get("ignore")
    for each in settings.ignore:
        _must_be_known("check", each.check, sorted(checks.names()), place)
        if each.operation is not None:
            _must_be_known("operation", each.operation, [one.name for one in contract.operations], place)


def _must_be_known(noun: str, name: str, known: Sequence[str], place: Location | None) -> None:
    if name not in known:
        nearest = difflib.get_close_matches(name, known, 1)
        raise ConfigurationError(
            f"there is no {noun} `{name}`",
            location=place,
            cure=f"Did you mean `{nearest[0]}`?" if nearest else f"There are: {', '.join(known)}.",
        )


@contextmanager
def standing(
    subject: Subject, seed: int, *, ended: Callable[[], bool] = lambda: False
) -> Iterator[tuple[Service, tuple[Unavailable, ...]]]:
    """
    The service, standing: resources made, functions loaded, nothing beyond loopback reachable.

    Yields the service, and why some of its operations cannot run.

    Args:
        ended: Whether the run is to end: then loading and handlers are cut off with KeyboardInterrupt.
    """
    with ExitStack() as stack:
        stack.enter_context(loopback_only())
        cloud = stack.enter_context(Cloud(subject.stack, reference=lambda name: subject.resolve({"Ref": name})))
        functions = stack.enter_context(Functions(seed=seed, ended=ended))
        problems = list(subject.unavailable)
        needed = [(function, [name]) for name, function in subject.functions.items()]
        needed += [(function, _guarded_by(subject, name)) for name, function in subject.authorizers.items()]
        for function, operations in needed:
            if ended():
                raise KeyboardInterrupt
            problems += _prepared(functions, function, operations)
        known = {each.operation for each in problems}
        behind, _ = functions_of(subject.deployed, subject.api, subject.stack)
        deployment = replace(
            _deployment(subject.stack, subject.api),
            api_keys=api_keys(subject.identities),
            access_keys=access_keys(subject.identities),
            tokens=subject.tokens,
        )
        api = gateway.deploy(subject.deployed, deployment, behind, subject.authorizers)
        problems += [each for each in _unsupported(subject, api) if each.operation not in known]
        needs = {name: gateway.needs(api, route) for name, route in subject.routes.items()}
        callers, missing, without_keys = callers_of(
            subject.contract.operations,
            needs,
            subject.identities,
            Signer(deployment.region, deployment.host),
            key_set=subject.key_set,
            secured=subject.secured,
        )
        entrances = gateway.Entrances.of(api, subject.api.domains)
        yield Service(entrances, functions, cloud, seed, callers, missing), (*problems, *without_keys)


def _prepared(functions: Functions, function: Function, operations: Iterable[str]) -> Iterator[Unavailable]:
    """Load a function; where it cannot be loaded, why none of the operations that need it can run."""
    try:
        functions.prepare(function)
    except HandlerError as error:
        for name in operations:
            yield Unavailable(error.message, operation=name, location=error.location, cure=error.cure)


def _guarded_by(subject: Subject, authorizer: str) -> list[str]:
    return [
        operation.name
        for operation in subject.contract.operations
        if any(each.name == authorizer for each in gateway.authorizer_definitions(subject.contract, operation))
    ]


def _unsupported(subject: Subject, api: gateway.Api) -> Iterator[Unavailable]:
    """Why operations cannot run whose route the gateway does not support."""
    for each in api.unsupported:
        for name, route in subject.routes.items():
            if route == each.operation.name:
                yield Unavailable(each.reason, operation=name, location=each.location)


def _deployment(stack: Stack, api: Api) -> gateway.Deployment:
    return gateway.Deployment(
        account_id=stack.account_id,
        region=stack.region,
        api_id=api.api_id,
        host=f"{api.api_id}.execute-api.{stack.region}.amazonaws.com",
        stage=api.stage,
        stage_variables=api.stage_variables,
        kind=api.kind,
    )
