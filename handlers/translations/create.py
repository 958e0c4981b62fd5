"""createTranslation: translates a text and keeps the result."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

from translations import wiring
from translations.store import Store
from translations.translation import translated
from translations.translator import Translator
from translations.usage import Usage
from webapi.identifiers import Clock, Randomness, random
from webapi.preconditions import tag_of_version
from webapi.replies import Answer, Reply, location
from webapi.requests import Event
from webapi.service import respond
from webapi.validation import Call


def handler(event: Event, context: Any) -> Reply:
    """The Lambda function."""
    return respond(
        "createTranslation",
        event,
        context,
        lambda call: create(
            call,
            wiring.store(call.tenant),
            wiring.usage(call.tenant),
            wiring.translator(),
            clock=time.time,
            randomness=random,
        ),
    )


def create(
    call: Call, store: Store, usage: Usage, translator: Translator, *, clock: Clock, randomness: Randomness
) -> Answer:
    """
    Translates first, then stores and counts in one transaction: a failure on the way leaves nothing behind.

    Raises:
        AwsFailure: Amazon Translate or DynamoDB failed.
    """
    new = call.body
    text = translator.translate(new["text"], source=new["source_language"], target=new["target_language"])
    now = clock()
    translation = translated(new, text, now=now, random=randomness())
    today = datetime.fromtimestamp(now, UTC).date()
    store.create(translation, usage.counting(translation.characters, today, by=translation.translation_id))
    headers = {
        "Location": location(call.path, translation.translation_id),
        "ETag": tag_of_version(translation.version),
    }
    return Answer(201, translation.representation(), headers)
