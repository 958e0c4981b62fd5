"""The schema and the checks as Schemathesis has them, for one contract and one phase."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import schemathesis
from schemathesis.checks import CHECKS
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import Failure as EngineFailure

from contracts.cases.generation import PHASES, Generation
from contracts.cases.plain import plain_document, plain_paths
from contracts.contract import Contract
from contracts.exchange import Exchange
from contracts.finding import Finding

# What of Schemathesis' checks is asked: those that one exchange decides. Security checks make requests of
# their own, `unsupported_method` wants a 405 that API Gateway never answers, and undocumented statuses are ours.
RESPONSE_CHECKS = (
    "not_a_server_error",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)
ENGINE_CHECKS = (*RESPONSE_CHECKS, "negative_data_rejection", "positive_data_acceptance", "missing_required_header")


def schema_of(contract: Contract, generation: Generation, phase: str) -> Any:
    # The engine adds the links that it infers to the document: each phase begins with the contract's own.
    document = deepcopy({**plain_document(contract.document), "servers": [{"url": generation.base_url}]})
    config = SchemathesisConfig.from_dict(_configuration(generation, phase))
    schema = schemathesis.openapi.from_dict(document, config=config)
    wanted = generation.operations + (generation.supporting if phase == "stateful" else ())
    paths = plain_paths(contract.document)
    names = {(each.method, paths[each.path]) for each in wanted}
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


def finding_of(failure: EngineFailure, exchange: Exchange) -> Finding:
    operation = exchange.case.operation
    return Finding(
        promise="payloads",
        check=failure.checks[0] if failure.checks else type(failure).__name__,
        operation=operation.name if operation is not None else str(failure.operation),
        message=str(failure.message or failure.title),
        exchanges=(exchange,),
        root=f"{type(failure).__name__} {failure._unique_key}",
    )
