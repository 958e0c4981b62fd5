"""replaceTranslation: replaces everything that a client can set on a translation."""

from __future__ import annotations

import time
from typing import Any

from translations import wiring
from translations.store import Store
from translations.translation import replacement
from webapi.conditions import Stale
from webapi.identifiers import Clock, timestamp
from webapi.preconditions import tag_of_version, wanted
from webapi.problems import Refusal
from webapi.replies import Answer, Reply
from webapi.requests import Event
from webapi.service import respond
from webapi.validation import Call


def handler(event: Event, context: Any) -> Reply:
    """The Lambda function."""
    return respond(
        "replaceTranslation", event, context, lambda call: replace(call, wiring.store(call.tenant), clock=time.time)
    )


def replace(call: Call, store: Store, *, clock: Clock) -> Answer:
    """
    The translation as it is now.

    Raises:
        Refusal: 412, it has none of the entity tags that If-Match names.
        AwsFailure: DynamoDB failed, or there is none with this id, which the contract maps to 404.
    """
    by = replacement(call.body)
    try:
        translation = store.replace(
            call.parameters["translation_id"], by, updated_at=timestamp(clock()), wanted=wanted(call)
        )
    except Stale:
        raise Refusal(412) from None
    return Answer(200, translation.representation(), {"ETag": tag_of_version(translation.version)})
