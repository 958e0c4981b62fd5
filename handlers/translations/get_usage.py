"""getUsage: sums what a tenant has had translated in a period."""

from __future__ import annotations

from datetime import date
from typing import Any

from translations import wiring
from translations.usage import Usage
from webapi.problems import Fault, refused
from webapi.replies import Answer, Reply
from webapi.requests import Event
from webapi.service import respond
from webapi.validation import Call


def handler(event: Event, context: Any) -> Reply:
    """
    The Lambda function.

    The only one whose tenant comes from the path: its callers are of the house (AWS_IAM), and no tenant can call it.
    """
    return respond("getUsage", event, context, lambda call: get_usage(call, wiring.usage(call.parameters["tenant_id"])))


def get_usage(call: Call, usage: Usage) -> Answer:
    """
    How many characters were translated from one day to another.

    Raises:
        Refusal: 400, one of the days is none, or the last one is before the first.
        AwsFailure: DynamoDB failed.
    """
    first, last = _day(call, "from"), _day(call, "to")
    if last < first:
        raise refused(Fault("parameter", "to", "period", "must not be before `from`"))
    period = {"from": first.isoformat(), "to": last.isoformat()}
    characters = usage.characters(first, last)
    return Answer(200, {"tenant_id": call.parameters["tenant_id"], **period, "characters": characters})


def _day(call: Call, name: str) -> date:
    """
    The day that a parameter says.

    Raises:
        Refusal: 400, there is no such day.
    """
    try:
        return date.fromisoformat(call.parameters[name])
    except ValueError:
        raise refused(Fault("parameter", name, "format", "must be a day that there is")) from None
