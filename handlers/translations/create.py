"""createTranslation: translates a text and keeps the result."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from translations import wiring
from translations.idempotency import Claim, Records, Stored, fingerprint
from translations.store import Store
from translations.transactions import Waiting
from translations.translation import translated
from translations.translator import Translator
from translations.usage import Usage
from webapi.identifiers import Clock, Randomness, random
from webapi.preconditions import tag_of_version
from webapi.replies import Answer, Reply, encoded, location
from webapi.requests import Event
from webapi.service import respond
from webapi.terminologies import deployment, terminology
from webapi.validation import Call

KEY = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"


@dataclass(frozen=True, slots=True)
class Means:
    """All that a creation needs: one tenant's stores, Amazon Translate, and what is never the same twice."""

    store: Store
    usage: Usage
    records: Records
    translator: Translator
    clock: Clock
    randomness: Randomness
    waiting: Waiting


def handler(event: Event, context: Any) -> Reply:
    """The Lambda function."""
    return respond("createTranslation", event, context, lambda call: create(call, means(call.tenant)))


def means(tenant: str) -> Means:
    """What a creation needs on AWS."""
    return Means(
        wiring.store(tenant),
        wiring.usage(tenant),
        wiring.records(tenant),
        wiring.translator(),
        clock=time.time,
        randomness=random,
        waiting=wiring.waiting(),
    )


def create(call: Call, by: Means) -> Answer:
    """
    A new translation; or the answer of the request with this Idempotency-Key that was answered before.

    Raises:
        Refusal: 409 or 422, the key is taken; 422, Amazon Translate cannot do it.
        AwsFailure: Amazon Translate or DynamoDB failed.
    """
    key = call.parameters.get(KEY)
    if key is None:
        return _created(call, by, None)
    claim = by.records.claim(key, fingerprint(call.body), now=by.clock(), owner=by.randomness().hex())
    if isinstance(claim, Stored):
        return Answer(claim.status, headers={**claim.headers, REPLAYED: "true"}, text=claim.text)
    try:
        return _created(call, by, claim)
    except BaseException:
        by.records.release(claim)
        raise


def _created(call: Call, by: Means, claim: Claim | None) -> Answer:
    """Translates first, then stores, counts and answers in one transaction: a failure leaves nothing behind."""
    new = call.body
    glossary = new.get("glossary_name")
    rendering = by.translator.translate(
        new, terminology=None if glossary is None else terminology(deployment(), call.tenant, glossary)
    )
    now = by.clock()
    translation = translated(new, rendering, now=now, random=by.randomness())
    value = translation.representation()
    headers = {
        "Location": location(call.path, translation.translation_id),
        "ETag": tag_of_version(translation.version),
    }
    today = datetime.fromtimestamp(now, UTC).date()
    also = [by.usage.counting(translation.characters, today, by=translation.translation_id)]
    if claim is not None:
        also.append(by.records.answering(claim, Stored(201, headers, encoded(value)), now=now))
    by.store.create(translation, *also, waiting=by.waiting)
    return Answer(201, value, headers)
