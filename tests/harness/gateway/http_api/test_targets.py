"""How HTTP APIs read paths."""

from __future__ import annotations

import pytest

from contracts.gateway.calls import Place
from contracts.gateway.http_api.targets import place_of
from tests.harness.gateway.apis import http_deployed, send


@pytest.mark.parametrize(
    ("sent", "path"),
    [
        ("/capture/plain", "/capture/plain"),
        ("/capture/space%20value", "/capture/space value"),
        ("/capture/question%3Fvalue", "/capture/question"),
        ("/capture/hash%23value", "/capture/hash#value"),
        ("/capture/slash%2Fvalue", "/capture/slash/value"),
        ("/capture/unicode-%CE%BB-%E4%B8%96%E7%95%8C", "/capture/unicode-λ-世界"),
        ("/capture/literal%252Fvalue", "/capture/literal/value"),
        ("/capture/literal%253Fvalue", "/capture/literal?value"),
        ("/capture/literal%2525value", "/capture/literal%value"),
    ],
)
def test_a_path_is_decoded_as_it_was_on_aws(sent: str, path: str) -> None:
    """The live captures of hotsock/voker, vokerhttp/testdata/ingress-paths.json."""
    sent_event = send(http_deployed("$default"), f"POST {sent}?marker=path-probe").event

    assert sent_event["rawPath"] == sent_event["requestContext"]["http"]["path"] == path
    assert sent_event["rawQueryString"] == "marker=path-probe"


@pytest.mark.parametrize("sent", ["/capture/percent%25done", "/capture/%zz", "/a%"])
def test_a_path_that_is_no_encoding_is_refused(sent: str) -> None:
    """400 before any route (the first is recorded, its body is not)."""
    found = send(http_deployed("$default"), f"GET {sent}")

    assert (found.response.status, found.message, found.functions) == (400, {"message": "Bad Request"}, ())


@pytest.mark.parametrize(
    ("target", "stage", "expected"),
    [
        ("/jobs/7?a=/b", "$default", Place("$default", "/jobs/7", "/jobs/7", ("jobs", "7"))),
        ("/dev/jobs/a%20b", "dev", Place("dev", "/dev/jobs/a%20b", "/dev/jobs/a b", ("jobs", "a b"))),
        ("/dev", "dev", Place("dev", "/dev", "/dev", ())),
        ("/jobs", "dev", Place("jobs", "/jobs", "/jobs", ())),
        ("https://h/jobs/", "$default", Place("$default", "/jobs/", "/jobs/", ("jobs", ""))),
        ("*", "$default", Place("$default", "/*", "/*", ("*",))),
        ("/a+b", "$default", Place("$default", "/a+b", "/a+b", ("a+b",))),
        ("/a%2Fb", "$default", Place("$default", "/a%2Fb", "/a/b", ("a/b",))),
    ],
)
def test_the_stage_and_the_segments_are_found(target: str, stage: str, expected: Place) -> None:
    """A named stage is the first segment and part of the paths, `$default` is neither."""
    assert place_of(target, stage) == expected
