"""createDocument: translates a document and keeps the translation."""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass
from typing import Any

from documents import wiring
from documents.contents import Contents
from documents.document import Document
from documents.store import Store
from documents.translator import Translator
from webapi.conditions import Stale
from webapi.failures import AwsFailure
from webapi.identifiers import Clock, Randomness, random, timestamp, ulid
from webapi.preconditions import tag_of_value
from webapi.problems import Refusal
from webapi.replies import Answer, Reply, location
from webapi.requests import Event
from webapi.service import respond
from webapi.terminologies import deployment, terminology
from webapi.validation import Call


@dataclass(frozen=True, slots=True)
class Means:
    """All that a creation needs: one tenant's stores, Amazon Translate, and what is never the same twice."""

    store: Store
    contents: Contents
    translator: Translator
    clock: Clock
    randomness: Randomness


def handler(event: Event, context: Any) -> Reply:
    """The Lambda function."""
    return respond("createDocument", event, context, lambda call: create(call, means(call.tenant)))


def means(tenant: str) -> Means:
    """What a creation needs on AWS."""
    return Means(wiring.store(tenant), wiring.contents(tenant), wiring.translator(), clock=time.time, randomness=random)


def create(call: Call, by: Means) -> Answer:
    """
    Translates first, stores the translation then and what is known of it last: what is known has a content.

    Raises:
        Refusal: 422, the document cannot be read or translated.
        AwsFailure: Amazon Translate, Amazon S3 or DynamoDB failed.
    """
    _refuse_unreadable(call)
    asked = call.parameters
    glossary_name = asked.get("glossary_name")
    rendering = by.translator.translate(
        call.body,
        call.media_type,
        source=asked["source_language"],
        target=asked["target_language"],
        terminology=None if glossary_name is None else terminology(deployment(), call.tenant, glossary_name),
    )
    now = by.clock()
    document = Document(
        document_id=ulid(now, by.randomness()),
        file_name=asked["file_name"],
        content_type=call.media_type,
        size=len(call.body),
        source_language=rendering.source_language,
        source_language_detected=rendering.source_language != asked["source_language"],
        target_language=asked["target_language"],
        created_at=timestamp(now),
        glossary_name=glossary_name,
    )
    _store(document, rendering.content, by)
    value = document.representation()
    headers = {"Location": location(call.path, document.document_id), "ETag": tag_of_value(value)}
    return Answer(201, value, headers)


def _store(document: Document, content: bytes, by: Means) -> None:
    """
    Stores a document; where that fails, the translation that nobody knows of is taken back.

    A failure can be the answer that got lost, so that what is stored decides.

    Raises:
        AwsFailure: Amazon S3 or DynamoDB failed.
    """
    by.contents.put(document, content)
    try:
        by.store.create(document)
    except Stale:  # a translation of another document has been written over: eighty random bits were drawn twice
        raise AwsFailure("dynamodb", "IdDrawnTwice", passing=True) from None
    except AwsFailure:
        with contextlib.suppress(AwsFailure):
            if by.store.get(document.document_id) == document:
                return
            by.contents.delete(document.document_id)
        raise


def _refuse_unreadable(call: Call) -> None:
    """
    Checks what costs nothing to check, before Amazon Translate is asked.

    Raises:
        Refusal: 422, a text is not in UTF-8.
    """
    if call.media_type.startswith("text/"):
        try:
            call.body.decode()
        except UnicodeDecodeError:
            raise Refusal(422, kind="DocumentUnreadableProblem") from None
