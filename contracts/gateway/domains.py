"""Domains: custom domains, through which an API is called by another host and below another path.

* `path` of an event is what was sent, and so is `requestContext.path`: the base path stays, a stage that the mapping
  names is in neither (LS: pull request 12296 and issue 12295, compared with AWS; lambda-proxy 16, serverless-express
  216, serverless-java-container 34, all of captured events). Of an HTTP API the same holds for `rawPath` (R).
* A mapping that names no stage has it behind the base path, and there it stays in both paths (LS: as before).
* `domainName` is the custom domain, and `stage` the stage that the mapping leads to (D). Routes, resources and the ARN
  of a method know of no base path.
* Of mappings on one domain the one with the longest base path is taken (D: multi-level API mappings); without any it
  is as without a stage: 403 of a REST API, 404 of an HTTP API (R).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from contracts.gateway.api import Api
from contracts.gateway.calls import Place, path_of, place_of
from contracts.gateway.deployment import Kind
from contracts.gateway.http_api.rules import ILLEGIBLE
from contracts.gateway.http_api.targets import DEFAULT_STAGE
from contracts.gateway.http_api.targets import place_of as http_place_of
from contracts.http import Request
from contracts.stack import DomainMapping


def behind(api: Api, domain: DomainMapping) -> Api:
    """The same API as requests through a custom domain meet it: their targets begin with the base path."""
    parts = (domain.base_path, "" if domain.names_stage else api.deployment.stage)
    deployment = replace(api.deployment, host=domain.name, base_path="/".join(filter(None, parts)))
    place = partial(PLACES[deployment.kind], domain)
    return replace(api, deployment=deployment, rules=replace(api.rules, place=place))


@dataclass(frozen=True, slots=True)
class Entrances:
    """
    All ways into an API.

    Attributes:
        own: By its own host name, and by any other that is no custom domain.
        domains: The API behind each mapping of a custom domain, the longest base path first.
    """

    own: Api
    domains: Mapping[str, tuple[tuple[DomainMapping, Api], ...]]

    @classmethod
    def of(cls, api: Api, domains: Iterable[DomainMapping]) -> Entrances:
        """The ways into an API that has these mappings."""
        found: dict[str, list[tuple[DomainMapping, Api]]] = {}
        for each in sorted(domains, key=lambda one: -len(one.base_path)):
            found.setdefault(each.name, []).append((each, behind(api, each)))
        return cls(api, {name: tuple(each) for name, each in found.items()})

    def entered(self, request: Request) -> Api:
        """The API as a request meets it, by its Host and its path."""
        mapped = self.domains.get(_host(request), ()) if self.domains else ()
        if not mapped:
            return self.own
        path = path_of(request.target)
        return next((api for domain, api in mapped if _below(path, domain.base_path) is not None), mapped[-1][1])


def _host(request: Request) -> str:
    return (request.headers.get("Host") or "").partition(":")[0].lower()


def _below(path: str, base_path: str) -> str | None:
    """What stands behind a base path, beginning with a slash or nothing; None where the path is not below it."""
    if not base_path:
        return path
    rest = path.removeprefix(f"/{base_path}")
    return rest if rest != path and rest[:1] in ("", "/") else None


def _rest_place(domain: DomainMapping, target: str, stage: str) -> Place:
    path = path_of(target)
    rest = _below(path, domain.base_path)
    if rest is None:
        return Place("", path, path)
    return replace(place_of(f"/{stage}{rest}" if domain.names_stage else rest or "/"), full_path=path)


def _http_place(domain: DomainMapping, target: str, stage: str) -> Place:
    whole = http_place_of(target, DEFAULT_STAGE)
    if whole is None:
        return ILLEGIBLE
    base = tuple(domain.base_path.split("/")) if domain.base_path else ()
    here = whole.segments[: len(base)] == base
    return replace(whole, stage=stage if here else "", segments=whole.segments[len(base) :])


PLACES: Mapping[Kind, Callable[[DomainMapping, str, str], Place]] = {"REST": _rest_place, "HTTP": _http_place}
