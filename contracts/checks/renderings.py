"""Renderings: one request as different clients write it, and one event as different deployments render it.

What is said of events is recorded on AWS, or API Gateway's documentation:
https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from contracts.checks.formats import of_http_api, of_version_1
from contracts.checks.paths import with_variables
from contracts.contract import Operation
from contracts.exchange import Event
from contracts.exchange import Rendering as Rendered
from contracts.http import Headers, Request
from contracts.stack import DomainMapping

ENCODED_OTHERWISE = "with its path encoded as other clients do"
DOMAIN = "api.example.com"
STAGE = "other"

# What of the value of a parameter some clients encode and others do not: of the unreserved characters the tilde
# (RFC 2396 and RFC 3986 differ in it), and those that JavaScript's encodeURIComponent leaves.
_ENCODED_BY_SOME = re.compile(r"[~!'()*]")
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")


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


def of_request(operation: Operation, request: Request) -> tuple[list[Rendering], list[Rendering]]:
    """Forms of a request that clients write, in two groups that go together."""
    one = [Rendering("with the names of its headers in lower case", partial(_spelled, change=str.lower))]
    two = [Rendering("with the names of its headers in upper case", partial(_spelled, change=str.upper))]
    if "accept" in request.headers:
        two.append(Rendering("with its Accept on two lines", _with_accept_twice))
    if is_written_otherwise(operation, request):
        encoded = partial(_encoded_otherwise, template=operation.path)
        one.append(Rendering(ENCODED_OTHERWISE, encoded))
    return one, two


def is_written_otherwise(operation: Operation, request: Request) -> bool:
    """Whether some clients write the path of a request in another way."""
    return _encoded_otherwise(request, template=operation.path) != request


def _spelled(request: Request, *, change: Callable[[str], str]) -> Request:
    return replace(request, headers=Headers.of((change(name), value) for name, value in request.headers))


def _encoded_otherwise(request: Request, *, template: str) -> Request:
    """
    The variables of the path, as another client percent-encodes the same values (RFC 3986, 2.3 and 6.2.2.1).

    Hexadecimal digits in lower case, and characters encoded that may be. A REST API hands all of this over as it was
    sent. A query it decodes: there functions see no difference.
    """
    target = with_variables(template, request.target, _otherwise)
    return request if target == request.target else replace(request, target=target)


def _otherwise(text: str) -> str:
    lower = _ESCAPE.sub(lambda found: found[0].lower(), text)
    return _ENCODED_BY_SOME.sub(lambda found: f"%{ord(found[0]):02x}", lower)


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


def of_other_format(event: Event) -> list[Rendering]:
    """The event as the other kind of API makes it, where that can be said."""
    change = {None: of_http_api, "2.0": of_version_1}.get(event.get("version"))
    made = change(event) if change is not None else None
    if change is None or made is None:
        return []
    what = f"with its event in the payload format {made['version']}"
    return [Rendering(what, event=lambda each: change(each) or each)]


def through(domain: DomainMapping, stage: str) -> Rendering:
    """
    By a custom domain that the template maps to a stage, below its base path.

    Only by such a one: a function that looks at `path` must be told the base path, and without a mapping there is none.
    """
    base = "" if stage == "$default" else f"/{stage}"
    before = f"/{domain.base_path}".rstrip("/") + ("" if domain.names_stage else base)

    def request(sent: Request) -> Request:
        target = before + sent.target.removeprefix(base)
        return replace(sent, target=target, headers=sent.headers.without("Host").adding("Host", domain.name))

    return Rendering(f"by the custom domain {domain.name}{before}", request)


def without_headers(event: Event) -> Event:
    """
    The event of a request without any headers, as the console of API Gateway sends it.

    No client causes it: a gateway adds headers of its own. It is part of the format (1.0) all the same.
    """
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


def groups(operation: Operation, request: Request, event: Event, *, encodes: bool) -> Iterator[list[Rendering]]:
    """The forms of a request and its event that go together; no group is empty."""
    for sent, made in zip(of_request(operation, request), of_event(event, encodes=encodes), strict=True):
        yield [*sent, *made]
