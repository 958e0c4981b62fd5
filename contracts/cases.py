"""The cases: Schemathesis' engine, driven in process, writes the requests; each phase is one engine call.

All that is semi-internal of Schemathesis stays in this module, which is tested against the pinned version.
The front door is a `requests` transport adapter for one fake host: it costs 1.4 times a direct call,
and probing, signing and cookies behave as on the wire.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import requests
import schemathesis
import schemathesis.engine.context
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants
from requests.adapters import BaseAdapter
from schemathesis.checks import CHECKS, CheckContext, load_all_checks
from schemathesis.config import SchemathesisConfig
from schemathesis.core import SCHEMATHESIS_TEST_CASE_HEADER
from schemathesis.core.failures import Failure as EngineFailure
from schemathesis.core.failures import FailureGroup
from schemathesis.core.transport import Response as EngineResponse
from schemathesis.engine import events, from_schema
from schemathesis.hooks import GLOBAL_HOOK_DISPATCHER
from urllib3 import HTTPHeaderDict, HTTPResponse

from contracts.contract import Contract, Operation
from contracts.exchange import Case, Conduct, Corpus, Exchange
from contracts.finding import Finding, Unavailable
from contracts.http import Headers, Request, Response
from contracts.provenance import Provenance

PHASES = ("examples", "coverage", "fuzzing", "stateful")

# What of Schemathesis' checks is asked: those that one exchange decides. Security checks make requests of
# their own, `unsupported_method` wants a 405 that API Gateway never answers, and undocumented statuses are ours.
RESPONSE_CHECKS = (
    "not_a_server_error",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)
ENGINE_CHECKS = (*RESPONSE_CHECKS, "negative_data_rejection", "positive_data_acceptance", "missing_required_header")


@dataclass(frozen=True, slots=True)
class Generation:
    """
    What to generate.

    Attributes:
        base_url: Where the requests go, stage included; nothing listens there.
        phases: Some of `PHASES`, in order.
        examples: Cases an operation in the fuzzing phase.
        scenarios: Scenarios of the stateful phase; `steps` is how long one may be.
        operations: Those to exercise; the others are not called.
        credentials: Whether requests are given credentials; else the engine makes some up, as it does for parameters.
        supporting: Those called in the stateful phase alone, since they make what the others need.
    """

    base_url: str
    seed: int
    operations: tuple[Operation, ...]
    supporting: tuple[Operation, ...] = ()
    phases: tuple[str, ...] = PHASES
    examples: int = 60
    scenarios: int = 60
    steps: int = 8
    credentials: bool = False


@dataclass(frozen=True, slots=True)
class Generated:
    """
    What the phases produced: all exchanges, what the checks found in them, what could not run.

    Attributes:
        interrupted: Whether somebody ended it before its end.
        crash: What else ended it before its end: an exception that is no defect of the service.
    """

    corpus: Corpus
    findings: tuple[Finding, ...]
    unavailable: tuple[Unavailable, ...]
    interrupted: bool = False
    crash: Exception | None = None


Showing = Callable[[Operation | None, Request], Request]
"""A request to an operation with the credentials that it needs."""

Judge = Callable[[Finding], Finding | None]


@dataclass
class _Recorder(BaseAdapter):
    """The transport adapter: turns prepared requests into exchanges and remembers them in order."""

    conduct: Conduct
    operations: Mapping[tuple[str, str], Operation]
    showing: Showing
    exchanges: list[Exchange] = field(default_factory=list)
    by_engine_id: dict[str, Exchange] = field(default_factory=dict)
    crash: BaseException | None = None
    phase: str = ""
    scenarios: int = 0
    _announced: dict[str, Any] = field(default_factory=dict)
    _provenance: Provenance = field(default_factory=Provenance)

    def __post_init__(self) -> None:
        super().__init__()

    def begin(self, phase: str) -> None:
        """A new phase begins with an empty world: values of earlier answers mean nothing in it."""
        self.phase, self.scenarios = phase, 0
        self._provenance = Provenance()

    def begin_scenario(self) -> None:
        """A new scenario begins with an empty world, too."""
        self.scenarios += 1
        self._provenance = Provenance()

    def announce(self, case: Any) -> None:
        """Remember the engine's case that is about to be sent: the request itself does not carry its story."""
        self._announced[case.id] = case

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        """Answer a prepared request in process."""
        header = request.headers.get(SCHEMATHESIS_TEST_CASE_HEADER)
        if header is None:
            return _to_requests(request, _answer_probe(request))
        engine_id = _text(header)
        wire = _to_request(request)
        if self.crash is not None:
            # Another thread of the engine learns only now that it is over.
            raise KeyboardInterrupt
        try:
            exchange = self.conduct(self._case(engine_id, wire))
        except BaseException as error:
            # The engine would take it for a defect of the API under test; what it stops for is an interrupt.
            self.crash = error
            raise KeyboardInterrupt from error
        self.exchanges.append(exchange)
        self.by_engine_id[engine_id] = exchange
        self._provenance.learn(exchange)
        return _to_requests(request, exchange.response)

    def close(self) -> None:
        """Nothing is held open."""

    def _case(self, engine_id: str, request: Request) -> Case:
        announced = self._announced.pop(engine_id, None)
        number = f"{self.phase}-{len(self.exchanges) + 1}"
        scenario = f"{self.phase}-{self.scenarios}" if self.scenarios else None
        if announced is None:
            return Case(id=number, operation=None, request=request, phase=self.phase, scenario=scenario)
        declared = self.operations.get((announced.operation.method.upper(), announced.operation.path))
        request = self.showing(declared, request)
        as_declared = announced.method.upper() == announced.operation.method.upper()
        meta = announced.meta
        valid = None if meta is None or not as_declared else meta.generation.mode.is_positive
        return Case(
            id=number,
            operation=declared if as_declared else None,
            request=request,
            phase=self.phase,
            scenario=scenario,
            valid=valid,
            broken=None if meta is None or valid else getattr(meta.phase.data, "description", None),
            references=self._provenance.references(request, announced.operation.path),
        )


