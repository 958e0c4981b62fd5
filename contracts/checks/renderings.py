"""Renderings: one request as different clients write it, and one event as different deployments render it.

What is said of events is recorded on AWS, or API Gateway's documentation:
https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from contracts.exchange import Event
from contracts.exchange import Rendering as Rendered
from contracts.http import Headers, Request

DOMAIN = "api.example.com"
STAGE = "other"


@dataclass(frozen=True, slots=True)
class Rendering:
    """
    Another form of one logical request.

    Attributes:
        what: What is different, after "the same request".
        request: What to do to the request that is sent.
        event: What to do to the event that the function is handed.
    """

    what: str
    request: Callable[[Request], Request] | None = None
    event: Rendered | None = None


def of_request(request: Request) -> tuple[list[Rendering], list[Rendering]]:
    """Forms of a request that clients write, in two groups that go together."""
    one = [Rendering("with the names of its headers in lower case", partial(_spelled, change=str.lower))]
    two = [Rendering("with the names of its headers in upper case", partial(_spelled, change=str.upper))]
    if "accept" in request.headers:
        two.append(Rendering("with its Accept on two lines", _with_accept_twice))
    return one, two


def _spelled(request: Request, *, change: Callable[[str], str]) -> Request:
    return replace(request, headers=Headers.of((change(name), value) for name, value in request.headers))


def _with_accept_twice(request: Request) -> Request:
    repeated = [line for line in request.headers if line[0].lower() == "accept"]
    return replace(request, headers=Headers.of((*request.headers, *repeated[:1])))


def of_event(event: Event, *, encodes: bool) -> tuple[list[Rendering], list[Rendering]]:
    """
    Forms of an event that deployments render, in two groups that go together.

    Args:
        encodes: Whether the gateway may hand over any body in base64, as HTTP APIs do with most media types.
    """
    one: list[Rendering] = []
    two: list[Rendering] = []
    if encodes and event.get("body") and not event.get("isBase64Encoded"):
        one.append(Rendering("with its body in base64 (`isBase64Encoded`)", event=_encoded))
    if event.get("version") == "2.0":
        return one, two
    context = event.get("requestContext") or {}
    if str(context.get("path", "")).startswith(f"/{context.get('stage')}/"):
        one.append(Rendering("in another stage", event=_in_another_stage))
        two.append(Rendering("behind a custom domain", event=_behind_a_domain))
    return one, two


def _encoded(event: Event) -> Event:
    body = base64.b64encode(str(event["body"]).encode("utf-8", "surrogatepass")).decode("ascii")
    return {**event, "body": body, "isBase64Encoded": True}


def _in_another_stage(event: Event) -> Event:
    changed = _copied(event)
    context = changed["requestContext"]
    context["path"] = f"/{STAGE}{str(context['path']).removeprefix('/' + str(context['stage']))}"
    context["stage"] = STAGE
    return changed


def _behind_a_domain(event: Event) -> Event:
    """With a mapping of its root to the stage: `requestContext.path` has no stage."""
    changed = _copied(event)
    context = changed["requestContext"]
    context["path"] = str(context["path"]).removeprefix("/" + str(context["stage"]))
    context["domainName"], context["domainPrefix"] = DOMAIN, DOMAIN.partition(".")[0]
    for name, wrap in (("headers", False), ("multiValueHeaders", True)):
        headers = changed.get(name) or {}
        headers.update({each: [DOMAIN] if wrap else DOMAIN for each in headers if each.lower() == "host"})
    return changed


def without_headers(event: Event) -> Event:
    """The event of a request without any headers, as the console of API Gateway sends it."""
    return {**event, "headers": None, "multiValueHeaders": None}


def _copied(event: Event) -> dict[str, Any]:
    return deepcopy(dict(event))


def together(renderings: Iterable[Rendering]) -> Rendering:
    """All of these at once."""
    every = list(renderings)

    def request(sent: Request) -> Request:
        for each in every:
            sent = sent if each.request is None else each.request(sent)
        return sent

    def event(made: Mapping[str, Any]) -> Event:
        for each in every:
            made = made if each.event is None else each.event(made)
        return made

    return Rendering(", ".join(each.what for each in every), request, event)


def groups(request: Request, event: Event, *, encodes: bool) -> Iterator[list[Rendering]]:
    """The forms of a request and its event that go together; no group is empty."""
    for sent, made in zip(of_request(request), of_event(event, encodes=encodes), strict=True):
        yield [*sent, *made]
