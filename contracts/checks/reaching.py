"""Rule of the promise `statuses`: every documented status is reached, on purpose where it was not by generation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import ClassVar

from contracts.checks.answers import called, called_by_gateway, failure_of_function, server_error
from contracts.checks.meaning import StatusMeansWhatHttpSays
from contracts.checks.payloads import DocumentedHeadersThere, accepted_though
from contracts.checks.replay import Replay, Replayer, accepted
from contracts.checks.scope import Scope
from contracts.checks.ways import Attempt, attempts, gateway_attempts, http_status, outages
from contracts.contract import DocumentedResponse, Operation
from contracts.exchange import Corpus, Exchange, Fault, FaultPlan, Lab
from contracts.finding import ExchangeCheck, Finding, Gap, Outcome

PROMISE = "statuses"
FAULT_MAP = "x-contract-fault-map"
FAULT_MAP_KEPT = "aws-error-answered-as-documented"

# How many accepted requests of an operation are tried until one can be made again in a fresh world.
CANDIDATES = 12


@dataclass(frozen=True, slots=True)
class DocumentedStatusReached:
    """Every documented status is reached, on purpose where the requests of the run did not do it, or is a gap."""

    scope: Scope
    documented: ExchangeCheck
    headers: ExchangeCheck = field(default_factory=DocumentedHeadersThere)
    meaning: ExchangeCheck = field(default_factory=StatusMeansWhatHttpSays)
    promise: ClassVar[str] = PROMISE
    name: ClassVar[str] = "documented-status-reached"

    @property
    def rules(self) -> tuple[ExchangeCheck, ...]:
        """What every answer that was asked for on purpose must keep."""
        every = (self.documented, self.meaning, self.headers)
        return tuple(each for each in every if self.scope.asks(each.promise))

    def explore(self, corpus: Corpus, lab: Lab) -> Iterable[Outcome]:
        """Findings of the answers on the way, and a gap for each status that stays out of reach."""
        replayer = Replayer.of(corpus, lab, phase=self.name)
        by_operation: dict[int, list[Exchange]] = {}
        for exchange in corpus:
            if exchange.case.operation is not None and exchange.unavailable is None:
                by_operation.setdefault(id(exchange.case.operation), []).append(exchange)
        searches = [_Search(self, each, replayer, by_operation.get(id(each), [])) for each in self.scope.operations]
        for search in searches:
            yield from search.outcomes()
        lab.restore(replayer.fresh)
        yield from self._gateway_gaps({each.operation.name: each.reached for each in searches})

    def _gateway_gaps(self, reached: Mapping[str, Mapping[int, int]]) -> Iterator[Gap]:
        """One gap for each status that only the gateway answers and did not: it is not the handler's to reach."""
        missing: dict[str, list[tuple[Operation, DocumentedResponse]]] = {}
        for operation in self.scope.operations:
            statuses = reached[operation.name]
            for documented in operation.responses.values():
                if documented.owner == "gateway" and not documented.unreachable and not _met(documented, statuses):
                    missing.setdefault(documented.status, []).append((operation, documented))
        for status, places in missing.items():
            names = ", ".join(operation.name for operation, _ in places)
            only = places[0][0].name if len(places) == 1 else None
            of = "" if only else f" ({names})"
            message = f"{status} is API Gateway's own and no request of the run made it answer so{of}"
            yield Gap(PROMISE, self.name, only, message, places[0][1].location)


def _met(documented: DocumentedResponse, statuses: Iterable[int]) -> bool:
    if documented.status == "default":
        return True
    return any(documented.status in (str(status), f"{status // 100}XX") for status in statuses)


