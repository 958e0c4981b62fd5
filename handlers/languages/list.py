"""listLanguages: the languages that a text can be translated from and into."""

from __future__ import annotations

import functools
import time
from typing import Any

import boto3
from botocore.config import Config

from languages.catalogue import Catalogue
from webapi.contract import contract
from webapi.preconditions import read, tag_of_value
from webapi.replies import Answer, Reply
from webapi.requests import Event
from webapi.service import respond
from webapi.validation import Call

# At most 9 s with all attempts and the waiting between them; there is one page of languages, seldom two.
TRANSLATE = Config(connect_timeout=1, read_timeout=1, retries={"mode": "standard", "total_max_attempts": 3})


@functools.cache
def catalogue() -> Catalogue:
    """The catalogue, made once per warm function."""
    known = contract().schemas["LanguageCode"]["enum"]
    return Catalogue(boto3.client("translate", config=TRANSLATE), known=known, clock=time.time)


def handler(event: Event, context: Any) -> Reply:
    """The Lambda function."""
    return respond("listLanguages", event, context, lambda call: list_languages(call, catalogue()))


def list_languages(call: Call, of: Catalogue) -> Answer:
    """
    The languages, their names in the language asked for.

    Raises:
        AwsFailure: Amazon Translate did not list them.
    """
    display_language = call.parameters["display_language"]
    items = [{"code": code, "name": name} for code, name in of.languages(display_language)]
    value = {"display_language": display_language, "items": items}
    return read(call, value, tag_of_value(value))
