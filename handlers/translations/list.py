"""listTranslations: lists translations, newest first unless asked otherwise, a page at a time."""

from __future__ import annotations

from typing import Any

from translations import wiring
from translations.store import Store
from webapi.cursors import BadCursor, Cursors
from webapi.problems import Fault, refused
from webapi.replies import LARGEST_REPLY, Answer, Reply, size_in_reply
from webapi.requests import Event
from webapi.service import respond
from webapi.validation import Call

DESCENDING = "-"
"""What stands before the member that a list is ordered by when the greatest come first."""


def handler(event: Event, context: Any) -> Reply:
    """The Lambda function."""
    return respond(
        "listTranslations", event, context, lambda call: list_page(call, wiring.store(call.tenant), wiring.cursors())
    )


def list_page(call: Call, store: Store, cursors: Cursors, *, largest: int = LARGEST_REPLY) -> Answer:
    """
    A page, with the cursor of the next one unless it is the last.

    Args:
        call: What was asked for.
        store: Where the translations are.
        cursors: Makes and reads cursors.
        largest: Bytes that the items of a page may need in a reply; a page that would need more is cut short.

    Raises:
        Refusal: 400, the cursor is none of this list.
        AwsFailure: DynamoDB failed.
    """
    query = {name: call.parameters.get(name) for name in ("target_language", "order")}
    found = store.page(
        limit=call.parameters["limit"],
        target_language=query["target_language"],
        after=_after(call, query, cursors),
        newest_first=str(query["order"]).startswith(DESCENDING),
    )
    items: list[dict[str, Any]] = []
    last_id = found.last_id
    size = 0
    for translation in found.translations:
        item = translation.representation()
        size += size_in_reply(item)
        if items and size > largest:
            last_id = items[-1]["translation_id"]
            break
        items.append(item)
    page: dict[str, Any] = {"items": items}
    if last_id is not None:
        page["next_cursor"] = cursors.cursor(last_id, call.tenant, query)
    return Answer(200, page)


def _after(call: Call, query: dict[str, Any], cursors: Cursors) -> str | None:
    """
    The id of the last translation that the client has seen; None at the start of the list.

    Raises:
        Refusal: 400, the cursor is none of this list.
    """
    text = call.parameters.get("cursor")
    if text is None:
        return None
    try:
        return cursors.position(text, call.tenant, query)
    except BadCursor:
        raise refused(Fault("parameter", "cursor", "cursor", "must be the next_cursor of this list")) from None
