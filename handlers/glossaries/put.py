"""putGlossary: creates a glossary under the client's name, or replaces it."""

from __future__ import annotations

import time
from functools import partial
from typing import Any

from glossaries import wiring
from glossaries.glossary import glossary, repeated
from glossaries.store import Store, entity_tag
from glossaries.terminologies import MOST_ROUNDS, Terminologies
from webapi.failures import AwsFailure
from webapi.identifiers import Clock, timestamp
from webapi.preconditions import refuse_stale
from webapi.problems import Fault, Refusal
from webapi.replies import Answer, Reply
from webapi.requests import Event
from webapi.service import respond
from webapi.validation import Call


def handler(event: Event, context: Any) -> Reply:
    """The Lambda function."""
    return respond(
        "putGlossary",
        event,
        context,
        lambda call: put(call, wiring.store(call.tenant), wiring.terminologies(call.tenant), clock=time.time),
    )


def put(call: Call, store: Store, terminologies: Terminologies, *, clock: Clock) -> Answer:
    """
    Imports the terms first, and stores the glossary then: what is stored is what translations use.

    Raises:
        Refusal: 412, the name does not have the state that the request is meant for; 422, the terms make no glossary.
        AwsFailure: Amazon Translate or DynamoDB failed; the same request again puts it right.
    """
    _refuse_invalid(call)
    name: str = call.parameters["glossary_name"]
    for _ in range(MOST_ROUNDS):
        old = store.get(name)
        refuse_stale(call, None if old is None else entity_tag(old))
        new = glossary(name, call.body, instead_of=old, at=timestamp(clock()))
        terminologies.have(new)
        if terminologies.before(partial(store.put, new, instead_of=old), name, store):
            headers = {"ETag": entity_tag(new)}
            if old is None:
                headers["Location"] = f"/{call.path.strip('/')}"
            return Answer(201 if old is None else 200, new.representation(), headers)
    raise AwsFailure("dynamodb", "Contention", passing=True)


def _refuse_invalid(call: Call) -> None:
    """
    Checks what the contract's schemas cannot say.

    Raises:
        Refusal: 422, both languages are one, or a term is there twice.
    """
    faults = [
        Fault("pointer", f"/terms/{place}/source", "unique", "must not be there before, in whatever case")
        for place in repeated(call.body)
    ]
    if call.body["source_language"] == call.body["target_language"]:
        faults.insert(0, Fault("pointer", "/target_language", "not", "must be another than the source language"))
    if faults:
        raise Refusal(422, faults)
