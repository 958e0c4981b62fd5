"""Validation: what a request validator of a REST API checks: parameters first, then the body (LS).

* Parameters by presence alone; a blank value counts as missing; values are never judged (LS; D for blank). Names are
  listed in the order of the sorted `method.request.*` keys: header, path, querystring (LS).
* A header's name compares with case (C: unrecorded, surprising), but for those that have one spelling in events.
* The body against the model of its media type, JSON Schema draft 4 (D); a missing Content-Type selects application/json
  (LS); a type without a model is not judged (D).
* A missing body is judged too, on GET as well (LS), as `{}` (C): it fails against an array or required members.
* `nullable`, `discriminator`, `readOnly`, `example` and `default` mean nothing (D). Of formats nothing is known, and
  none is judged.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jsonschema_rs

from contracts.contract import Contract, Operation, Schema
from contracts.gateway import json_text
from contracts.gateway.calls import Call
from contracts.gateway.events_v1 import SPELLED
from contracts.gateway.media_types import DEFAULT_MEDIA_TYPE, essence
from contracts.gateway.refusals import BAD_BODY, BAD_PARAMETERS, Refusal
from contracts.schemas import mapped, validator

# `method.request.<this>.<name>`; API Gateway knows no cookie parameters.
PLACES = {"header": "header", "path": "path", "query": "querystring"}
LONGEST_DETAIL = 1000


@dataclass(frozen=True, slots=True)
class Validation:
    """
    What one operation's validator checks.

    Attributes:
        required: (`header`, `path` or `querystring`; name) of required parameters, in the order of the message.
        models: A compiled model for each media type that has one; empty when bodies are not judged.
    """

    required: tuple[tuple[str, str], ...] = ()
    models: Mapping[str, jsonschema_rs.Draft4Validator] | None = None

    def problem(self, call: Call) -> Refusal | None:
        """Why the call is refused, or None."""
        missing = self._missing(call) if self.required else []
        if missing:
            return Refusal(BAD_PARAMETERS, f"Missing required request parameters: [{', '.join(missing)}]")
        return self._body_problem(call) if self.models else None

    def _missing(self, call: Call) -> list[str]:
        headers = {name: value for name, value in call.request.headers.lines if value.strip()}
        headers |= {SPELLED[name.lower()]: value for name, value in headers.items() if name.lower() in SPELLED}
        present: Mapping[str, Mapping[str, str]] = {
            "header": headers,
            "path": call.path_parameters,
            "querystring": {name: value for name, value in call.query if value.strip()},
        }
        return [name for place, name in self.required if not present[place].get(name)]

    def _body_problem(self, call: Call) -> Refusal | None:
        media_type = essence(call.request.headers.get("Content-Type")) or DEFAULT_MEDIA_TYPE
        model = (self.models or {}).get(media_type)
        if model is None:
            return None
        try:
            value = json_text.read((call.request.body or b"{}").decode("utf-8", "replace"))
            if model.is_valid(value):
                return None
            detail = "; ".join(error.message for error in model.iter_errors(value))
        except ValueError:
            detail = "Can not parse the request body as JSON"
        return Refusal(BAD_BODY, detail=f"[{detail[:LONGEST_DETAIL]}]")


def validation_of(contract: Contract, operation: Operation) -> Validation:
    """
    What the validator of an operation checks; nothing when it has none.

    Raises:
        jsonschema_rs.ValidationError: A model is no schema.
    """
    wanted = contract.validators.get(operation.validator or "")
    if wanted is None:
        return Validation()
    required = [
        (PLACES[each.place], each.name) for each in operation.parameters if each.required and each.place in PLACES
    ]
    content = operation.request_body.content if wanted.body and operation.request_body is not None else {}
    return Validation(
        required=tuple(sorted(required)) if wanted.parameters else (),
        models={
            essence(media_type): _model(schema, contract.schemas)
            for media_type, schema in content.items()
            if schema is not None
        },
    )


def _model(schema: Schema, schemas: Mapping[str, Schema]) -> jsonschema_rs.Draft4Validator:
    named = {name: _without_nullable(each) for name, each in schemas.items()}
    return validator(_without_nullable(schema), named, formats=False)


def _without_nullable(schema: Schema) -> dict[str, Any]:
    def inside(child: Any, _kind: str, _keys: tuple[str | int, ...]) -> Any:
        return _without_nullable(child) if isinstance(child, Mapping) else child

    words = {key: value for key, value in schema.items() if key != "nullable"}
    changed: dict[str, Any] = mapped(words, "schema", inside)
    return changed
