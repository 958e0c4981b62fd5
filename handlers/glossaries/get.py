"""getGlossary: reads one glossary with its terms."""

from __future__ import annotations

from typing import Any

from glossaries import wiring
from glossaries.store import Store, entity_tag
from webapi.preconditions import read
from webapi.problems import Refusal
from webapi.replies import Answer, Reply
from webapi.requests import Event
from webapi.service import respond
from webapi.validation import Call


def handler(event: Event, context: Any) -> Reply:
    """The Lambda function."""
    return respond("getGlossary", event, context, lambda call: get(call, wiring.store(call.tenant)))


def get(call: Call, store: Store) -> Answer:
    """
    The glossary as it was last written, or that the client knows it.

    Raises:
        Refusal: 404, there is none of this name.
        AwsFailure: DynamoDB failed.
    """
    glossary = store.get(call.parameters["glossary_name"])
    if glossary is None:
        raise Refusal(404)
    return read(call, glossary.representation(), entity_tag(glossary))
