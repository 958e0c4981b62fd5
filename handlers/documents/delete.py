"""deleteDocument: deletes one document, its content and what is known of it."""

from __future__ import annotations

from typing import Any

from documents import wiring
from documents.contents import Contents
from documents.store import Store
from webapi.problems import Refusal
from webapi.replies import Answer, Reply
from webapi.requests import Event
from webapi.service import respond
from webapi.validation import Call


def handler(event: Event, context: Any) -> Reply:
    """The Lambda function."""
    return respond(
        "deleteDocument",
        event,
        context,
        lambda call: delete(call, wiring.store(call.tenant), wiring.contents(call.tenant)),
    )


def delete(call: Call, store: Store, contents: Contents) -> Answer:
    """
    Deletes the content first, and what is known of it then: as long as it is known, it can be deleted again.

    Raises:
        Refusal: 404, there is none with this id.
        AwsFailure: Amazon S3 or DynamoDB failed, or it is gone meanwhile, which the contract maps to 404.
    """
    document_id: str = call.parameters["document_id"]
    if store.get(document_id) is None:
        raise Refusal(404)
    contents.delete(document_id)
    store.delete(document_id)
    return Answer(204)
