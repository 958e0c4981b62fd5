"""Conformance: Schemathesis' checks of one answer, whoever made the request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import requests
from schemathesis.checks import CHECKS, CheckContext, load_all_checks
from schemathesis.core.failures import Failure as EngineFailure
from schemathesis.core.failures import FailureGroup
from schemathesis.core.transport import Response as EngineResponse

from contracts.cases.generation import Generation, Judge
from contracts.cases.plain import plain_paths
from contracts.cases.schema import RESPONSE_CHECKS, finding_of, schema_of
from contracts.cases.transport import to_requests
from contracts.contract import Contract
from contracts.exchange import Exchange
from contracts.finding import Finding


@dataclass(frozen=True, slots=True)
class Conformance:
    """Schemathesis' checks of one answer, for an exchange that the engine did not make: a replayed or a smaller one."""

    schema: Any
    judge: Judge
    paths: Mapping[str, str]

    @classmethod
    def of(cls, contract: Contract, generation: Generation, judge: Judge) -> Conformance:
        """The checks for one contract, set up once."""
        load_all_checks()
        return cls(schema_of(contract, generation, "fuzzing"), judge, plain_paths(contract.document))

    def after_exchange(self, exchange: Exchange) -> Iterator[Finding]:
        """What the answer breaks of what the contract documents for it."""
        operation = exchange.case.operation
        if operation is None:
            return
        declared = self.schema[self.paths[operation.path]][operation.method]
        case = declared.Case(method=operation.method)
        prepared = requests.Request(operation.method, "http://localhost/").prepare()
        response = EngineResponse.from_requests(to_requests(prepared, exchange.response), verify=True)
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
                judged = self.judge(finding_of(failure, exchange))
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
