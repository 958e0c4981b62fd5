"""Resources: what a contract's operations are about, as its structure, its links and its answers show it.

Whatever is not certain is None: a check that needs it stays silent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from contracts.checks.answers import json_value
from contracts.checks.paths import filled, match
from contracts.checks.replay import pointed
from contracts.checks.requests import Requests, media_type
from contracts.contract import Contract, Operation, Schema
from contracts.exchange import Exchange
from contracts.http import Request

SERVER_FIELDS = "x-contract-server-fields"

# What the name of a thing is called in its representation, beside the name of the path's variable.
NAMES = ("id", "uuid", "key", "name")

_ITEM = re.compile(r"(.*)/\{([^{}+]+)\}")
_LINKED = re.compile(r"\$response\.body#(/.+)")
_WORDS = re.compile(r"[^a-z0-9]")


@dataclass(frozen=True, slots=True)
class Resource:
    """
    Things of one kind, and the operations on them.

    Attributes:
        collection: The path above the item's, whether or not it has operations.
        item: The path template of one thing.
        variable: The last variable of it: what names the thing.
        create: What makes one: a POST to the collection, an operation that links to the item from its 201,
            or a PUT of the item that documents 201.
        lists: The GET of the collection.
        linked: The JSON pointer of a thing's name in the answer of `create`, by a link of the contract.
    """

    collection: str
    item: str
    variable: str
    create: Operation | None = None
    read: Operation | None = None
    head: Operation | None = None
    replace: Operation | None = None
    delete: Operation | None = None
    lists: Operation | None = None
    linked: str | None = None

    def has_below(self, operation: Operation) -> bool:
        """Whether an operation is on what belongs to one item, and needs no other name than the item's."""
        return operation.path.startswith(f"{self.item}/") and operation.path.count("{") == self.item.count("{")

    @property
    def chosen(self) -> bool:
        """Whether clients choose the names of things."""
        return self.create is not None and self.create is self.replace

    def name_of(self, create: Exchange) -> str | None:
        """The name of what an accepted request made; None when nothing says it for certain."""
        if self.chosen:
            found = match(self.item, create.case.request.path)
            return unquote(found.variables[self.variable]) if found is not None else None
        answer = json_value(create.response.body)
        if self.linked is not None:
            return _text(pointed(answer, self.linked))
        located = match(self.item, (create.response.headers.get("location") or "").partition("?")[0])
        if located is not None:
            return unquote(located.variables[self.variable])
        member = self.naming_member(answer)
        return _text(answer[member]) if member is not None else None

    def naming_member(self, representation: Any, name: str | None = None) -> str | None:
        """
        The member of a representation that names the thing.

        Args:
            name: What the thing is called; None when that is not known: then the member's own name decides.
        """
        if not isinstance(representation, Mapping):
            return None
        linked = (self.linked or "/").rpartition("/")[2]
        wanted = [linked, *(each for each in representation if _alike(each, self.variable)), *NAMES]
        known = [each for each in wanted if _text(representation.get(each)) is not None]
        if name is None:
            return known[0] if known else None
        return next((each for each in known if _text(representation[each]) == name), None)

    def target(self, create: Exchange, name: str) -> str | None:
        """The request target of a thing, at the stage and below the parents of the request that made it."""
        operation = create.case.operation
        return None if operation is None else _target(self.item, operation, create.case.request, {self.variable: name})

    def collection_target(self, create: Operation, request: Request) -> str | None:
        """The request target of the collection that a request makes things in."""
        return _target(self.collection, create, request, {})


def resources(contract: Contract) -> tuple[Resource, ...]:
    """The resources of a contract, in its order: every path that ends in a variable is one's."""
    paths = dict.fromkeys(operation.path.rstrip("/") for operation in contract.operations)
    found = []
    for path in paths:
        fitting = _ITEM.fullmatch(path)
        if fitting is not None:
            found.append(_resource(contract, fitting[1], path, fitting[2]))
    return tuple(found)


