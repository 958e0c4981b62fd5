"""Two requests at once: the second, from its beginning to its end, just before an AWS call of the first."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from contracts.exchange import Case, Exchange, Meanwhile
from contracts.http import Headers, Request
from contracts.run.service import Service
from contracts.run.subject import Settings, read, standing

APP = Path(__file__).parents[2] / "apps" / "settings"


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    """The app of settings: a PUT reads, then writes."""
    with standing(read(Settings(APP / "openapi.yaml", APP / "template.yaml")), 0) as (standing_service, _):
        yield standing_service


@pytest.fixture
def world(service: Service) -> Iterator[object]:
    """The state before, which comes back afterwards."""
    beginning = service.snapshot()
    yield beginning
    service.restore(beginning)


def put(value: str, service: Service, number: int) -> Case:
    """A PUT of one setting."""
    body = json.dumps({"value": value}).encode()
    lines = [("Host", service.api.deployment.host), ("Content-Type", "application/json")]
    operation = next(each for each in service.api.contract.operations if each.method == "PUT")
    return Case(f"case-{number}", operation, Request("PUT", "/live/settings/color", Headers.of(lines), body), "test")


def made(exchange: Exchange) -> list[str]:
    """The operations that an exchange called."""
    return [call.operation for call in exchange.calls]


def test_the_second_is_made_in_the_middle_of_the_first(service: Service, world: object) -> None:
    """Each has its own calls and its own answer, and the last write is that of the first."""
    both = service.interleaved(put("red", service, 1), put("blue", service, 2), call=2)
    assert both is not None
    first, second = both

    assert (made(first), made(second)) == (["GetItem", "PutItem"], ["GetItem", "PutItem"])
    # Neither has seen the other: each made it new.
    assert (first.response.status, second.response.status) == (201, 201)
    assert (first.meanwhile, second.meanwhile) == (None, Meanwhile("case-1", 2))
    assert [json.loads(each["document"])["value"] for each in service.cloud.items("blue-settings-store")] == ["red"]


def test_before_the_first_call_is_one_order_and_after_the_end_is_the_other(service: Service, world: object) -> None:
    """They are as two requests one after the other; what is drawn and what time it is are the same in both."""
    red, blue = put("red", service, 1), put("blue", service, 2)
    before = service.interleaved(red, blue, call=1)
    service.restore(world)
    after = service.interleaved(red, blue, call=None)
    assert before is not None
    assert after is not None

    assert [each.response.status for each in before] == [200, 201]
    assert [each.response.status for each in after] == [201, 200]
    ids = [[each.response.headers.get("x-amzn-requestid") for each in order] for order in (before, after)]
    assert ids[0] == ids[1]
    assert [each.change is not None and bool(each.change) for each in after] == [True, True]


def test_where_there_is_no_such_call_nothing_was_made_at_once(service: Service, world: object) -> None:
    """The first alone was made."""
    assert service.interleaved(put("red", service, 1), put("blue", service, 2), call=3) is None
    assert [json.loads(each["document"])["value"] for each in service.cloud.items("blue-settings-store")] == ["red"]


def test_what_fails_in_the_middle_is_not_the_waiting_handlers_to_cope_with(
    service: Service, world: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error of ours is raised to whoever asked, whatever the handler made of it."""
    first, second = put("red", service, 1), put("blue", service, 2)
    conduct = Service.conduct

    def failing(lab: Service, case: Case) -> Exchange:
        if case is second:
            raise RuntimeError("a defect")
        return conduct(lab, case)

    monkeypatch.setattr(Service, "conduct", failing)
    with pytest.raises(RuntimeError, match="a defect"):
        service.interleaved(first, second, call=2)


def test_time_stands_still_for_both(service: Service, world: object) -> None:
    """What differs between two orders is the order, not the time."""
    now = service.functions.now()
    both = service.interleaved(put("red", service, 1), replace(put("blue", service, 2)), call=2)

    assert both is not None
    assert service.functions.now() == now
