"""deleteTranslation: deletes one translation."""

from __future__ import annotations

from typing import Any

from translations import wiring
from translations.store import Store
from webapi.replies import Answer, Reply
from webapi.requests import Event
from webapi.service import respond
from webapi.validation import Call


def handler(event: Event, context: Any) -> Reply:
    """The Lambda function."""
    return respond("deleteTranslation", event, context, lambda call: delete(call, wiring.store()))


def delete(call: Call, store: Store) -> Answer:
    """
    Nothing to say: it is gone.

    Raises:
        AwsFailure: DynamoDB failed, or there is none with this id, which the contract maps to 404.
    """
    store.delete(call.parameters["translation_id"])
    return Answer(204)
