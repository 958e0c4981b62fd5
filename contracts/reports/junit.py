"""The JUnit report: one suite a contract, one case for each operation and promise.

The format has no owner. What is written here is what Jenkins' xunit plugin (its `junit-10.xsd`), Maven Surefire
and Ant agree on: https://github.com/jenkinsci/xunit-plugin,
https://maven.apache.org/surefire/maven-surefire-plugin/xsd/surefire-test-report.xsd.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from xml.etree import ElementTree as ET

from contracts.errors import Location
from contracts.finding import Failure, Gap, Unavailable, Verdict
from contracts.reports.evidence import evidence
from contracts.reports.printable import one_line
from contracts.reports.prose import prose

COMMAND = "contracts run"

# Everything but Char, https://www.w3.org/TR/xml/#charsets: no reference can stand for these either.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_EVERYTHING = "every operation"


def text(verdict: Verdict, *, timestamp: datetime | None = None) -> str:
    """
    The report as XML text, a newline at its end.

    Args:
        timestamp: When the run began; left out when None.
    """
    cases = [*_rows(verdict), *_beside_the_rows(verdict)]
    root = _element("testsuites", name="contracts")
    suite = ET.SubElement(root, "testsuite", _counted(verdict, cases))
    if timestamp is not None:
        suite.set("timestamp", timestamp.isoformat(timespec="seconds"))
    suite.append(_properties(verdict))
    suite.extend(cases)
    if said := "\n".join(_said(verdict)):
        suite.append(_element("system-out", said))
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _element(tag: str, content: str | None = None, **attributes: str) -> ET.Element:
    element = ET.Element(tag, {name: _allowed(value) for name, value in attributes.items()})
    element.text = None if content is None else _allowed(content)
    return element


def _allowed(text: str) -> str:
    """The text with what XML 1.0 forbids as Python escapes."""
    return _FORBIDDEN.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


def _counted(verdict: Verdict, cases: Sequence[ET.Element]) -> dict[str, str]:
    return {
        "name": _allowed(verdict.contract),
        "tests": str(len(cases)),
        "failures": str(sum(case.find("failure") is not None for case in cases)),
        "errors": str(sum(case.find("error") is not None for case in cases)),
        "skipped": "0",
        "time": f"{verdict.duration_seconds:.3f}",
    }


def _properties(verdict: Verdict) -> ET.Element:
    known = {
        "title": verdict.title,
        "template": verdict.template or "",
        "seed": str(verdict.seed),
        "exchanges": str(verdict.exchanges),
        "fingerprint": verdict.fingerprint,
    }
    properties = _element("properties")
    properties.extend(_element("property", name=name, value=value) for name, value in known.items())
    return properties


def _rows(verdict: Verdict) -> Iterator[ET.Element]:
    """The table, cell by cell; what was not asked is left out."""
    for row in verdict.operations:
        for promise, standing in row.standings.items():
            if standing == "not asked":
                continue
            case = _case(verdict, row.operation, promise)
            if standing == "broken":
                case.append(_failure(verdict, [each for each in verdict.failures if _of(each, row.operation, promise)]))
            elif standing == "could not run":
                reasons = [each for each in verdict.unavailable if _keeps(each, row.operation, promise)]
                case.append(_error(reasons or [Unavailable(row.reason or "no reason is known")]))
            yield case


def _beside_the_rows(verdict: Verdict) -> Iterator[ET.Element]:
    """What no cell of the table shows: it must not be lost."""
    shown = {
        (row.operation, promise)
        for row in verdict.operations
        for promise, standing in row.standings.items()
        if standing != "not asked"
    }
    strays: dict[tuple[str, str], list[Failure]] = {}
    for failure in verdict.failures:
        place = failure.finding.operation, failure.finding.promise
        if place not in shown:
            strays.setdefault(place, []).append(failure)
    for (operation, promise), failures in strays.items():
        case = _case(verdict, operation, promise)
        case.append(_failure(verdict, failures))
        yield case
    for each in verdict.unavailable:
        if not any(_keeps(each, *place) for place in shown):
            case = _case(verdict, each.operation or _EVERYTHING, each.promise or "every promise")
            case.append(_error([each]))
            yield case
    if verdict.interrupted:
        case = _case(verdict, _EVERYTHING, "to its end")
        case.append(_error([Unavailable("the run was interrupted before its end")]))
        yield case


def _case(verdict: Verdict, operation: str, promise: str) -> ET.Element:
    # Cases are views on one run, whose time is that of the suite; some readers want a number nevertheless.
    return _element("testcase", classname=verdict.contract, name=one_line(f"{operation} {promise}"), time="0.000")


def _of(failure: Failure, operation: str, promise: str) -> bool:
    return (failure.finding.operation, failure.finding.promise) == (operation, promise)


def _keeps(each: Unavailable, operation: str, promise: str) -> bool:
    """Whether this is why a promise of an operation could not run."""
    return each.operation in (None, operation) and each.promise in (None, promise)


def _failure(verdict: Verdict, failures: Sequence[Failure]) -> ET.Element:
    """One element, since many readers take the first and no other."""
    found = [evidence(each, seed=verdict.seed, command=COMMAND, ascii_only=False) for each in failures]
    more = f" (and {len(found) - 1:,} more)" if len(found) > 1 else ""
    message = f"{found[0].message}{more}" if found else "no failure is known"
    checks = ", ".join(dict.fromkeys(each.check for each in found))
    return _element("failure", "\n\n".join(map(prose, found)), message=message, type=checks)


def _error(reasons: Sequence[Unavailable]) -> ET.Element:
    message = "; ".join(dict.fromkeys(f"could not run: {one_line(each.reason)}" for each in reasons))
    lines = [
        one_line(words) for each in reasons for words in (each.reason, _place(each.location), each.cure or "") if words
    ]
    return _element("error", "\n".join(dict.fromkeys(lines)), message=message, type="could not run")


def _said(verdict: Verdict) -> Iterator[str]:
    """Gaps and notes, one a line."""
    for gap in verdict.gaps:
        yield one_line(_gap(gap))
    for note in verdict.notes:
        yield one_line(f"note: {note}")


def _gap(gap: Gap) -> str:
    operation = f"{gap.operation}: " if gap.operation else ""
    place = f" ({gap.location})" if gap.location else ""
    return f"gap: {gap.promise}, {gap.check}: {operation}{gap.message}{place}"


def _place(location: Location | None) -> str:
    return str(location) if location else ""
