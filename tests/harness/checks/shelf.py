"""A shelf of books in memory, as a lab: lists, filters, entity tags, conditions and idempotency keys, with any flaw."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from contracts.contract import Contract, DocumentedResponse, Operation, Parameter, RequestBody
from contracts.errors import Location
from contracts.exchange import Case, Change, Corpus, Difference, Exchange, FaultPlan, Reference
from contracts.http import Headers, Request, Response

HERE = Location("openapi.yaml", 1)
JSON = "application/json"
BOOK, NEW = {"$ref": "#/components/schemas/Book"}, {"$ref": "#/components/schemas/NewBook"}
_SETTABLE = {
    "title": {"type": "string", "minLength": 1, "maxLength": 10_000},
    "genre": {"type": "string", "enum": ["crime", "poems"]},
    "blurb": {"type": "string", "maxLength": 40},
    "lent": {"type": "boolean"},
}
_OWN = {
    "id": {"type": "string", "readOnly": True},
    "version": {"type": "integer", "readOnly": True},
    "created_at": {"type": "string", "format": "date-time", "readOnly": True},
    "updated_at": {"type": "string", "format": "date-time", "readOnly": True},
}
SCHEMAS = {
    "Book": {"type": "object", "properties": {**_SETTABLE, **_OWN}},
    "NewBook": {"type": "object", "required": ["title", "genre"], "properties": {**_SETTABLE, **_OWN}},
    "Page": {
        "type": "object",
        "properties": {"books": {"type": "array", "items": BOOK}, "next": {"type": "string"}},
    },
}


def _query(name: str, schema: Mapping[str, Any]) -> Parameter:
    return Parameter(name, "query", False, schema, HERE)


def _header(name: str) -> Parameter:
    return Parameter(name, "header", False, {"type": "string"}, HERE)


def _operation(name: str, method: str, path: str, answers: Mapping[str, Any], **more: Any) -> Operation:
    responses = {
        status: DocumentedResponse(status, (), {JSON: schema} if schema else {}, HERE)
        for status, schema in answers.items()
    }
    body = RequestBody(True, {JSON: more.pop("body")}) if "body" in more else None
    path_parameters = (Parameter("id", "path", True, {"type": "string"}, HERE),) if "{" in path else ()
    parameters = (*path_parameters, *more.pop("parameters", ()))
    return Operation(name, method, path, parameters, body, responses, None, HERE, **more)


# How a list may be taken in pages, beside a cursor: the parameter, and its schema.
PAGED: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "cursor": ("cursor", {"type": "string"}),
    "offset": ("offset", {"type": "integer", "minimum": 0}),
    "page": ("page", {"type": "integer", "minimum": 1, "default": 1}),
    "link": ("from", {"type": "string"}),
}


def contract(*, schemas: bool = True, paged: str = "cursor") -> Contract:
    """The contract of the shelf, with or without the schemas of its answers, its list in pages of one kind."""
    book, page = (BOOK, {"$ref": "#/components/schemas/Page"}) if schemas else (None, None)
    listing = (
        _query("limit", {"type": "integer", "minimum": 1, "maximum": 10, "default": 6}),
        _query(*PAGED[paged]),
        _query("genre", {"type": "string", "enum": ["crime", "poems"]}),
        _query("sort", {"type": "string", "enum": ["created", "-created"], "default": "created"}),
    )
    page_of = {"limit": "limit", "cursor": "cursor", "items": "books", "next": "next"}
    page_of = page_of if schemas and paged == "cursor" else {}
    absent = dict.fromkeys(("304", "404", "409"))
    matching, knowing = (_header("If-Match"),), (_header("If-None-Match"),)
    operations = (
        _operation("createBook", "POST", "/books", {"201": book}, body=NEW, parameters=(_header("Idempotency-Key"),)),
        _operation(
            "listBooks", "GET", "/books", {"200": page}, parameters=listing,
            extensions={"x-contract-page": page_of} if page_of else {},
        ),
        _operation("getBook", "GET", "/books/{id}", {"200": book, **absent}, parameters=knowing),
        _operation("headBook", "HEAD", "/books/{id}", {"200": None, **absent}, parameters=knowing),
        _operation(
            "replaceBook", "PUT", "/books/{id}", {"200": book, "404": None, "412": None, "428": None},
            body=NEW, parameters=matching,
        ),
        _operation("deleteBook", "DELETE", "/books/{id}", {"204": None, "404": None, "412": None}, parameters=matching),
    )  # fmt: skip
    return Contract("Shelf", "openapi.yaml", {"openapi": "3.0.1"}, operations, HERE, schemas=SCHEMAS)


@dataclass
class Shelf:
    """
    The service.

    Attributes:
        flaws: What is wrong with it, or how it differs, by name.
    """

    contract: Contract
    flaws: frozenset[str] = frozenset()
    books: dict[str, dict[str, Any]] = field(default_factory=dict)
    keys: dict[str, tuple[bytes, Response]] = field(default_factory=dict)
    made: int = 0
    moment: int = 0

    def snapshot(self) -> Any:
        return {name: dict(each) for name, each in self.books.items()}, dict(self.keys), self.made

    def restore(self, snapshot: Any, *, warm: bool = False) -> None:
        books, keys, self.made = snapshot
        self.books, self.keys = {name: dict(each) for name, each in books.items()}, dict(keys)
        self.moment = 0

    def difference(self, before: Any, after: Any) -> Change:
        return Change()

    def set_clock(self, moment: datetime) -> None:
        pass

    @contextmanager
    def faults(self, plan: FaultPlan) -> Iterator[None]:
        yield

    def conduct(self, case: Case) -> Exchange:
        self.moment += 1
        before = {name: dict(each) for name, each in self.books.items()}
        response = self._answer(case.request)
        changed = tuple(
            Difference("item", "books", {"id": {"S": name}}, _item(before.get(name)), _item(self.books.get(name)))
            for name in {**before, **self.books}
            if before.get(name) != self.books.get(name)
        )
        return Exchange(case, response, None, Change(changed))

    def corpus(self) -> Corpus:
        """What generation would have found out: each operation accepted once, on what exists."""
        create = self._case("createBook", "POST", "/v1/books")
        made = self.conduct(create)
        where = made.response.headers.get("location") or ""
        reference = Reference("path", "id", create.id, "$response.body#/id", where.rpartition("/")[2])
        tag = made.response.headers.get("etag") or '"none"'
        put = self._case("replaceBook", "PUT", where)
        request = replace(put.request, headers=put.request.headers.adding("If-Match", tag))
        cases = [
            replace(put, request=request, references=(reference,)),
            self._case("listBooks", "GET", "/v1/books"),
            replace(self._case("getBook", "GET", where), references=(reference,)),
        ]
        exchanges = (made, *(self.conduct(each) for each in cases))
        self.restore(({}, {}, 0))
        return Corpus(exchanges)

    def _case(self, name: str, method: str, target: str) -> Case:
        operation = self._of(name)
        body = json.dumps({"title": "a", "genre": "crime"}).encode() if operation.request_body else None
        headers = Headers((("Host", "api.example"), ("Content-Type", JSON))) if body else Headers()
        return Case(f"case-{name}", operation, Request(method, target, headers, body), "fuzzing", valid=True)

    def _of(self, name: str) -> Operation:
        return next(each for each in self.contract.operations if each.name == name)

    def _has(self, flaw: str) -> bool:
        return flaw in self.flaws

    def _answer(self, request: Request) -> Response:
        name = request.path.removeprefix("/v1/books").strip("/")
        if request.method == "POST":
            return self._keyed(request)
        if not name:
            return self._list(dict(parse_qsl(request.query)))
        return self._one(request, name)

    def _keyed(self, request: Request) -> Response:
        key = request.headers.get("idempotency-key")
        key = key[:20] if key is not None and self._has("key-cut") else key
        if key is None or self._has("key-ignored"):
            return self._create(request)
        known = self.keys.get(key)
        if self._has("key-refused"):
            return Response(409)
        if known is not None and known[0] != request.body and not self._has("key-for-any-body"):
            return Response(422)
        if known is not None:
            return replace(known[1], status=200) if self._has("key-answers-200") else known[1]
        self.keys[key] = request.body or b"", self._create(request)
        return self.keys[key][1]

    def _create(self, request: Request) -> Response:
        sent = json.loads(request.body or b"")
        self.made += 1
        name = "b0" if self._has("one-name") else f"b{self.made}"
        own = {"id": name, "version": 1, "created_at": f"2026-01-01T00:{self.made:02}:00Z", "updated_at": self._now()}
        allowed = {**own, **{each: sent[each] for each in ("version",) if each in sent and self._has("version-taken")}}
        book = {**{each: value for each, value in sent.items() if each in _SETTABLE}, **allowed}
        self.books[name] = self._kept(book)
        answered = {**book, "version": 7} if self._has("create-answers-version-7") else self.books[name]
        tag = '"other"' if self._has("create-answers-other-tag") else self._tag(self.books[name])
        return _json(201, answered, Location=f"/v1/books/{name}", ETag=tag)

    def _now(self) -> str:
        return f"2026-01-02T00:{self.moment // 60:02}:{self.moment % 60:02}.250Z"

    def _kept(self, book: dict[str, Any]) -> dict[str, Any]:
        title = book["title"]
        changes = {
            "title-cut": title[:1000], "title-stripped": title.strip(),
            "title-normalised": unicodedata.normalize("NFC", title), "title-lower": title.lower(),
        }  # fmt: skip
        kept = {**book, "title": next((text for flaw, text in changes.items() if self._has(flaw)), title)}
        return {each: value for each, value in kept.items() if each != "blurb" or not self._has("blurb-lost")}

    def _tag(self, book: Mapping[str, Any]) -> str:
        if self._has("tag-stays"):
            return f'"{book["id"]}"'
        text = hashlib.sha256(json.dumps(book, sort_keys=True).encode()).hexdigest()
        tag = f'"{text[:16]}{self.moment if self._has("tag-of-moment") else ""}"'
        return tag.strip('"') if self._has("tag-unquoted") else f"W/{tag}" if self._has("tag-weak") else tag

    def _one(self, request: Request, name: str) -> Response:
        book = self.books.get(name)
        if book is None or ("gone" in book and request.method != "GET"):
            if request.method == "PUT" and self._has("put-creates"):
                self.books[name] = {**json.loads(request.body or b""), "id": name}
                return _json(200, self.books[name])
            if request.method == "DELETE" and self._has("delete-is-always-204"):
                return Response(204)
            return Response(409 if request.method in self._conflicts() else 404)
        if "gone" in book:
            return Response(404)
        if request.method in ("GET", "HEAD"):
            return self._read(request, book)
        return self._write(request, book)

    def _conflicts(self) -> tuple[str, ...]:
        return ("GET", "HEAD") if self._has("unknown-is-409") else ()

    def _read(self, request: Request, book: dict[str, Any]) -> Response:
        tag = self._tag(book)
        known = (request.headers.get("if-none-match") or "").split(", ")
        if tag in (known[:1] if self._has("first-tag-counts") else known) and not self._has("never-304"):
            return Response(412 if self._has("known-is-412") else 304, Headers((("ETag", tag),)))
        shown = {**book, "title": book["title"][:50]} if self._has("get-shows-preview") else book
        answer = _json(200, shown, ETag=tag)
        if request.method == "HEAD":
            lines = () if self._has("head-without-tag") else answer.headers.lines
            return Response(200, Headers(lines))
        return answer

    def _write(self, request: Request, book: dict[str, Any]) -> Response:
        wanted = request.headers.get("if-match")
        if wanted is not None and self._has("weak-tag-accepted"):
            wanted = wanted.removeprefix("W/")
        if wanted is None and request.method == "PUT" and not self._has("put-without-condition"):
            return Response(409 if self._has("unconditional-is-409") else 428)
        if wanted == self._tag(book) and self._has("condition-not-seen"):
            return Response(428)
        several = (wanted or "*").split(", ")[:1] if self._has("first-wanted-counts") else (wanted or "*").split(", ")
        if not {"*", self._tag(book)} & set(several) and not self._has("stale-accepted"):
            return Response(404 if self._has("stale-is-404") else 412)
        if request.method == "DELETE":
            if self._has("deleted-stays-listed"):
                book["gone"] = True
            else:
                del self.books[book["id"]]
            return Response(204)
        sent = json.loads(request.body or b"")
        counted = book["version"] if self._has("version-stays") else book["version"] + 1
        created = f"2026-01-02T00:{self.moment % 60:02}:00Z" if self._has("created-anew") else book["created_at"]
        updated = book["updated_at"] if self._has("updated-stays") else self._now()
        own = {"id": book["id"], "version": counted, "created_at": created, "updated_at": updated}
        tag = self._tag(book)
        if self._has("put-keeps-the-old"):
            self.books[f"{book['id']} {book['version']}"] = book
        self.books[book["id"]] = {**{each: value for each, value in sent.items() if each in _SETTABLE}, **own}
        now = self._tag(self.books[book["id"]])
        if self._has("put-answers-before"):
            return _json(200, book, ETag=tag)
        return _json(200, self.books[book["id"]], ETag=tag if self._has("put-answers-old-tag") else now)

    def _list(self, asked: dict[str, str]) -> Response:
        if not re.fullmatch(r"at:\d+", asked.get("cursor", "at:0")):
            return Response(500 if self._has("cursor-fails") else 400)
        books = sorted(self.books.values(), key=lambda each: str(each["created_at"]))
        descending = asked.get("sort") == "-created" and not ("genre" in asked and self._has("filtered-in-one-order"))
        if descending != self._has("other-way-round"):
            books.reverse()
        genre = None if self._has("filter-ignored") else asked.get("genre")
        limit = int(asked.get("limit", "9" if self._has("default-ignored") else "6"))
        start = int(asked.get("cursor", asked.get("from", "at:0"))[3:]) + int(asked.get("offset", "0"))
        start += (int(asked.get("page", "1")) - 1) * limit
        if start:
            start += self._has("page-skips-one") - self._has("page-repeats-one")
        taken = books[start : start + limit + (1 if self._has("page-too-long") else 0)]
        shown = [{key: each[key] for key in each if key != "gone"} for each in taken]
        found = [each for each in shown if genre in (None, each["genre"])]
        if self._has("list-shows-preview"):
            found = [{**each, "title": each["title"][:50]} for each in found]
        if self._has("list-is-empty"):
            found = []
        following = start + limit - (1 if self._has("page-overlaps") and limit > 1 else 0)
        following += 1 if self._has("page-skips") and limit > 1 else 0
        more = following < len(books) - (0 if not self._has("empty-last-page") else -1)
        page: dict[str, Any] = {"books": found}
        linked = any(each.name == "from" for each in self._of("listBooks").parameters)
        if linked and more:
            query = "&".join(f"{name}={value}" for name, value in {**asked, "from": f"at:{following}"}.items())
            return _json(200, page, Link=f'</v1/books?{query}>; rel="next"')
        if any(each.name in ("offset", "page") for each in self._of("listBooks").parameters):
            return _json(200, page)
        if (more and (found or not self._has("empty-page-ends"))) or self._has("never-ends"):
            page["next"] = f"at:{following}"
        return _json(200, page)


def _item(book: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    return None if book is None else {name: {"S": str(value)} for name, value in book.items()}


def _json(status: int, value: Any, **headers: str) -> Response:
    return Response(status, Headers((("Content-Type", JSON), *headers.items())), json.dumps(value).encode())
