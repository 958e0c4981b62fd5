"""Calls: a request on its way through the gateway, with everything that is known of it before anybody decides.

Nothing of a path is percent-decoded (LS, DN, VK); queries are (LS, VK). That is so for REST APIs; how HTTP APIs read a
path is in `http_api.targets`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import unquote_plus

from contracts.contract import Operation
from contracts.gateway.callers import Caller
from contracts.gateway.deployment import ApiKey, Deployment, Moment
from contracts.gateway.routing import ANY_VERBS
from contracts.http import Request

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Place:
    """
    Where a request target leads.

    Attributes:
        stage: The first segment of the path; `$default` for an HTTP API's stage of that name.
        path: `path` of an event: what follows the stage, beginning with one slash; of an HTTP API the whole path as
            sent.
        full_path: `requestContext.path`: the path with the stage; of an HTTP API decoded, and also `rawPath`.
        segments: What an HTTP API routes by: the path behind the stage, each segment decoded.
    """

    stage: str
    path: str
    full_path: str
    segments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Call:
    """
    One request to one deployment.

    Attributes:
        method: The verb that counts, see `verb`.
        query: Names and values decoded, in order.
        operation: None while or when no method was found.
        resource_id: Of the resource that was found, else "".
        path_parameters: As sent; those of an HTTP API decoded.
        caller: Whom an authorizer found; None while or when there is none.
        api_key: The key that the caller gave, where the method requires one.
        binary_media_types: Those of a REST API; an HTTP API has none.
    """

    deployment: Deployment
    request: Request
    moment: Moment
    method: str
    place: Place
    query: Pairs
    operation: Operation | None = None
    resource_id: str = ""
    path_parameters: dict[str, str] = field(default_factory=dict)
    caller: Caller | None = None
    api_key: ApiKey | None = None
    binary_media_types: tuple[str, ...] = ()


def verb(request: Request) -> str:
    """The method, or the one that X-HTTP-Method-Override names instead (D: "overrides the method" in REST APIs)."""
    for name, value in request.headers.lines:
        if len(name) == 22 and name.lower() == "x-http-method-override" and value.strip().upper() in ANY_VERBS:
            return value.strip().upper()
    return request.method


def place_of(target: str) -> Place:
    """
    Take a request target apart.

    Slashes before the stage count as one and slashes behind it as one for `path`; what was sent stays in
    `full_path`, but for those before the stage; slashes further on and at the end stay (LS: the table of double
    slashes). The root is `/<stage>/` (I: `/<stage>` and then `path`).
    """
    full_path = path_of(target)
    stage, slash, rest = full_path[1:].partition("/")
    return Place(stage, "/" + rest.lstrip("/"), full_path if slash else full_path + "/")


def path_of(target: str) -> str:
    """The path of a request target as it was sent, but for slashes at its beginning, which count as one."""
    raw = target.partition("?")[0].partition("#")[0]
    if not raw.startswith("/") and "://" in raw:  # the absolute form of RFC 9112, section 3.2.2
        raw = "/" + raw.partition("://")[2].partition("/")[2]
    return "/" + raw.lstrip("/")


def query_of(text: str) -> Pairs:
    """
    Names and values in order, decoded: `+` is a space, `key=` and `key` are "" (LS, VK; R for `key`).

    A semicolon splits like an ampersand (D: important notes).
    """
    return pairs_of(text.replace(";", "&") if ";" in text else text)


def pairs_of(text: str) -> Pairs:
    """Names and values of an encoded query or form, decoded; a part without `=` is a name with an empty value."""
    pairs = [(name, value) for name, _, value in [part.partition("=") for part in text.split("&") if part]]
    if "%" in text or "+" in text:
        pairs = [(unquote_plus(name), unquote_plus(value)) for name, value in pairs]
    return tuple(pairs)


def grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """The values of each name in order; names are case-sensitive (D)."""
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return values