def _to_request(request: requests.PreparedRequest) -> Request:
    lines = [(str(name), _text(value)) for name, value in request.headers.items()]
    headers = Headers.of((("Host", urlsplit(str(request.url)).netloc), *lines)).without(SCHEMATHESIS_TEST_CASE_HEADER)
    return Request(str(request.method), request.path_url, headers, _body_of(request))


def _body_of(request: requests.PreparedRequest) -> bytes | None:
    body = request.body
    if body is None or isinstance(body, bytes):
        return body
    if isinstance(body, str):
        return body.encode()
    # A file or a generator: the engine makes neither, and either could be read only once.
    raise TypeError(f"a request body of type {type(body).__name__} cannot be recorded")


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _answer_probe(request: requests.PreparedRequest) -> Response:
    """What the engine's capability probes are told: no HTTP server of AWS accepts NUL in a header (RFC 9110, 5.5)."""
    refused = any("\x00" in _text(value) for value in request.headers.values())
    return Response(400 if refused else 403, Headers((("Content-Type", "application/json"),)), b"{}")


def _to_requests(request: requests.PreparedRequest, response: Response) -> requests.Response:
    answer = requests.Response()
    answer.status_code = response.status
    answer.request = request
    answer.url = str(request.url)
    # Schemathesis reads repeated headers from the raw answer, like those of a real connection.
    raw = HTTPHeaderDict()
    for name, value in response.headers:
        raw.add(name, value)
        answer.headers[name] = value if name not in answer.headers else f"{answer.headers[name]}, {value}"
    answer.raw = HTTPResponse(
        body=io.BytesIO(response.body), headers=raw, status=response.status, preload_content=False, decode_content=False
    )
    answer._content = response.body
    answer.encoding = requests.utils.get_encoding_from_headers(answer.headers)
    return answer


