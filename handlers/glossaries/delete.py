"""deleteGlossary: deletes one glossary."""

from __future__ import annotations

from functools import partial
from typing import Any

from glossaries import wiring
from glossaries.store import Store, entity_tag
from glossaries.terminologies import MOST_ROUNDS, Terminologies
from webapi.failures import AwsFailure
from webapi.preconditions import refuse_stale
from webapi.problems import Refusal
from webapi.replies import Answer, Reply
from webapi.requests import Event
from webapi.service import respond
from webapi.validation import Call


def handler(event: Event, context: Any) -> Reply:
    """The Lambda function."""
    return respond(
        "deleteGlossary",
        event,
        context,
        lambda call: delete(call, wiring.store(call.tenant), wiring.terminologies(call.tenant)),
    )


def delete(call: Call, store: Store, terminologies: Terminologies) -> Answer:
    """
    Deletes the terminology first, and the glossary then: as long as there is one, it can be deleted again.

    Raises:
        Refusal: 404, there is none of this name; 412, it has none of the entity tags that If-Match names.
        AwsFailure: Amazon Translate or DynamoDB failed; the same request again puts it right.
    """
    name: str = call.parameters["glossary_name"]
    for _ in range(MOST_ROUNDS):
        old = store.get(name)
        if old is None:
            raise Refusal(404)
        refuse_stale(call, entity_tag(old))
        terminologies.lack(name)
        if terminologies.before(partial(store.delete, old), name, store):
            return Answer(204)
    raise AwsFailure("dynamodb", "Contention", passing=True)
