"""Rules of the promise `statuses`: who shows no credentials, or wrong ones, is refused and told so (RFC 9110, 15.5)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import ClassVar

from contracts.checks.answers import handler_invocation
from contracts.checks.effects import NOT_STATE, differences, said, wrote
from contracts.checks.identities.forgery import Forgery, absent, forged
from contracts.checks.replay import Prepared, Replayer, accepted
from contracts.checks.scope import Scope
from contracts.contract import Operation
from contracts.exchange import AwsCall, Corpus, Exchange, Lab
from contracts.finding import Finding, Outcome

# How many accepted requests of an operation are tried until one can be made again.
CANDIDATES = 4

# What a function may read to find out who calls: keys and secrets.
OF_CREDENTIALS = (*NOT_STATE, "ssm:", "secretsmanager:")

# A refusal: who is not known, who may not, whom one does not tell what there is, and who asks too often.
REFUSALS = frozenset({401, 403, 404, 429})
# The root of an operation that fails over credentials that it does not know.
FAILED = "failed"


@dataclass(frozen=True, slots=True)
class CredentialsAreAskedFor:
    """What asks for credentials lets nobody in without, or with wrong ones, and does nothing for them."""

    scope: Scope
    promise: ClassVar[str] = "statuses"
    name: ClassVar[str] = "credentials-are-asked-for"

    def explore(self, corpus: Corpus, lab: Lab) -> Iterable[Outcome]:
        """
        Ask each operation without credentials, and with each forgery of its caller's.

        One authorizer is asked about forgeries once, whatever the operations behind it.
        """
        replayer = Replayer.of(corpus, lab, phase=self.name)
        asked: set[tuple[str, ...]] = set()
        for operation in self.scope.operations:
            needs = self.scope.callers.needed(operation)
            if not needs and operation.name not in self.scope.callers.secured:
                continue
            prepared = _prepared(operation, replayer)
            if prepared is None:
                continue
            finding = _Trial(self.scope, operation, prepared, replayer).finding(asked)
            if finding is not None:
                yield finding
        lab.restore(replayer.fresh)


def _prepared(operation: Operation, replayer: Replayer) -> Prepared | None:
    """The world before an accepted request of the operation, and that request."""
    for exchange in accepted(replayer.corpus.of(operation))[:CANDIDATES]:
        prepared = replayer.prepared(exchange)
        if prepared is not None:
            return prepared
    return None


@dataclass(frozen=True, slots=True)
class _Trial:
    """One operation, asked by callers that it must not let in."""

    scope: Scope
    operation: Operation
    prepared: Prepared
    replayer: Replayer

    def finding(self, asked: set[tuple[str, ...]]) -> Finding | None:
        request = self.prepared.case.request
        for forgery in absent(self.scope, self.operation, request):
            found = self._judged(forgery, self._asked(forgery))
            if found is not None:
                return found
        # What nobody is known to have nobody can forge.
        known = self.scope.callers.of(self.operation) is not None
        for forgery in forged(self.scope, self.operation, request, asked) if known else ():
            found = self._judged(forgery, self._asked(forgery))
            if found is not None:
                return found
        return None

    def _asked(self, forgery: Forgery) -> Exchange:
        if forgery.at is not None:
            self.replayer.lab.set_clock(forgery.at)
        return self.replayer.conduct(
            self.operation, forgery.make(self.prepared.case.request), verbatim=forgery.verbatim
        )

    def _judged(self, forgery: Forgery, exchange: Exchange) -> Finding | None:
        if exchange.unavailable is not None:
            return None
        found = self._not_refused(forgery, exchange) or self._other_refusal(forgery, exchange)
        return None if found is None else self._found(*found, exchange)

    def _not_refused(self, forgery: Forgery, exchange: Exchange) -> tuple[str, str] | None:
        """What was done for somebody who should not be let in, and the root; None when nothing."""
        name, status = self.operation.name, exchange.response.status
        if 200 <= status < 300 or status == 304:
            return f"{name} answered {status} to a caller {forgery.what}", "let in"
        if status >= 500:
            return f"{name} answered {status}, which is no refusal, to a caller {forgery.what}", FAILED
        done = _done(exchange, forgery)
        if done is None:
            return None
        return f"{name} answered {status} to a caller {forgery.what}, but its function {done}", "did something"

    def _other_refusal(self, forgery: Forgery, exchange: Exchange) -> tuple[str, str] | None:
        """Why a refusal is not the one that who shows nothing gets, and the root; None when it is."""
        name, status = self.operation.name, exchange.response.status
        documented = [each for each in ("401", "403") if each in self.operation.responses]
        # Where to log in is a refusal, too.
        if not forgery.missing or not documented or 300 <= status < 400:
            return None
        said = f"{name} answered {status} to a caller {forgery.what}"
        if status not in REFUSALS:
            return f"{said}, where its contract documents {' or '.join(documented)}", "other refusal"
        # What the gateway answers by itself, to a missing API key too, is not for anybody to choose.
        chosen = exchange.invocations and not self.scope.callers.needed(self.operation).api_key
        if status == 403 and "401" in documented and chosen:
            return f"{said}: who is not known is answered 401, which its contract documents", "403 for 401"
        return None

    def _found(self, message: str, root: str, exchange: Exchange) -> Finding:
        evidence = (*self.prepared.history, exchange)
        check = CredentialsAreAskedFor
        return Finding(check.promise, check.name, self.operation.name, message, evidence, root)


def _done(exchange: Exchange, forgery: Forgery) -> str | None:
    """What the function did for somebody whom it refused; None when nothing, or nobody looked."""
    invocation = handler_invocation(exchange)
    if invocation is None:
        return None
    changes = differences(exchange)
    if changes:
        return said(changes[0])
    calls: Iterable[AwsCall] = (
        invocation.calls if forgery.missing else wrote(replace(exchange, invocations=(invocation,)))
    )
    found = next((each for each in calls if not each.action.startswith(OF_CREDENTIALS)), None)
    return None if found is None else f"called {found.action}"


@dataclass(frozen=True, slots=True)
class KnownCallersAreForbidden:
    """Who is known, but may not, is answered 403 and not 401, where the contract documents both."""

    scope: Scope
    promise: ClassVar[str] = "statuses"
    name: ClassVar[str] = "known-callers-are-forbidden"

    def explore(self, corpus: Corpus, lab: Lab) -> Iterable[Outcome]:
        """Ask each operation as each configured identity that has what it needs."""
        replayer = Replayer.of(corpus, lab, phase=self.name)
        matrix = _Matrix(self.scope, replayer)
        for operation in self.scope.contract.operations:
            if len(self.scope.callers.able.get(operation.name, ())) > 1:
                matrix.ask(operation)
        yield from matrix.findings()
        lab.restore(replayer.fresh)


@dataclass(frozen=True, slots=True)
class _Matrix:
    """What each operation answered to each identity."""

    scope: Scope
    replayer: Replayer
    answers: dict[tuple[str, str], tuple[Operation, Exchange]] = field(default_factory=dict)

    def ask(self, operation: Operation) -> None:
        prepared = _prepared(operation, self.replayer)
        if prepared is None:
            return
        for identity in self.scope.callers.able[operation.name][1:]:
            request = self.scope.callers.made_by(identity, operation, prepared.case.request)
            self.answers[operation.name, identity.name] = operation, self.replayer.conduct(operation, request)

    def findings(self) -> Iterator[Finding]:
        for (name, identity), (operation, exchange) in self.answers.items():
            both = {"401", "403"} <= set(operation.responses)
            if exchange.response.status != 401 or not exchange.invocations or not both or exchange.unavailable:
                continue
            known = next(self._knowing(identity, operation), None)
            if known is None or operation not in self.scope.operations:
                continue
            message = (
                f"{name} answered 401 to {identity}, whom {known.case.operation.name if known.case.operation else ''} "
                f"knows ({known.response.status}): a caller who may not is answered 403, which its contract documents"
            )
            check = KnownCallersAreForbidden
            yield Finding(check.promise, check.name, name, message, (known, exchange), "401 for 403")

    def _knowing(self, identity: str, operation: Operation) -> Iterator[Exchange]:
        """Answers of operations with the same guard that knew an identity."""
        needs = self.scope.callers.needed(operation)
        for (_, name), (other, exchange) in self.answers.items():
            alike = self.scope.callers.needed(other) == needs and other.security == operation.security
            if name == identity and alike and 200 <= exchange.response.status < 300:
                yield exchange
