"""The JUnit report: what CI systems read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import xmlschema
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts import reports
from contracts.exchange import Case, Exchange
from contracts.finding import Failure, Finding, Gap, OperationRow, Unavailable, Verdict
from contracts.http import Headers, Request, Response
from contracts.reports import junit

SCHEMA = xmlschema.XMLSchema(str(Path(__file__).with_name("junit.xsd")))


def suite_of(verdict: Verdict) -> ET.Element:
    """The one suite of a report that was checked against the schema, and whose numbers are right."""
    written = junit.text(verdict)
    SCHEMA.validate(written)
    [suite] = ET.fromstring(written)
    cases = suite.findall("testcase")

    assert int(suite.attrib["tests"]) == len(cases)
    assert int(suite.attrib["failures"]) == sum(case.find("failure") is not None for case in cases)
    assert int(suite.attrib["errors"]) == sum(case.find("error") is not None for case in cases)
    return suite


def outcomes(verdict: Verdict) -> dict[str, str]:
    """What became of each case: the tag and the message of what it holds, or `kept`."""
    return {
        case.attrib["name"]: f"{case[0].tag}: {case[0].attrib['message']}" if len(case) else "kept"
        for case in suite_of(verdict).findall("testcase")
    }


def failing(message: str, *exchanges: Exchange, operation: str = "getX") -> Failure:
    """A failure of payloads."""
    return Failure(Finding("payloads", "some-check", operation, message, exchanges), 1)


def verdict(*failures: Failure, rows: tuple[OperationRow, ...] = ()) -> Verdict:
    """A verdict over these rows."""
    return Verdict("openapi.yaml", None, "T", 0, 1, "", 0.0, ("payloads",), rows, failures)


def test_looks_as_agreed(broken: Verdict, golden: Callable[[str, str], None]) -> None:
    """The report of a broken run is what its golden file shows."""
    golden("junit-broken.xml", junit.text(broken))


def test_each_promise_of_each_operation_is_a_case(kept: Verdict) -> None:
    """The table becomes cases of the contract's class, in its order, and kept ones are empty."""
    cases = suite_of(kept).findall("testcase")

    assert {case.attrib["classname"] for case in cases} == {"openapi.yaml"}
    assert [case.attrib["name"] for case in cases] == [
        f"{operation} {promise}"
        for operation in ("createTranslation", "getTranslation")
        for promise in ("payloads", "statuses", "methods")
    ]
    assert not any(len(case) for case in cases)


def test_broken_is_a_failure_with_request_and_repetition(broken: Verdict) -> None:
    """A broken promise is a failure: the sentence as message, the request and how to repeat it as text."""
    failure = suite_of(broken).find("testcase/failure")
    assert failure is not None

    assert failure.attrib["message"] == "A valid request is answered with 502, which the contract does not document."
    assert "curl -X POST" in str(failure.text)
    assert "repeat  contracts run --operation createTranslation --only payloads --seed 7" in str(failure.text)


def test_could_not_run_is_an_error(could_not_run: Verdict) -> None:
    """What could not run is an error and no failure; what was not asked is left out."""
    error = "error: could not run: its function GetTranslation is not in the template"

    assert outcomes(could_not_run) == {
        "createTranslation payloads": "kept",
        "createTranslation statuses": "kept",
        **{f"getTranslation {promise}": error for promise in ("payloads", "statuses", "methods")},
    }


def test_an_error_has_place_and_cure(could_not_run: Verdict) -> None:
    """The text of an error says why, where, and what to do."""
    error = suite_of(could_not_run).find("testcase/error")
    assert error is not None

    assert str(error.text).splitlines() == [
        "its function GetTranslation is not in the template",
        "openapi.yaml:61",
        "Add the function to template.yaml, or correct the integration's uri.",
    ]


def test_gaps_are_said_and_no_failures(kept: Verdict) -> None:
    """Gaps and notes are the suite's output, one a line, and make no case fail."""
    said = suite_of(kept).findtext("system-out")

    assert str(said).splitlines() == [
        "gap: payloads, schema-missing: getTranslation: the 404 has no schema (openapi.yaml:88)",
        "gap: statuses, status-not-reached: createTranslation: 429 was never answered",
        "gap: statuses, status-not-reached: getTranslation: 429 was never answered",
        "note: Time and uuid are seeded; os.urandom is not.",
    ]