@dataclass(slots=True)
class _Search:
    """The search for the statuses of one operation."""

    check: DocumentedStatusReached
    operation: Operation
    replayer: Replayer
    exchanges: list[Exchange]
    reached: Counter[int] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)

    def outcomes(self) -> Iterator[Outcome]:
        self.reached.update(each.response.status for each in self.exchanges)
        if not self.exchanges or not self.operation.responses:
            return
        yield from self._successes()
        candidates = accepted(self.exchanges)
        if not candidates:
            yield from self._nothing_accepted()
            return
        base = self._baseline(candidates)
        if base is not None:
            self._gateways_own(*base)
            yield from self._fault_map(*base)
        yield from self._told()
        for documented in self._missing():
            reason = self._reason(documented, base)
            yield from self._told()
            if reason is not None:
                yield self._gap(
                    f"{self.operation.name} documents {documented.status}, not reached: {reason}", documented
                )

    def _told(self) -> list[Finding]:
        found, self.findings = self.findings, []
        return found

    def _gap(self, message: str, documented: DocumentedResponse | None = None) -> Gap:
        place = documented.location if documented is not None else self.operation.location
        return Gap(PROMISE, self.check.name, self.operation.name, message, place)

    def _missing(self) -> list[DocumentedResponse]:
        return [
            each
            for each in self.operation.responses.values()
            if not each.unreachable
            and each.owner != "gateway"
            and not each.status.startswith("2")
            and not _met(each, self.reached)
        ]

    def _successes(self) -> Iterator[Gap]:
        """A success that no request reached: what the run says of the operation is worth little, so it comes first."""
        if not any(200 <= status < 300 for status in self.reached):
            return
        for documented in self.operation.responses.values():
            promised = (
                documented.status.startswith("2") and not documented.unreachable and documented.owner != "gateway"
            )
            if promised and not _met(documented, self.reached):
                answered = ", ".join(str(status) for status in sorted(self.reached))
                message = f"{self.operation.name} documents {documented.status}, which no request reached ({answered})"
                yield self._gap(message, documented)

    def _nothing_accepted(self) -> Iterator[Gap]:
        missing = ", ".join(each.status for each in self._missing())
        answered = ", ".join(f"{status} x {count}" for status, count in sorted(self.reached.items()))
        rest = f", so {missing} could not be asked for on purpose" if missing else ""
        yield self._gap(f"no request of {self.operation.name} was accepted ({answered}){rest}")

    def _baseline(self, candidates: list[Exchange]) -> tuple[Exchange, Replay] | None:
        """An accepted exchange that is accepted again in a fresh world, and its replay."""
        for exchange in candidates[:CANDIDATES]:
            again = self.replayer.replay(exchange)
            if again is not None and 200 <= again.exchange.response.status < 300:
                return exchange, again
        return None

    def _gateways_own(self, exchange: Exchange, again: Replay) -> None:
        """Ask for the statuses that are the gateway's own, where a request, a caller or a service brings them."""
        for documented in self.operation.responses.values():
            if documented.owner != "gateway" or documented.unreachable or _met(documented, self.reached):
                continue
            rules = self.check.scope.requests
            ways = [*gateway_attempts(rules, self.operation, documented.status, again.exchange)]
            for attempt in (*ways, *(self._others() if documented.status == "403" else ())):
                if not _met(documented, self.reached):
                    self._try(exchange, attempt)
            status = int(documented.status) if documented.status.isdecimal() else 0
            for fault in outages(status, called_by_gateway(again.exchange)):
                if not _met(documented, self.reached):
                    self._faulted(exchange, fault)

    def _reason(self, documented: DocumentedResponse, base: tuple[Exchange, Replay] | None) -> str | None:
        """Try to reach a status; None when that worked, else why not."""
        if base is None:
            return "no accepted request of it can be made again in a fresh world"
        if not documented.status.isdecimal():
            return "no request was answered in this range"
        exchange, again = base
        status = int(documented.status)
        ways = [*attempts(self.check.scope.requests, self.operation, status, again.exchange)]
        ways += self._others() if status == 403 else ()
        tried = [self._try(exchange, attempt) for attempt in ways]
        for fault in outages(status, called(again.exchange)):
            if status in self.reached:
                break
            failed = self._faulted(exchange, fault)
            if failed is not None:
                code = failed.exchange.response.status
                tried.append(f"an injected {fault.error} of {fault.service}:{fault.operation} was answered {code}")
        if status in self.reached:
            return None
        return "; ".join(dict.fromkeys(tried)) if tried else "nothing here knows how to make it happen on purpose"

    def _others(self) -> Iterator[Attempt]:
        """The same request as each other identity: one of them may lack a right."""
        callers = self.check.scope.callers
        for identity in callers.able.get(self.operation.name, ())[1:]:
            change = partial(callers.made_by, identity, self.operation)
            yield Attempt(f"as {identity.name}", change)

    def _try(self, exchange: Exchange, attempt: Attempt) -> str:
        replay = self.replayer.replay(exchange, attempt.first or attempt.change, warm=True)
        if replay is not None and attempt.first is not None:
            request = attempt.change(replay.exchange.case.request)
            replay = Replay(replay.exchanges, self.replayer.conduct(self.operation, request))
        if replay is None or replay.exchange.unavailable is not None:
            return f"the same request {attempt.what} could not be made"
        status = replay.exchange.response.status
        self.reached[status] += 1
        found = [each for rule in self.check.rules for each in rule.after_exchange(replay.exchange)]
        broken = server_error(replay.exchange, self.operation.name)
        if broken is not None and self.check.scope.asks("payloads"):
            found.append(broken)
        if 200 <= status < 300 and attempt.wrong is not None and self.check.scope.asks("payloads"):
            found.append(accepted_though(self.operation, replay.exchange, attempt.wrong))
        self.findings += [replace(each, exchanges=replay.exchanges) for each in found]
        return f"the same request {attempt.what} was answered {status}"

    def _faulted(self, exchange: Exchange, fault: Fault) -> Replay | None:
        """The answer under a fault; None when the fault met no call."""
        replay = self.replayer.failing(exchange, FaultPlan((fault,)))
        if replay is None or replay.exchange.unavailable is not None:
            return None
        self.reached[replay.exchange.response.status] += 1
        # Which statuses a failure of AWS may have is asked elsewhere; what stands beside them is asked here.
        rules = [rule for rule in self.check.rules if rule is not self.check.documented]
        found = [each for rule in rules for each in rule.after_exchange(replay.exchange)]
        self.findings += [replace(each, exchanges=replay.exchanges) for each in found]
        return replay

    def _fault_map(self, exchange: Exchange, again: Replay) -> Iterator[Outcome]:
        """Each AWS error that the contract maps to a status is answered so, for one at least of the calls."""
        for key, wanted in fault_map(self.check.scope, self.operation).items():
            service, mark, error = key.partition(":")
            if not mark or not wanted:
                yield self._gap(f"{FAULT_MAP} of {self.operation.name}: `{key}` is not `service:ErrorCode: status`")
                continue
            if not any(str(status) in self.operation.responses for status in wanted):
                continue
            code = http_status(error)
            met = [
                (fault, replay)
                for met_service, operation in called(again.exchange)
                if met_service == service
                for fault, replay in self._failing(exchange, Fault(service, operation, error, status=code))
            ]
            if met and not any(replay.exchange.response.status in wanted for _, replay in met):
                yield self._mismatch(*met[-1], wanted)

    def _failing(self, exchange: Exchange, fault: Fault) -> Iterator[tuple[Fault, Replay]]:
        """The answer when the first such call fails; where the function recovers from that, when every one does."""
        for each in (fault, replace(fault, call=None)):
            replay = self._faulted(exchange, each)
            if replay is not None:
                yield each, replay
            if replay is None or replay.exchange.response.status >= 300:
                return

    def _mismatch(self, fault: Fault, replay: Replay, wanted: tuple[int, ...]) -> Finding:
        status = replay.exchange.response.status
        promised = " or ".join(str(each) for each in wanted)
        cause = failure_of_function(replay.exchange)
        message = (
            f"{self.operation.name} answered {status} when {fault.service}:{fault.operation} failed with {fault.error}"
            f"{f' (its function {cause})' if cause else ''}; its contract says {promised}"
        )
        root = f"{fault.service} {promised} {status}"
        return Finding(PROMISE, FAULT_MAP_KEPT, self.operation.name, message, replay.exchanges, root)


def fault_map(scope: Scope, operation: Operation) -> dict[str, tuple[int, ...]]:
    """The statuses that the contract gives to AWS errors, the operation's own entries before the document's."""
    mapped: dict[str, tuple[int, ...]] = {}
    for extensions in (scope.contract.extensions, operation.extensions):
        entries = extensions.get(FAULT_MAP)
        for key, value in entries.items() if isinstance(entries, Mapping) else ():
            values = value if isinstance(value, list) else [value]
            mapped[str(key)] = tuple(int(each) for each in values if str(each).isdecimal())
    return mapped
