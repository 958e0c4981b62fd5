"""The whole sentence: what is read, generated, asked and concluded, in this order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from time import monotonic

from contracts import checks, coverage
from contracts.cases import Conformance, Generation, generate
from contracts.checks.form import FormOfRequests
from contracts.checks.methods import SafeMethodWritesNothing
from contracts.checks.replay import Replayer
from contracts.checks.requests import Requests
from contracts.checks.scope import narrowed
from contracts.checks.sequences.asked import ReadsShowWhatWasAskedFor
from contracts.checks.traces import RefusedRequestLeavesNoTrace
from contracts.exchange import Corpus, Snapshot
from contracts.finding import (
    ActiveCheck,
    Check,
    ExchangeCheck,
    Failure,
    Finding,
    Gap,
    HistoryCheck,
    Outcome,
    Unavailable,
    Verdict,
)
from contracts.interruption import Interruption
from contracts.run.concluding import concluded, ordered, ruled
from contracts.run.defects import not_judged, unavailable_by
from contracts.run.garbage import leave_alone, left_alone
from contracts.run.overhearing import Overhearing
from contracts.run.service import Service
from contracts.run.shrinking import Shrinking
from contracts.run.subject import Settings, Subject, read, standing
from contracts.run.supporting import supporting
from contracts.run.verdict import distinct, fingerprint, rows, unreached
from contracts.run.watching import Nobody, WatchedLab, Watcher

# A failure more than these is shown as it was found: making each smaller costs up to 150 requests.
SHRUNK_FAILURES = 12

# Asked of the requests of checks, too: they meet states in which no generated request found the service.
WATCHMEN = (SafeMethodWritesNothing, RefusedRequestLeavesNoTrace, ReadsShowWhatWasAskedFor)


def run(settings: Settings, *, watch: Watcher | None = None, interruption: Interruption | None = None) -> Verdict:
    """
    Hold a service to its promise, in process, on mocked AWS services.

    Args:
        watch: Is told how far the run has come.
        interruption: What may end it early, open already; SIGINT (Ctrl-C) when None. The verdict then says what is
            known so far.

    Raises:
        ContractsError: Nothing could run: a file is missing or not usable, or an option means nothing.
    """
    started = monotonic()
    with left_alone(), nullcontext(interruption) if interruption else Interruption() as ending, ending.deferred():
        subject: Subject | None = None
        known: _Run | None = None
        try:
            with ending.immediate():
                subject = read(settings)
            with standing(subject, settings.seed, ended=ending.requested) as (service, unavailable):
                known = _Run(
                    subject, settings, service, watch or Nobody(), unavailable=unavailable, interruption=ending
                )
                known.go()
        except KeyboardInterrupt:
            # The service did not stand yet; what happens later ends `go` with what is known.
            if known is None:
                return _unbegun(settings, subject, monotonic() - started)
        assert known is not None, "a run that was not interrupted has begun"
        return known.verdict(monotonic() - started)


@dataclass(slots=True)
class _Outcome:
    """What a run has found so far; whatever ends the run early, this is not lost."""

    corpus: Corpus = field(default_factory=Corpus)
    findings: list[Finding] = field(default_factory=list)
    failures: tuple[Failure, ...] = ()
    gaps: list[Gap] = field(default_factory=list)
    unavailable: list[Unavailable] = field(default_factory=list)
    interrupted: bool = False
    unfinished: set[str] = field(default_factory=set)

    def add(self, outcomes: Iterable[Outcome]) -> None:
        for each in outcomes:
            if isinstance(each, Gap):
                # What an interrupted run did not reach says nothing.
                self.gaps += [] if self.interrupted else [each]
            elif isinstance(each, Unavailable):
                self.unavailable.append(each)
            else:
                self.findings.append(each)

    @property
    def size(self) -> tuple[int, int, int]:
        """How much is known."""
        return len(self.findings), len(self.gaps), len(self.unavailable)

    def forget(self, known: tuple[int, int, int]) -> None:
        """Forget what was added since so much was known."""
        del self.findings[known[0] :], self.gaps[known[1] :], self.unavailable[known[2] :]


class _Run:
    """One run over one standing service."""

    def __init__(
        self,
        subject: Subject,
        settings: Settings,
        service: Service,
        watch: Watcher,
        *,
        unavailable: tuple[Unavailable, ...],
        interruption: Interruption,
    ) -> None:
        self.subject = subject
        self.settings = settings
        self.watch = watch
        self.showing = service.showing
        self.lab = WatchedLab(service, watch, go_on=interruption.check, renewed=service.renewed)
        self.ended = interruption.requested
        self.beginning: Snapshot = self.lab.snapshot()
        unavailable = (*unavailable, *service.missing)
        self.outcome = _Outcome(
            gaps=list(subject.omitted), unavailable=list(unavailable), unfinished=set(subject.promises)
        )
        self.judge = checks.judge(subject.contract, promises=subject.promises)
        self.checks: tuple[Check, ...] = checks.registered(
            subject.contract,
            promises=subject.promises,
            operations=subject.asked,
            callers=service.callers,
            domains=subject.api.domains,
        )
        self.generation = _generation(subject, settings, service, {each.operation for each in unavailable})

    def go(self) -> None:
        """Generate, ask, make smaller; an interruption, or a defect of ours, ends it with what is known so far."""
        self.watch.begin([each.name for each in self.generation.operations])
        for stage in (self._generate, self._ask, self._explore, self._count, self._shrink):
            try:
                stage()
            except KeyboardInterrupt:
                self.outcome.interrupted = True

    def verdict(self, duration_seconds: float) -> Verdict:
        """What is known now."""
        outcome, subject = self.outcome, self.subject
        asked = {each.name for each in subject.asked}
        known = [each for each in dict.fromkeys(outcome.unavailable) if each.operation in {None, *asked}]
        never = unreached(subject.asked, self.lab.answered, known, interrupted=outcome.interrupted)
        unavailable = (*known, *never)
        return Verdict(
            contract=str(self.settings.contract),
            template=str(self.settings.template),
            title=subject.contract.title,
            seed=self.settings.seed,
            exchanges=self.lab.exchanges,
            fingerprint=fingerprint(outcome.corpus),
            duration_seconds=duration_seconds,
            promises=subject.promises,
            operations=rows(
                subject.asked,
                subject.promises,
                self.lab.answered,
                failures=outcome.failures,
                unavailable=unavailable,
                unfinished=outcome.unfinished if outcome.interrupted else (),
            ),
            failures=ruled(outcome.failures, self.checks),
            gaps=distinct(each for each in outcome.gaps if each.operation in {None, *asked}),
            unavailable=unavailable,
            interrupted=outcome.interrupted,
        )

    def _begin(self, phase: str) -> None:
        self.watch.phase(phase)
        leave_alone()
        self.lab.restore(self.beginning)

    def _generate(self) -> None:
        if not self.generation.operations:
            return
        generated = generate(
            self.subject.contract,
            self.generation,
            self.lab.conduct,
            judge=self.judge,
            begin=self._begin,
            begin_scenario=lambda: self.lab.restore(self.beginning, warm=True),
            showing=self.showing,
            ended=self.ended,
        )
        self.outcome.corpus, self.outcome.interrupted = generated.corpus, generated.interrupted
        self.outcome.add((*generated.findings, *generated.unavailable))
        if generated.crash is not None:
            self.outcome.add([unavailable_by(generated.crash, "requests were generated")])

    def _ask(self) -> None:
        """Put to what happened the question of every check that makes no requests of its own."""
        self.outcome.add(not_judged(self.outcome.corpus))
        trusted = self._trusted()
        try:
            for check in self.checks:
                with self._surviving(f"{check.name} was asked", promise=check.promise):
                    if isinstance(check, ExchangeCheck):
                        self._judge(check, trusted)
                    if isinstance(check, HistoryCheck):
                        self.outcome.add(check.after_run(trusted))
        finally:
            self.outcome.failures = self._failures()

    def _explore(self) -> None:
        """Let the checks that make requests of their own do so."""
        if self.outcome.interrupted:
            return
        active = [check for check in self.checks if isinstance(check, ActiveCheck)]
        self.outcome.unfinished = {check.promise for check in active}
        trusted = self._trusted()
        overheard = Overhearing(
            (Conformance.of(self.subject.contract, self.generation, self.judge),),
            {each.name for each in self.generation.operations},
            [each for each in self.checks if isinstance(each, WATCHMEN)],
        )
        self.lab.hear = overheard.hear
        try:
            for position, check in enumerate(active):
                with self._surviving(f"{check.name} was asked", promise=check.promise):
                    self._begin(check.name)
                    self._explored(check, trusted)
                self.outcome.unfinished = {each.promise for each in active[position + 1 :]}
        finally:
            self.lab.hear = lambda _: None
            self.outcome.add(overheard.findings)
            self.outcome.failures = self._failures()

    def _count(self) -> None:
        """Count what no request reached, those that checks made among them."""
        with self._surviving("what was not reached was counted"):
            reached = coverage.reached(self._trusted(), self.subject.contract, operations=self.subject.asked)
            self.outcome.add(coverage.gaps(reached, promises=self.subject.promises, sent=self.lab.sent))

    def _judge(self, check: ExchangeCheck, corpus: Corpus) -> None:
        """Put the check's question to each exchange; one that it fails at keeps it from no other."""
        failed: set[str | None] = set()
        for exchange in corpus:
            operation = exchange.case.operation.name if exchange.case.operation is not None else None
            try:
                self.outcome.add(check.after_exchange(exchange))
            except Exception as error:  # noqa: BLE001 - whatever it is, what is known must not be lost over it
                doing = f"{check.name} was asked"
                problem = unavailable_by(error, doing, promise=check.promise, operation=operation)
                self.outcome.add([] if operation in failed else [problem])
                failed.add(operation)

    def _explored(self, check: ActiveCheck, corpus: Corpus) -> None:
        """Let the check explore; where it fails, of one operation after the other, so that it fails at one alone."""
        known = self.outcome.size
        try:
            self.outcome.add(check.explore(corpus, self.lab))
        except Exception:
            parts = {each.name: narrowed(check, each) for each in self.subject.asked}
            if len(parts) < 2 or None in parts.values():
                raise
            self.outcome.forget(known)
            for operation, part in parts.items():
                with self._surviving(f"{check.name} was asked", promise=check.promise, operation=operation):
                    self._begin(check.name)
                    self.outcome.add(part.explore(corpus, self.lab) if part is not None else ())

    def _trusted(self) -> Corpus:
        return Corpus(tuple(each for each in self.outcome.corpus if each.unavailable is None))

    @contextmanager
    def _surviving(self, doing: str, *, promise: str | None = None, operation: str | None = None) -> Iterator[None]:
        """What fails in it could not run, and is named; everything else goes on."""
        try:
            yield
        except Exception as error:  # noqa: BLE001 - whatever it is, what is known must not be lost over it
            self.outcome.add([unavailable_by(error, doing, promise=promise, operation=operation)])

    def _failures(self) -> tuple[Failure, ...]:
        asked = {each.name for each in self.subject.asked}
        promises = self.subject.promises
        believed = [
            each
            for each in self.outcome.findings
            if each.promise in promises
            and (each.operation in asked or each.operation not in self.subject.functions)
            and all(exchange.unavailable is None for exchange in each.exchanges)
        ]
        return concluded(believed, self.subject.contract, promises=promises)

    def _shrink(self) -> None:
        failures = list(self.outcome.failures)
        if self.outcome.interrupted or not failures:
            return
        first = failures[0].finding
        with self._surviving("failures were made smaller", promise=first.promise, operation=first.operation):
            self._begin("shrinking")
            replayer = Replayer.of(self.outcome.corpus, self.lab, phase="shrinking")
            shrinking = Shrinking(
                Conformance.of(self.subject.contract, self.generation, self.judge),
                (*(each for each in self.checks if isinstance(each, ExchangeCheck)), FormOfRequests(self.judge)),
                Requests(self.subject.contract),
            )
            for position, failure in enumerate(failures[:SHRUNK_FAILURES]):
                failures[position] = replace(failure, finding=shrinking.smallest(failure.finding, replayer))
                self.outcome.failures = tuple(failures)
            # What a fresh world shows, or does not show, is known only now.
            self.outcome.failures = ordered(failures, self.subject.promises)


