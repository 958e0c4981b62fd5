"""replaceTranslation: replaces everything that a client can set on a translation."""

from __future__ import annotations

import time
from typing import Any

from translations import wiring
from translations.store import Store
from translations.translation import Clock, replacement, timestamp
from webapi.replies import Answer, Reply
from webapi.requests import Event
from webapi.service import respond
from webapi.validation import Call


def handler(event: Event, context: Any) -> Reply:
    """The Lambda function."""
    return respond("replaceTranslation", event, context, lambda call: replace(call, wiring.store(), clock=time.time))


def replace(call: Call, store: Store, *, clock: Clock) -> Answer:
    """
    The translation as it is now.

    Raises:
        AwsFailure: DynamoDB failed, or there is none with this id, which the contract maps to 404.
    """
    by = replacement(call.body)
    translation = store.replace(call.parameters["translation_id"], by, updated_at=timestamp(clock()))
    return Answer(200, translation.representation())
