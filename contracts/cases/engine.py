"""The engine: its phases one after the other, each an engine call of its own."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import requests
import schemathesis.engine.context
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants
from schemathesis.checks import load_all_checks
from schemathesis.core.errors import NoLinksFound
from schemathesis.core.failures import Failure as EngineFailure
from schemathesis.engine import events, from_schema
from schemathesis.hooks import GLOBAL_HOOK_DISPATCHER
from schemathesis.specs.openapi import stateful

from contracts.cases.generation import Generated, Generation, Judge, Showing
from contracts.cases.plain import plain_paths
from contracts.cases.schema import finding_of, schema_of
from contracts.cases.transport import Recorder
from contracts.contract import Contract
from contracts.exchange import Conduct, Corpus
from contracts.finding import Finding, Unavailable


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
    paths = plain_paths(contract.document)
    recorder = Recorder(conduct, {(each.method, paths[each.path]): each for each in contract.operations}, showing)
    findings: list[Finding] = []
    unavailable: dict[str, Unavailable] = {}

    def run(phase: str) -> None:
        begin(phase)
        recorder.begin(phase)
        schema = schema_of(contract, generation, phase)
        _begin_scenarios(schema, recorder, begin_scenario)
        schema.hooks.register_hook_with_name(_collector(recorder, judge, findings), "filter_failure")
        for event in _stream(schema, lambda: recorder.crash is not None or ended()):
            # Where nothing links to anything, there are no scenarios to play: no problem of anybody's.
            if isinstance(event, events.NonFatalError) and not isinstance(event.value, NoLinksFound):
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


def _begin_scenarios(schema: Any, recorder: Recorder, begin: Callable[[], None]) -> None:
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
def _installed(recorder: Recorder) -> Iterator[None]:
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
    likely = stateful.is_likely_root_transition

    def likely_or_named_by_the_client(operation: Any, node: Any, produced_anywhere: set[str]) -> bool:
        # A PUT that documents 201 makes a thing under the client's own name: a scenario may begin with it as with
        # a POST, and nothing else leads to it.
        creates = operation.method == "put" and "201" in operation.responses.status_codes
        return creates or likely(operation, node, produced_anywhere)

    # Hypothesis draws from constants of every local module that the process has imported: what is generated
    # would depend on where this package is installed and on what ran before.
    providers._get_local_constants = Constants
    schemathesis.engine.context.make_session = make_recorded_session
    stateful.is_likely_root_transition = likely_or_named_by_the_client
    GLOBAL_HOOK_DISPATCHER.register_hook_with_name(before_call, "before_call")
    try:
        with warnings.catch_warnings():
            yield
    finally:
        GLOBAL_HOOK_DISPATCHER.unregister(before_call)
        schemathesis.engine.context.make_session = make_session
        stateful.is_likely_root_transition = likely
        providers._get_local_constants = local_constants


def _collector(recorder: Recorder, judge: Judge, findings: list[Finding]) -> Callable[..., bool]:
    """
    A hook that takes every failure away from the engine.

    A failure ends the engine's test of that operation (its exception passes through Hypothesis, so that nothing
    is made smaller either); whatever stands behind it would never be found. So the engine never sees one.
    """

    def filter_failure(_context: Any, failure: EngineFailure, case: Any, _response: Any) -> bool:
        exchange = recorder.by_engine_id.get(failure.case_id or case.id)
        judged = None if exchange is None else judge(finding_of(failure, exchange))
        if judged is not None:
            findings.append(judged)
        return False

    return filter_failure


def _unavailable(event: events.NonFatalError, contract: Contract) -> Unavailable:
    paths = plain_paths(contract.document)
    names = {f"{each.method} {paths[each.path]}": each for each in contract.operations}
    operation = names.get(event.label)
    return Unavailable(
        reason=f"Schemathesis: {event.info.title}: {event.info.message}",
        operation=operation.name if operation is not None else None,
        location=operation.location if operation is not None else contract.location,
    )
