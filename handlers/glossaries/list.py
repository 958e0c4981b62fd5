"""listGlossaries: lists glossaries without their terms, by name, a page at a time."""

from __future__ import annotations

from typing import Any

from glossaries import wiring
from glossaries.store import Store
from webapi.cursors import BadCursor, Cursors
from webapi.problems import Fault, refused
from webapi.replies import Answer, Reply
from webapi.requests import Event
from webapi.service import respond
from webapi.validation import Call

QUERY = {"list": "glossaries"}
"""What a cursor is good for: there is one order, and nothing to filter by."""


def handler(event: Event, context: Any) -> Reply:
    """The Lambda function."""
    return respond(
        "listGlossaries", event, context, lambda call: list_page(call, wiring.store(call.tenant), wiring.cursors())
    )


def list_page(call: Call, store: Store, cursors: Cursors) -> Answer:
    """
    A page, with the cursor of the next one unless it is the last.

    Raises:
        Refusal: 400, the cursor is none of this list.
        AwsFailure: DynamoDB failed.
    """
    given, after = call.parameters.get("cursor"), None
    if given is not None:
        try:
            after = cursors.position(given, call.tenant, QUERY)
        except BadCursor:
            raise refused(Fault("parameter", "cursor", "cursor", "must be the next_cursor of this list")) from None
    found = store.page(limit=call.parameters["limit"], after=after)
    page: dict[str, Any] = {"items": list(found.summaries)}
    if found.last_name is not None:
        page["next_cursor"] = cursors.cursor(found.last_name, call.tenant, QUERY)
    return Answer(200, page)