def generate(
    contract: Contract,
    generation: Generation,
    conduct: Conduct,
    *,
    judge: Judge,
    begin: Callable[[str], None],
    begin_scenario: Callable[[], None],
    showing: Showing = lambda _operation, request: request,
    ended: Callable[[], bool] = lambda: False,
) -> Generated:
    """
    Run the engine's phases one after the other, the world reset between them; never an exception.

    Args:
        contract: Its document is what the engine reads, with the server replaced.
        conduct: Makes one request and watches what it does.
        judge: Turns a failure of a Schemathesis check into a finding of ours, or into None: a false alarm.
        begin: Called with the phase's name before the phase; brings the world back to its beginning.
        showing: Gives a request the credentials that its operation needs, once its bytes are known.
        begin_scenario: Called before each scenario of the stateful phase; brings the world back likewise.
        ended: Whether the run is to end; asked in every thread of the engine.
    """
    recorder = _Recorder(conduct, {(each.method, each.path): each for each in contract.operations}, showing)
    findings: list[Finding] = []
    unavailable: dict[str, Unavailable] = {}

    def run(phase: str) -> None:
        begin(phase)
        recorder.begin(phase)
        schema = _schema(contract, generation, phase)
        _begin_scenarios(schema, recorder, begin_scenario)
        schema.hooks.register_hook_with_name(_collector(recorder, judge, findings), "filter_failure")
        for event in _stream(schema, lambda: recorder.crash is not None or ended()):
            if isinstance(event, events.NonFatalError):
                problem = _unavailable(event, contract)
                unavailable.setdefault(problem.reason, problem)
            if isinstance(event, events.Interrupted):
                raise KeyboardInterrupt

    ending: BaseException | None = None
    try:
        with _installed(recorder):
            for phase in generation.phases:
                run(phase)
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - told with what was generated until then
        ending = recorder.crash or error
    return Generated(
        Corpus(tuple(recorder.exchanges)),
        tuple(findings),
        tuple(unavailable.values()),
        interrupted=isinstance(ending, KeyboardInterrupt),
        crash=ending if isinstance(ending, Exception) else None,
    )


def _stream(schema: Any, ended: Callable[[], bool]) -> Iterator[events.EngineEvent]:
    """The engine's events; its threads stop for `ended` between any two requests and any two cases they make."""
    stream = from_schema(schema).execute()
    stopped = stream.stop_event.is_set
    setattr(stream.stop_event, "is_set", lambda: stopped() or ended())  # noqa: B010 - for this one event
    return iter(stream)


def _begin_scenarios(schema: Any, recorder: _Recorder, begin: Callable[[], None]) -> None:
    """
    Have `begin` called before each scenario of the stateful phase.

    Hypothesis takes scenarios apart and makes variants of them: the same steps must meet the same world and get the
    same answers, or it ends the phase ("Inconsistent data generation!").
    """
    build = schema.build_state_machine

    def build_state_machine(**feedback: Any) -> Any:
        machine = build(**feedback)
        initialise = machine.__init__

        def initialise_in_a_fresh_world(scenario: Any) -> None:
            try:
                begin()
            except BaseException as error:
                recorder.crash = error
                raise
            recorder.begin_scenario()
            initialise(scenario)

        machine.__init__ = initialise_in_a_fresh_world
        return machine

    schema.build_state_machine = build_state_machine


@contextmanager
def _installed(recorder: _Recorder) -> Iterator[None]:
    """While open, every session of the engine ends in the recorder."""
    load_all_checks()
    make_session = schemathesis.engine.context.make_session

    def make_recorded_session(*args: Any, **kwargs: Any) -> requests.Session:
        session = make_session(*args, **kwargs)
        # Neither proxies nor .netrc of the machine have a say in a run.
        session.trust_env = False
        session.mount("http://", recorder)
        session.mount("https://", recorder)
        return session

    def before_call(_context: Any, case: Any, _kwargs: Any) -> None:
        recorder.announce(case)

    local_constants = providers._get_local_constants
    # Hypothesis draws from constants of every local module that the process has imported: what is generated
    # would depend on where this package is installed and on what ran before.
    providers._get_local_constants = Constants
    schemathesis.engine.context.make_session = make_recorded_session
    GLOBAL_HOOK_DISPATCHER.register_hook_with_name(before_call, "before_call")
    try:
        with warnings.catch_warnings():
            yield
    finally:
        GLOBAL_HOOK_DISPATCHER.unregister(before_call)
        schemathesis.engine.context.make_session = make_session
        providers._get_local_constants = local_constants


