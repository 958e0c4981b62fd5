"""The stand-in as a whole: what it lists, and that every error of the service's model can be met."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from contracts.aws.cloud import Cloud
from contracts.aws.stand_ins.translate.languages import languages
from contracts.aws.stand_ins.translate.service import _OPERATIONS
from contracts.exchange import Fault, FaultPlan


def test_all_languages_are_listed_once(client: Any) -> None:
    """The pages hold every language of the guide exactly once, and the last has no token."""
    found: list[str] = []
    token: dict[str, Any] = {}
    while True:
        page = client.list_languages(MaxResults=20, **token)
        found += [each["LanguageCode"] for each in page["Languages"]]
        if "NextToken" not in page:
            break
        token = {"NextToken": page["NextToken"]}

    assert len(found) == len(set(found)) == 75
    assert set(found) == set(languages().names)
    assert {"ko", "zh-TW", "es-MX", "fr-CA", "fa-AF", "pt-PT", "no"} <= set(found)


@pytest.mark.parametrize(("display", "name"), [("en", "Korean"), ("ko", "한국어"), ("de", "Koreanisch")])
def test_names_are_in_the_display_language(client: Any, display: str, name: str) -> None:
    """Each language has a name in each of the ten display languages, and no two have the same."""
    answer = client.list_languages(DisplayLanguageCode=display)
    names = {each["LanguageCode"]: each["LanguageName"] for each in answer["Languages"]}

    assert names["ko"] == name
    assert len(set(names.values())) == 75
    assert answer["DisplayLanguageCode"] == display


def test_a_display_language_is_checked(client: Any) -> None:
    """Ten display languages are known; another is refused by name, and so is a token of somebody else's."""
    assert len(languages().shown) == 10
    with pytest.raises(client.exceptions.UnsupportedDisplayLanguageCodeException):
        client.list_languages(DisplayLanguageCode="xx")
    with pytest.raises(client.exceptions.InvalidParameterValueException):
        client.list_languages(NextToken="theirs")
    with pytest.raises(client.exceptions.InvalidParameterValueException):
        client.list_languages(MaxResults=501)


def test_too_many_tags_are_refused(client: Any) -> None:
    """A terminology has at most 50 tags and a description of 256 characters."""
    data = {"MergeStrategy": "OVERWRITE", "TerminologyData": {"File": b"en,de\n", "Format": "CSV"}}
    with pytest.raises(client.exceptions.TooManyTagsException):
        client.import_terminology(Name="n", Tags=[{"Key": str(n), "Value": ""} for n in range(51)], **data)
    with pytest.raises(client.exceptions.InvalidParameterValueException):
        client.import_terminology(Name="n", Description="d" * 257, **data)


_BY_FAULT = {
    "ConcurrentModificationException",
    "InternalServerException",
    "ServiceUnavailableException",
    "TooManyRequestsException",
}
_REQUESTS: dict[str, dict[str, Any]] = {
    "DeleteTerminology": {"Name": "n"},
    "GetTerminology": {"Name": "n"},
    "ImportTerminology": {
        "Name": "n",
        "MergeStrategy": "OVERWRITE",
        "TerminologyData": {"File": b"en,de\n", "Format": "CSV"},
    },
    "ListLanguages": {},
    "ListTerminologies": {},
    "TranslateDocument": {
        "Document": {"Content": b"Hi", "ContentType": "text/plain"},
        "SourceLanguageCode": "en",
        "TargetLanguageCode": "de",
    },
    "TranslateText": {"Text": "Hi", "SourceLanguageCode": "en", "TargetLanguageCode": "de"},
}


def _errors_of_aws() -> list[tuple[str, str]]:
    """Operations and errors that only AWS itself can cause, by botocore's model."""
    model = boto3.client("translate", "eu-west-3").meta.service_model
    return [
        (operation, error.name)
        for operation in sorted(_OPERATIONS)
        for error in model.operation_model(operation).error_shapes
        if error.name in _BY_FAULT
    ]


@pytest.mark.parametrize(("operation", "error"), _errors_of_aws())
def test_errors_of_aws_itself_come_from_a_fault_plan(cloud: Cloud, client: Any, operation: str, error: str) -> None:
    """Throttling, failures of the service, and two who change one thing at once: no request causes them."""
    with cloud.faults(FaultPlan((Fault("translate", operation, error),))), pytest.raises(ClientError) as caught:
        client._make_api_call(operation, _REQUESTS[operation])

    assert caught.value.response["Error"]["Code"] == error
