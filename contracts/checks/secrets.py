"""Rule of the promise `payloads`: no secret of a request or of a configuration is written to a log (CWE-532)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import unquote_plus

from contracts.checks.paths import reaches
from contracts.checks.replay import MISSING, query_value
from contracts.checks.scope import Scope
from contracts.contract import Operation
from contracts.exchange import Exchange, Invocation
from contracts.finding import Finding
from contracts.http import Request

# Credentials by name, whatever the contract says of security.
CREDENTIALS = ("authorization", "x-api-key")
# Shorter texts, or texts of the same few characters, may stand in a log by chance.
SHORTEST = 8
FEWEST_CHARACTERS = 5


@dataclass(frozen=True, slots=True)
class Secret:
    """A text that nobody but its owner may read, and what it is, in words."""

    what: str
    text: str

    @property
    def distinctive(self) -> bool:
        """Whether it cannot stand anywhere by chance."""
        return len(self.text) >= SHORTEST and len(set(self.text)) >= FEWEST_CHARACTERS


@dataclass(frozen=True, slots=True)
class NothingSecretInTheLog:
    """Credentials, passwords and secrets of the configuration are in no function's log."""

    scope: Scope
    promise: ClassVar[str] = "payloads"
    name: ClassVar[str] = "nothing-secret-in-the-log"

    def after_exchange(self, exchange: Exchange) -> Iterable[Finding]:
        """Every kind of secret that a function wrote, each once."""
        operation = exchange.case.operation
        if operation is None or exchange.unavailable is not None or not reaches(operation, exchange.case.request.path):
            return
        said: set[str] = set()
        for invocation in exchange.invocations or ():
            for secret in self._written(operation, exchange.case.request, invocation):
                if secret.what not in said:
                    said.add(secret.what)
                    message = f"{invocation.function.logical_id}, asked for {operation.name}, logged {secret.what}"
                    yield Finding(self.promise, self.name, operation.name, message, (exchange,), secret.what)

    def _written(self, operation: Operation, request: Request, invocation: Invocation) -> Iterator[Secret]:
        log = invocation.reply.log
        if not log:
            return
        for secret in (*self._of_request(operation, request), *_of_configuration(invocation)):
            if secret.distinctive and (secret.text in log or json.dumps(secret.text)[1:-1] in log):
                yield secret

    def _of_request(self, operation: Operation, request: Request) -> Iterator[Secret]:
        secrets = [*self._credentials(request), *self._passwords(operation, request)]
        carried = [
            unquote_plus(request.target),
            (request.body or b"").decode("utf-8", "replace"),
            *(text for _, text in request.headers),
        ]
        for secret in secrets:
            if sum(text.count(secret.text) for text in carried) <= 1:  # else a log may have it from elsewhere
                yield secret

    def _credentials(self, request: Request) -> Iterator[Secret]:
        schemes = self.scope.contract.security_schemes.values()
        declared = {(str(each.get("in")), str(each.get("name"))) for each in schemes if each.get("type") == "apiKey"}
        names = {name.lower() for place, name in declared if place == "header"} | set(CREDENTIALS)
        for name, value in request.headers:
            if name.lower() in names:
                scheme, space, credential = value.strip().partition(" ")
                yield Secret(f"the {name} header of the request", (credential if space else scheme).strip())
        for place, name in sorted(declared):
            key = query_value(request, name) if place == "query" else MISSING
            if isinstance(key, str):
                yield Secret(f"the query parameter {name} of the request, a credential", key)

    def _passwords(self, operation: Operation, request: Request) -> Iterator[Secret]:
        for member in self.scope.requests.members(operation, request):
            if member.schema.get("format") == "password" and isinstance(member.value, str):
                yield Secret(f"`{member.name.removeprefix('/')}` of the request, a password", member.value)


def _of_configuration(invocation: Invocation) -> Iterator[Secret]:
    for text in invocation.function.secrets:
        yield Secret("a NoEcho parameter of its template", text)
