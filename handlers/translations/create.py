"""createTranslation: translates a text and keeps the result."""

from __future__ import annotations

import time
from typing import Any

from translations import wiring
from translations.store import Store
from translations.translation import Clock, Randomness, translated
from translations.translator import Translator
from webapi.replies import Answer, Reply
from webapi.requests import Event
from webapi.service import respond
from webapi.validation import Call


def handler(event: Event, context: Any) -> Reply:
    """The Lambda function."""
    return respond(
        "createTranslation",
        event,
        context,
        lambda call: create(call, wiring.store(), wiring.translator(), clock=time.time, randomness=wiring.random),
    )


def create(call: Call, store: Store, translator: Translator, *, clock: Clock, randomness: Randomness) -> Answer:
    """
    Translates first and stores then: a failure on the way leaves nothing behind.

    Raises:
        AwsFailure: Amazon Translate or DynamoDB failed.
    """
    new = call.body
    text = translator.translate(new["text"], source=new["source_language"], target=new["target_language"])
    translation = translated(new, text, now=clock(), random=randomness())
    store.create(translation)
    return Answer(201, translation.representation(), {"Location": location(call.path, translation.translation_id)})


def location(path: str, translation_id: str) -> str:
    """
    Where a translation is found: below the path of the request that created it.

    That path has the stage in it, or the base path of a custom domain, whatever the client used.
    It starts with one slash: with two it would name another host.
    """
    collection = path.strip("/")
    return f"/{collection}/{translation_id}"
