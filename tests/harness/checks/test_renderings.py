"""One request as different clients write it, and as different deployments hand it over."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from contracts.checks.rendered import different
from contracts.checks.renderings import Rendering, is_written_otherwise, of_request, through
from contracts.errors import Location
from contracts.http import Headers, Request
from contracts.stack import DomainMapping

HERE = Location("template.yaml")


def sent_by(rendering: Rendering, request: Request) -> Request:
    """What is sent in this form."""
    assert rendering.request is not None
    return rendering.request(request)


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("/v1/notes/a~b?x=~", "/v1/notes/a%7eb?x=~"),
        ("/v1/notes/caf%C3%A9", "/v1/notes/caf%c3%a9"),
        ("/v1/notes/it's(1)!", "/v1/notes/it%27s%281%29%21"),
        ("/v1/notes/100%", None),
        ("/v~1/notes/n-0001", None),
        ("/v1/notes/n@1:2", None),
    ],
)
def test_only_variables_are_encoded_otherwise(make: Any, sent: str, expected: str | None) -> None:
    """And only in what clients differ in; the rest of the target stays byte for byte."""
    operation = make.of(make.notes(), "getNote")
    request = Request("GET", sent, Headers())

    assert is_written_otherwise(operation, request) is (expected is not None)
    if expected is not None:
        by_others = [each for group in of_request(operation, request) for each in group if "encoded" in each.what]
        assert [sent_by(each, request).target for each in by_others] == [expected]


@pytest.mark.parametrize(
    ("base_path", "names_stage", "stage", "sent", "expected"),
    [
        ("orders", True, "live", "/live/notes?limit=1", "/orders/notes?limit=1"),
        ("", True, "live", "/live/notes", "/notes"),
        ("orders", False, "live", "/live/notes", "/orders/live/notes"),
        ("a/b", True, "$default", "/notes", "/a/b/notes"),
    ],
)
def test_a_custom_domain_has_its_base_path_for_the_stage(
    base_path: str, names_stage: bool, stage: str, sent: str, expected: str
) -> None:
    """A mapping that names no stage has it behind the base path; the host is the domain."""
    rendering = through(DomainMapping("api.example.org", base_path, names_stage, HERE), stage)
    request = Request("GET", sent, Headers.of([("Host", "own"), ("Accept", "*/*")]))

    made = sent_by(rendering, request)

    assert made.target == expected
    assert made.headers.get("host") == "api.example.org"


@pytest.mark.parametrize(
    ("location", "found"),
    [
        ("/orders/notes/n-0001", None),
        ("https://api.example.org/orders/notes/n-0001", None),
        ("notes/n-0001", None),
        ("/v1/notes/n-0001", "answered the Location /v1/notes/n-0001"),
    ],
)
def test_a_location_leads_below_the_way_in(make: Any, location: str, found: str | None) -> None:
    """Where the own host's does; what is relative leads there anyhow."""
    operation = make.of(make.notes(), "createNote")
    plain = make.exchange(operation, 201, {}, headers=[("Location", "/v1/notes/n-0001")])
    answered = make.exchange(operation, 201, {}, target="/orders/notes", headers=[("Location", location)])
    there = replace(answered.case.request, headers=Headers.of([("Host", "api.example.org")]))

    assert different(plain, replace(answered, case=replace(answered.case, request=there))) == found