def _unbegun(settings: Settings, subject: Subject | None, duration_seconds: float) -> Verdict:
    """The verdict of a run that was interrupted before it made a request; `subject` None: while that was read."""
    asked = subject.asked if subject else ()
    promises = subject.promises if subject else settings.promises or ()
    unavailable = tuple(unreached(asked, {}, (), interrupted=True))
    return Verdict(
        contract=str(settings.contract),
        template=str(settings.template),
        title=subject.contract.title if subject else "",
        seed=settings.seed,
        exchanges=0,
        fingerprint=fingerprint(Corpus()),
        duration_seconds=duration_seconds,
        promises=promises,
        operations=rows(asked, promises, {}, failures=(), unavailable=unavailable),
        unavailable=unavailable,
        interrupted=True,
    )


def _generation(subject: Subject, settings: Settings, service: Service, blocked: set[str | None]) -> Generation:
    wanted = tuple(each for each in subject.asked if each.name not in blocked)
    return Generation(
        f"https://{service.api.deployment.host}{subject.base_path}",
        settings.seed,
        wanted,
        supporting=supporting(subject.contract.operations, wanted, blocked),
        phases=settings.phases,
        examples=settings.examples,
        scenarios=settings.scenarios,
        steps=settings.steps,
        credentials=bool(settings.identities),
    )
