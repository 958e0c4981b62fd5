"""What holds for the list of languages, seen from outside: through the gateway, on a function that stays warm."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts import ServiceUnderTest
from languages.catalogue import KEPT
from webapi.contract import contract

FEW = settings(derandomize=True, database=None, deadline=None, max_examples=15)
DISPLAY_LANGUAGES = contract().schemas["DisplayLanguage"]["enum"]
SECRET = "User arn:aws:iam::1:user/x is not authorized"


def test_every_display_language_has_all_languages(contract_service: ServiceUnderTest) -> None:
    """Whatever language the names are in: each code that a text may have, once, in order."""
    for display_language in DISPLAY_LANGUAGES:
        exchange = contract_service.call("listLanguages", query={"display_language": display_language})
        answer = exchange.response.json()
        assert contract_service.findings(exchange) == ()
        assert answer["display_language"] == display_language
        assert [each["code"] for each in answer["items"]] == sorted(contract().schemas["LanguageCode"]["enum"])


@given(display_language=st.text(max_size=10) | st.sampled_from(DISPLAY_LANGUAGES))
@FEW
def test_any_display_language_gets_a_documented_answer(
    contract_service: ServiceUnderTest, display_language: str
) -> None:
    """A language that names cannot be written in is refused before Amazon Translate is asked."""
    exchange = contract_service.call("listLanguages", query={"display_language": display_language})

    assert contract_service.findings(exchange) == ()
    assert exchange.response.status == (200 if display_language in DISPLAY_LANGUAGES else 400)
    assert exchange.response.status == 200 or exchange.calls == ()


def test_a_warm_function_asks_once_an_hour(contract_service: ServiceUnderTest) -> None:
    """The list is kept for an hour, by one warm function; a cold one asks."""
    asked = [len(contract_service.call("listLanguages").calls)]
    for passed in (timedelta(seconds=KEPT - 60), timedelta(seconds=60)):
        contract_service.pass_time(passed)
        asked.append(len(contract_service.call("listLanguages").calls))
    contract_service.cool("listLanguages")
    asked.append(len(contract_service.call("listLanguages").calls))

    assert asked == [1, 0, 1, 1]


def test_a_list_that_is_kept_survives_an_outage(contract_service: ServiceUnderTest) -> None:
    """While the list is kept, nobody notices that Amazon Translate is not there."""
    kept = contract_service.call("listLanguages").response.body
    with contract_service.failing("translate:*", "connect"):
        assert contract_service.call("listLanguages").response.body == kept


def test_every_failure_of_aws_has_its_documented_answer(contract_service: ServiceUnderTest) -> None:
    """Each error of the fault map, and no answer at all: the documented status, and nothing told."""
    mapped = contract().operations["listLanguages"].fault_map
    expected = {fault: status for fault, status in mapped.items() if fault.startswith("translate:")}
    expected |= {"translate:timeout": 503, "translate:connect": 503}
    answered = {}
    for fault in expected:
        error = fault.partition(":")[2]
        with contract_service.failing("translate:ListLanguages", error, message=SECRET):
            exchange = contract_service.call("listLanguages")
        answered[fault] = exchange.response.status
        assert contract_service.findings(exchange) == (), fault
        assert not [
            word for word in (error, *SECRET.split()) if len(word) > 4 and word.encode() in exchange.response.body
        ]

    assert answered == expected
    assert contract_service.call("listLanguages").response.status == 200