def test_several_failures_of_one_promise_are_one_element(broken: Verdict) -> None:
    """Readers that take one failure a case still learn that there are more, and the text has all of them."""
    first = broken.failures[0]
    second = replace(first, finding=replace(first.finding, message="Another sentence."))
    several = replace(broken, failures=(first, second))
    [failure] = suite_of(several).findall("testcase[@name='createTranslation payloads']/failure")

    assert failure.attrib["message"].endswith("does not document. (and 1 more)")
    assert "Another sentence." in str(failure.text)


def test_nothing_that_the_table_does_not_show_is_lost() -> None:
    """A failure or a reason that belongs to no row, and an interruption, have cases of their own."""
    lost = replace(
        verdict(failing("Broken.", operation="TRACE /")),
        unavailable=(Unavailable("no table"), Unavailable("no function", "getY", "methods")),
        interrupted=True,
    )

    assert outcomes(lost) == {
        "TRACE / payloads": "failure: Broken.",
        "every operation every promise": "error: could not run: no table",
        "getY methods": "error: could not run: no function",
        "every operation to its end": "error: could not run: the run was interrupted before its end",
    }


def test_an_empty_verdict_is_valid() -> None:
    """A run without operations is a suite without cases, and says nothing."""
    suite = suite_of(verdict())

    assert suite.attrib["tests"] == "0"
    assert suite.find("system-out") is None


def test_the_time_is_told_and_not_taken(kept: Verdict) -> None:
    """Without a timestamp there is none, so that equal verdicts are equal files; one that is given is written."""
    begun = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    SCHEMA.validate(junit.text(kept, timestamp=begun))

    assert junit.text(kept) == junit.text(kept)
    assert "timestamp" not in junit.text(kept)
    assert 'timestamp="2026-01-02T03:04:05+00:00"' in junit.text(kept, timestamp=begun)


def test_the_ending_xml_is_junit(broken: Verdict, tmp_path: Path) -> None:
    """A report file that ends in `.xml` gets the JUnit report."""
    reports.write(broken, tmp_path / "report.xml")

    assert (tmp_path / "report.xml").read_text(encoding="utf-8") == junit.text(broken)


@pytest.mark.parametrize("character", ["\0", "\x1b", "\x7f", "\ufffe", "\ud800", "<", "&", '"', "]]>", "é", "🙂"])
def test_any_character_can_be_reported(character: str) -> None:
    """Markup is escaped, what is printable stays as it is, and what XML 1.0 forbids becomes a visible escape."""
    [found] = outcomes(verdict(failing(f"a{character}b"))).values()
    expected = character if character.isprintable() else character.encode("unicode_escape").decode()

    assert found == f"failure: a{expected}b"


anything = st.text(st.characters(codec=None), max_size=12)


@settings(derandomize=True, database=None, deadline=None, max_examples=100)
@given(anything, anything, anything, st.binary(max_size=12))
def test_no_text_makes_the_report_unreadable(words: str, name: str, path: str, body: bytes) -> None:
    """Whatever a contract, a service or a template says, the report is valid XML of the right form."""
    request = Request("POST", f"/{words}", Headers.of([("X-A", words)]), body)
    exchange = Exchange(Case("1", None, request, "fuzzing"), Response(500, Headers.of([("Location", words)]), body))
    row = OperationRow(name, "POST", "/", 1, {500: 1}, {"payloads": "broken", "methods": "could not run"}, reason=words)
    said = replace(
        verdict(failing(f"m{words}", exchange, operation=name), failing("m", operation=path), rows=(row,)),
        contract=f"{path}.yaml",
        title=words,
        template=words,
        gaps=(Gap(words, name, None, path),),
        unavailable=(Unavailable(words, path, None, None, words),),
        notes=(words,),
    )

    assert "system-out" in {child.tag for child in suite_of(said)}