def _resource(contract: Contract, collection: str, item: str, variable: str) -> Resource:
    at_item = {each.method: each for each in contract.operations if each.path.rstrip("/") == item}
    above = {each.method: each for each in contract.operations if each.path.rstrip("/") == collection}
    replace = at_item.get("PUT")
    create, linked = next(_creating(contract, item, variable), (None, None))
    if create is None and (post := above.get("POST")) is not None and _may_create(post):
        create = post
    if create is None and replace is not None and "201" in replace.responses:
        create = replace
    return Resource(
        collection,
        item,
        variable,
        create=create,
        read=at_item.get("GET"),
        head=at_item.get("HEAD"),
        replace=replace,
        delete=at_item.get("DELETE"),
        lists=above.get("GET"),
        linked=linked,
    )


def _may_create(operation: Operation) -> bool:
    """Whether a POST says that it creates, or says nothing."""
    accepting = [status for status in operation.responses if status.startswith("2")]
    return "201" in accepting or not accepting


def _creating(contract: Contract, item: str, variable: str) -> Iterator[tuple[Operation, str]]:
    """The POSTs whose 201 has a link to the item, with the pointer that names it."""
    there = {each.operation_id for each in contract.operations if each.path.rstrip("/") == item}
    for operation in contract.operations:
        documented = operation.responses.get("201") if operation.method == "POST" else None
        for link in documented.links.values() if documented is not None else ():
            parameters = link.get("parameters") if isinstance(link, Mapping) else None
            if not isinstance(parameters, Mapping) or link.get("operationId") not in there - {None}:
                continue
            expression = parameters.get(variable, parameters.get(f"path.{variable}"))
            found = _LINKED.fullmatch(str(expression))
            if found is not None:
                yield operation, found[1]


def _target(template: str, operation: Operation, request: Request, values: Mapping[str, str]) -> str | None:
    """The path of a template at the place of a request of an operation, with its variables and others."""
    found = match(operation.path, request.path)
    if found is None:
        return None
    path = filled(template, {**{name: unquote(value) for name, value in found.variables.items()}, **values})
    return None if path is None else f"{found.prefix}{path or '/'}"


def _alike(one: str, other: str) -> bool:
    """Whether two names differ in nothing but case and punctuation: `note_id` and `noteId`."""
    return _WORDS.sub("", one.lower()) == _WORDS.sub("", other.lower())


def _text(value: Any) -> str | None:
    """A name as a path has it; None for what cannot be one."""
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return None
    return str(value) or None


def answered_schema(operation: Operation, exchange: Exchange) -> Schema | None:
    """The schema that the contract has for an answer: by its status and media type."""
    documented = operation.documented(exchange.response.status)
    kind = media_type(exchange.response.headers.get("content-type"))
    content = documented.content if documented is not None else {}
    return next((schema for name, schema in content.items() if media_type(name) == kind), None)


def success_schema(operation: Operation) -> Schema | None:
    """The schema of the JSON answer of the first documented 2xx that has one."""
    for status, documented in operation.responses.items():
        for name, schema in documented.content.items() if status.startswith("2") else ():
            kind = media_type(name)
            if schema is not None and (kind == "application/json" or kind.endswith("+json")):
                return schema
    return None


def members_of_schema(rules: Requests, schema: Schema | None) -> dict[str, Schema]:
    """The members that objects of a schema have by name, `allOf` followed; {} where it leaves them open."""
    found: dict[str, Schema] = {}
    waiting = [schema] if schema is not None else []
    for each in waiting:
        if len(waiting) > 64:  # a schema that contains itself
            break
        resolved = rules.resolved(each)
        waiting += [part for part in resolved.get("allOf") or () if isinstance(part, Mapping)]
        properties = resolved.get("properties")
        for name, member in properties.items() if isinstance(properties, Mapping) else ():
            if isinstance(member, Mapping):
                found.setdefault(str(name), member)
    return found


def server_members(rules: Requests, operation: Operation, *schemas: Schema | None) -> frozenset[str]:
    """The members that the contract says a client cannot set: `readOnly`, or `x-contract-server-fields`."""
    said: set[str] = set()
    resolved = [rules.resolved(each) for each in schemas if each is not None]
    for place in (rules.contract.extensions, operation.extensions, *resolved):
        said |= {str(name) for name in place.get(SERVER_FIELDS) or ()}
    for schema in schemas:
        members = members_of_schema(rules, schema)
        said |= {name for name, member in members.items() if rules.resolved(member).get("readOnly") is True}
    return frozenset(said)
