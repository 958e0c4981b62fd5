"""getTranslation: reads one translation."""

from __future__ import annotations

from typing import Any

from translations import wiring
from translations.store import Store
from webapi.preconditions import read, tag_of_version
from webapi.problems import Refusal
from webapi.replies import Answer, Reply
from webapi.requests import Event
from webapi.service import respond
from webapi.validation import Call


def handler(event: Event, context: Any) -> Reply:
    """The Lambda function."""
    return respond("getTranslation", event, context, lambda call: get(call, wiring.store(call.tenant)))


def get(call: Call, store: Store) -> Answer:
    """
    The translation as it was last written, or that the client knows it.

    Raises:
        Refusal: 404, there is none with this id.
        AwsFailure: DynamoDB failed.
    """
    translation = store.get(call.parameters["translation_id"])
    if translation is None:
        raise Refusal(404)
    return read(call, translation.representation(), tag_of_version(translation.version))
