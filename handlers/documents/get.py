"""getDocument: reads what is known of one document."""

from __future__ import annotations

from typing import Any

from documents import wiring
from documents.store import Store
from webapi.preconditions import read, tag_of_value
from webapi.problems import Refusal
from webapi.replies import Answer, Reply
from webapi.requests import Event
from webapi.service import respond
from webapi.validation import Call


def handler(event: Event, context: Any) -> Reply:
    """The Lambda function."""
    return respond("getDocument", event, context, lambda call: get(call, wiring.store(call.tenant)))


def get(call: Call, store: Store) -> Answer:
    """
    What is known of the document, or that the client knows it.

    Raises:
        Refusal: 404, there is none with this id.
        AwsFailure: DynamoDB failed.
    """
    document = store.get(call.parameters["document_id"])
    if document is None:
        raise Refusal(404)
    value = document.representation()
    return read(call, value, tag_of_value(value))
