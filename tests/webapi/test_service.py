"""One invocation: whatever happens within, the reply is one that the contract documents."""

import json
from typing import Any, NoReturn

import pytest
from botocore.exceptions import BotoCoreError, ClientError, ConnectTimeoutError, ParamValidationError, ReadTimeoutError
from jsonschema_rs import Draft4Validator

from webapi.contract import contract
from webapi.failures import calling
from webapi.problems import DETAILS, Refusal
from webapi.replies import Answer, Reply
from webapi.service import respond
from webapi.validation import Call

EVENT = {"requestContext": {"requestId": "c6af9ac6"}}
# The gateway answers the others by itself, and refuses nothing as invalid.
FUNCTIONS = [name for name, operation in contract().operations.items() if 400 in operation.responses]
SECRET = "arn:aws:dynamodb:eu-central-1:1:table/secret"


def failing(error: Exception, service: str = "dynamodb", operation: str = "listTranslations") -> Reply:
    """The reply when an AWS call fails in this way."""

    def act(_: Call) -> NoReturn:
        with calling(service):
            raise error

    return respond(operation, EVENT, None, act)


def refusing(code: str, status: int = 400) -> ClientError:
    """An error that AWS answers."""
    response: Any = {"Error": {"Code": code, "Message": SECRET}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(response, "Query")


def documented(operation: str, reply: Reply) -> bool:
    """Whether a reply has the headers and the body that the contract documents for its status."""
    response = contract().operations[operation].responses[reply["statusCode"]]
    schema = {"allOf": [response.content[reply["headers"]["Content-Type"]]], "schemas": contract().schemas}
    return Draft4Validator(schema).is_valid(json.loads(reply["body"])) and set(response.headers) <= set(
        reply["headers"]
    )


@pytest.mark.parametrize("operation", FUNCTIONS)
def test_every_error_of_the_fault_map(operation: str) -> None:
    """Each error of AWS that the contract knows is answered with the status that it says; a service says which kind."""
    for error, status in contract().operations[operation].fault_map.items():
        if several_kinds(operation, status):
            continue
        service, _, code = error.partition(":")
        reply = respond_to(operation, service, code)

        assert reply["statusCode"] == status, error
        assert documented(operation, reply), error
        assert SECRET not in json.dumps(reply), error


def several_kinds(operation: str, status: int) -> bool:
    """Whether a status documents several kinds of problem, of which only the service knows the right one."""
    content = contract().operations[operation].responses[status].content
    return "oneOf" in contract().resolved(content["application/problem+json"])


def respond_to(operation: str, service: str, code: str) -> Reply:
    """The reply of an operation when one error of AWS comes, for a request that needs nothing."""
    event = EVENT | {
        "pathParameters": {
            "translation_id": "01JGFJJZ00A9K3Q8X5T2V7W4YE",
            "tenant_id": "01JGFJJZ00ACMEACMEACMEACME",
            "glossary_name": "products",
            "document_id": "01JGFJJZ00A9K3Q8X5T2V7W4YE",
        },
        "queryStringParameters": {
            "from": "2025-01-01",
            "to": "2025-01-31",
            "target_language": "ko",
            "file_name": "letter.txt",
        },
        "headers": {"Content-Type": TYPES.get(operation, "application/json"), "If-Match": "*"},
        "body": BODIES.get(operation),
    }

    def act(_: Call) -> NoReturn:
        with calling(service):
            raise refusing(code)

    return respond(operation, event, None, act)


BODIES = {
    "createTranslation": '{"text": "a", "source_language": "en", "target_language": "ko"}',
    "replaceTranslation": '{"translated_text": "a"}',
    "putGlossary": '{"source_language": "en", "target_language": "ko", "terms": [{"source": "a", "target": "b"}]}',
    "createDocument": "a",
}
TYPES = {"createDocument": "text/plain"}


@pytest.mark.parametrize(
    "error",
    [
        ConnectTimeoutError(endpoint_url=SECRET),
        ReadTimeoutError(endpoint_url=SECRET),
        refusing("SomethingNew", 500),
        refusing("SomethingNew", 503),
    ],
    ids=["connect", "read", "500", "503"],
)
def test_failures_that_pass(error: Exception) -> None:
    """What may work the next time is answered with 503 and when to try again."""
    reply = failing(error)

    assert reply["statusCode"] == 503
    assert int(reply["headers"]["Retry-After"]) > 0
    assert SECRET not in json.dumps(reply)


@pytest.mark.parametrize(
    "error",
    [refusing("SomethingNew", 400), ParamValidationError(report=SECRET), BotoCoreError(), ValueError(SECRET)],
    ids=["unknown code", "not even sent", "botocore", "a bug"],
)
def test_failures_that_stay(error: Exception, capsys: pytest.CaptureFixture[str]) -> None:
    """What nobody expected is an internal error, and neither client nor log learn what the exception says."""
    reply = failing(error)

    assert reply["statusCode"] == 500
    assert documented("listTranslations", reply)
    assert SECRET not in json.dumps(reply)
    assert SECRET not in capsys.readouterr().out


def test_unexpected_is_logged(capsys: pytest.CaptureFixture[str]) -> None:
    """The log says what was unexpected, where, and in which request."""
    failing(LookupError(SECRET))

    line = json.loads(capsys.readouterr().out)
    assert (line["error"], line["request_id"], line["operation"]) == ("LookupError", "c6af9ac6", "listTranslations")
    assert any("test_service.py" in place for place in line["where"])


@pytest.mark.parametrize("event", [None, [], "", {"version": "9"}, {"headers": 5}, {"body": {}}])
def test_events_that_are_none(event: Any) -> None:
    """An event that no gateway sends is an internal error, documented like every other."""
    reply = respond("createTranslation", event, None, lambda call: Answer(201, {}))

    assert reply["statusCode"] in (400, 500)
    assert documented("createTranslation", reply)


def test_undocumented_statuses() -> None:
    """A status that the operation does not document never leaves."""
    assert respond("listTranslations", EVENT, None, lambda call: Answer(202, {}))["statusCode"] == 500


def test_undocumented_refusals() -> None:
    """A refusal that the operation does not document never leaves either."""

    def act(_: Call) -> NoReturn:
        raise Refusal(404)

    assert respond("listTranslations", EVENT, None, act)["statusCode"] == 500


def test_request_id_in_problems() -> None:
    """A problem names the request, in its header and in its body."""
    reply = failing(ValueError())

    assert reply["headers"]["X-Request-Id"] == "c6af9ac6"
    assert json.loads(reply["body"])["instance"] == "urn:request:c6af9ac6"


def test_problems_are_as_documented() -> None:
    """Every problem that an operation documents can be told; what the gateway alone tells is in its own words."""
    for name in FUNCTIONS:
        operation = contract().operations[name]
        for status in operation.responses.keys() - {401, 429}:
            if "application/problem+json" in operation.responses[status].content:
                assert status in DETAILS, (name, status)


def test_characters_as_themselves() -> None:
    """Korean text leaves as UTF-8, not as escapes."""
    reply = respond("listTranslations", EVENT, None, lambda call: Answer(200, {"items": ["한국어"]}))

    assert reply["body"] == '{"items":["한국어"]}'
