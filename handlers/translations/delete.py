"""deleteTranslation: deletes one translation."""

from __future__ import annotations

from typing import Any

from translations import wiring
from translations.store import Store
from webapi.conditions import Stale
from webapi.preconditions import wanted
from webapi.problems import Refusal
from webapi.replies import Answer, Reply
from webapi.requests import Event
from webapi.service import respond
from webapi.validation import Call


def handler(event: Event, context: Any) -> Reply:
    """The Lambda function."""
    return respond("deleteTranslation", event, context, lambda call: delete(call, wiring.store(call.tenant)))


def delete(call: Call, store: Store) -> Answer:
    """
    Nothing to say: it is gone.

    Raises:
        Refusal: 412, it has none of the entity tags that If-Match names.
        AwsFailure: DynamoDB failed, or there is none with this id, which the contract maps to 404.
    """
    try:
        store.delete(call.parameters["translation_id"], wanted=wanted(call))
    except Stale:
        raise Refusal(412) from None
    return Answer(204)