def _collector(recorder: _Recorder, judge: Judge, findings: list[Finding]) -> Callable[..., bool]:
    """
    A hook that takes every failure away from the engine.

    A failure ends the engine's test of that operation (its exception passes through Hypothesis, so that nothing
    is made smaller either); whatever stands behind it would never be found. So the engine never sees one.
    """

    def filter_failure(_context: Any, failure: EngineFailure, case: Any, _response: Any) -> bool:
        exchange = recorder.by_engine_id.get(failure.case_id or case.id)
        judged = None if exchange is None else judge(_finding(failure, exchange))
        if judged is not None:
            findings.append(judged)
        return False

    return filter_failure


def _schema(contract: Contract, generation: Generation, phase: str) -> Any:
    document = {**contract.document, "servers": [{"url": generation.base_url}]}
    config = SchemathesisConfig.from_dict(_configuration(generation, phase))
    schema = schemathesis.openapi.from_dict(document, config=config)
    wanted = generation.operations + (generation.supporting if phase == "stateful" else ())
    names = {(each.method, each.path) for each in wanted}
    return schema.include(lambda context: (context.operation.method.upper(), context.operation.path) in names)


def _configuration(generation: Generation, phase: str) -> dict[str, Any]:
    phases: dict[str, Any] = {name: {"enabled": name == phase} for name in PHASES}
    if phase == "fuzzing":
        phases["fuzzing"]["generation"] = {"max-examples": generation.examples}
    if phase == "stateful":
        phases["stateful"] |= {"generation": {"max-examples": generation.scenarios}, "max-steps": generation.steps}
    checks: dict[str, Any] = {name: {"enabled": name in ENGINE_CHECKS} for name in CHECKS.get_all_names()}
    return {
        "seed": generation.seed,
        "base-url": generation.base_url,
        "workers": 1,
        "continue-on-failure": True,
        "cache": {"enabled": False},
        "generation": {"database": "none", "with-security-parameters": not generation.credentials},
        "suppress-health-check": ["all"],
        "checks": checks,
        "phases": phases,
    }


def _finding(failure: EngineFailure, exchange: Exchange) -> Finding:
    operation = exchange.case.operation
    return Finding(
        promise="payloads",
        check=failure.checks[0] if failure.checks else type(failure).__name__,
        operation=operation.name if operation is not None else str(failure.operation),
        message=str(failure.message or failure.title),
        exchanges=(exchange,),
        root=f"{type(failure).__name__} {failure._unique_key}",
    )


def _unavailable(event: events.NonFatalError, contract: Contract) -> Unavailable:
    names = {f"{each.method} {each.path}": each for each in contract.operations}
    operation = names.get(event.label)
    return Unavailable(
        reason=f"Schemathesis: {event.info.title}: {event.info.message}",
        operation=operation.name if operation is not None else None,
        location=operation.location if operation is not None else contract.location,
    )


@dataclass(frozen=True, slots=True)
class Conformance:
    """Schemathesis' checks of one answer, for an exchange that the engine did not make: a replayed or a smaller one."""

    schema: Any
    judge: Judge

    @classmethod
    def of(cls, contract: Contract, generation: Generation, judge: Judge) -> Conformance:
        """The checks for one contract, set up once."""
        load_all_checks()
        return cls(_schema(contract, generation, "fuzzing"), judge)

    def after_exchange(self, exchange: Exchange) -> Iterator[Finding]:
        """What the answer breaks of what the contract documents for it."""
        operation = exchange.case.operation
        if operation is None:
            return
        declared = self.schema[operation.path][operation.method]
        case = declared.Case(method=operation.method)
        prepared = requests.Request(operation.method, "http://localhost/").prepare()
        response = EngineResponse.from_requests(_to_requests(prepared, exchange.response), verify=True)
        context = CheckContext(
            override=None,
            auth=None,
            headers=None,
            config=self.schema.config.checks_config_for(operation=declared),
            transport_kwargs=None,
            response_checks=None,
        )
        for name in RESPONSE_CHECKS:
            for failure in _failures(CHECKS.get_one(name), context, response, case):
                judged = self.judge(_finding(failure, exchange))
                if judged is not None:
                    yield judged


def _failures(check: Any, context: CheckContext, response: EngineResponse, case: Any) -> tuple[EngineFailure, ...]:
    try:
        check(context, response, case)
    except EngineFailure as failure:
        return (failure,)
    except FailureGroup as group:
        return tuple(group.exceptions)
    return ()
