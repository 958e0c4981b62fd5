"""Custom terminologies of the stand-in: imported, listed, applied, deleted; each in one account and region."""

from __future__ import annotations

from typing import Any

import boto3
import pytest

from contracts.aws.cloud import Cloud
from tests.harness.aws.stand_ins.translate.asking import imported

CSV = "en,de,fr\nNight Owl,Nachteule,Oiseau de nuit\nkey,Taste,touche\n"
TMX = """<?xml version="1.0"?><tmx version="1.4"><header srclang="en"/><body><tu>
<tuv xml:lang="en"><seg>key</seg></tuv><tuv xml:lang="de"><seg>Taste</seg></tuv></tu></body></tmx>"""


def translated(client: Any, text: str, *, source: str = "en", target: str = "de", names: tuple[str, ...] = ()) -> Any:
    """The answer of TranslateText with terminologies."""
    return client.translate_text(
        Text=text, SourceLanguageCode=source, TargetLanguageCode=target, TerminologyNames=list(names or ("brands",))
    )


def test_an_import_is_described(client: Any) -> None:
    """The properties say what was in the file."""
    properties = imported(client, CSV)

    assert (properties["Name"], properties["SourceLanguageCode"]) == ("brands", "en")
    assert properties["TargetLanguageCodes"] == ["de", "fr"]
    assert (properties["TermCount"], properties["SkippedTermCount"]) == (2, 0)
    assert properties["SizeBytes"] == len(CSV)
    assert properties["Arn"].endswith(":terminology/brands/LATEST")
    assert "Directionality" not in properties


def test_terms_are_applied_and_the_answer_says_which(client: Any) -> None:
    """Only what the text has, in the order in which it has it."""
    imported(client, CSV)

    answer = translated(client, "Press the key, Night Owl")

    assert answer["TranslatedText"].startswith("[de] Press the Taste, Nachteule")
    assert answer["AppliedTerminologies"] == [
        {
            "Name": "brands",
            "Terms": [
                {"SourceText": "key", "TargetText": "Taste"},
                {"SourceText": "Night Owl", "TargetText": "Nachteule"},
            ],
        }
    ]


def test_terms_are_applied_to_documents(client: Any) -> None:
    """A document may name a terminology as a text may."""
    imported(client, CSV)
    answer = client.translate_document(
        Document={"Content": b"key", "ContentType": "text/plain"},
        SourceLanguageCode="en",
        TargetLanguageCode="fr",
        TerminologyNames=["brands"],
    )

    assert answer["TranslatedDocument"]["Content"] == b"[fr] touche~"
    assert answer["AppliedTerminologies"][0]["Name"] == "brands"


@pytest.mark.parametrize(("source", "target"), [("de", "en"), ("en", "ko"), ("fr", "de")])
def test_one_direction_has_one_source(client: Any, source: str, target: str) -> None:
    """For another pair nothing is applied, which is no error; a terminology of all directions knows more pairs."""
    imported(client, CSV)
    imported(client, CSV, name="all", Directionality="MULTI")

    assert translated(client, "Taste key", source=source, target=target)["AppliedTerminologies"][0]["Terms"] == []
    assert translated(client, "Taste", source="de", target="en", names=("all",))["TranslatedText"] == "[en] Key~~"


@pytest.mark.parametrize(("file", "form"), [(CSV.replace(",", "\t"), "TSV"), (TMX, "TMX"), ("\ufeff" + CSV, "CSV")])
def test_three_formats_are_read(client: Any, file: str, form: str) -> None:
    """CSV, TSV and TMX say the same; a byte order mark says nothing."""
    assert imported(client, file, Format=form)["SourceLanguageCode"] == "en"
    assert translated(client, "key")["TranslatedText"] == "[de] Taste~"


@pytest.mark.parametrize(
    ("file", "form"),
    [
        ("", "CSV"),
        ("en\nkey\n", "CSV"),
        ("en,xx\nkey,key\n", "CSV"),
        ("en,de,de\na,b,c\n", "CSV"),
        ("en,de\nkey\n", "CSV"),
        ('en,de\n"key,key\n', "CSV"),
        ("<tmx>", "TMX"),
        ("<!DOCTYPE tmx><tmx/>", "TMX"),
        ("en,de\nkey,Taste\n", "PDF"),
    ],
)
def test_a_file_that_is_none_is_refused(client: Any, file: str, form: str) -> None:
    """Languages that are unknown, too few or twice, rows that are too short, and what is no such file at all."""
    with pytest.raises(client.exceptions.InvalidParameterValueException):
        imported(client, file, Format=form)


def test_long_terms_are_skipped_and_counted(client: Any) -> None:
    """A term has at most 200 bytes."""
    properties = imported(client, f"en,de\n{'k' * 200},a\n{'가' * 67},b\n")

    assert (properties["TermCount"], properties["SkippedTermCount"]) == (1, 1)


def test_there_are_at_most_ten_targets_and_a_hundred_terminologies(client: Any) -> None:
    """The limits of the guide; a terminology that exists can still be overwritten."""
    with pytest.raises(client.exceptions.LimitExceededException):
        imported(client, "en,de,fr,it,es,pt,nl,sv,da,fi,no,pl\n")
    for number in range(100):
        imported(client, "en,de\n", name=f"n{number}")
    with pytest.raises(client.exceptions.LimitExceededException):
        imported(client, CSV)

    assert imported(client, CSV, name="n7")["TermCount"] == 2


@pytest.mark.parametrize("name", ["two__lines", "_a", "ü", "a" * 257, "a b"])
def test_a_name_has_a_form(client: Any, name: str) -> None:
    """Letters, digits and hyphens of ASCII, with single underscores behind them."""
    with pytest.raises(client.exceptions.InvalidParameterValueException):
        imported(client, CSV, name=name)


def test_an_import_overwrites(client: Any) -> None:
    """The time of creation stays, everything else is new; another strategy does not exist."""
    first = imported(client, CSV)
    second = imported(client, "en,ko\nkey,열쇠\n")

    assert (second["CreatedAt"], second["TargetLanguageCodes"]) == (first["CreatedAt"], ["ko"])
    with pytest.raises(client.exceptions.InvalidParameterValueException):
        client.import_terminology(Name="n", MergeStrategy="MERGE", TerminologyData={"File": b"", "Format": "CSV"})


def test_what_is_deleted_is_gone(client: Any) -> None:
    """Then it is found by nobody, and cannot be deleted again or named by a translation."""
    imported(client, CSV)
    assert client.get_terminology(Name="brands")["TerminologyDataLocation"]["RepositoryType"] == "S3"
    client.delete_terminology(Name="brands")

    for act in (client.get_terminology, client.delete_terminology):
        with pytest.raises(client.exceptions.ResourceNotFoundException):
            act(Name="brands")
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        translated(client, "key")


def test_a_request_names_one_terminology(client: Any) -> None:
    """Two are an invalid request, though the parameter is a list."""
    imported(client, CSV)
    with pytest.raises(client.exceptions.InvalidRequestException):
        translated(client, "key", names=("brands", "brands"))


def test_all_are_listed_once(client: Any) -> None:
    """The pages hold every terminology exactly once, by name."""
    for name in ("c", "a", "b"):
        imported(client, CSV, name=name)
    pages = client.get_paginator("list_terminologies").paginate(PaginationConfig={"PageSize": 2})

    assert [each["Name"] for page in pages for each in page["TerminologyPropertiesList"]] == ["a", "b", "c"]


def test_a_region_has_its_own(client: Any) -> None:
    """A terminology of another region is none of this one."""
    imported(client, CSV)

    assert boto3.client("translate", "us-east-1").list_terminologies()["TerminologyPropertiesList"] == []


def test_a_snapshot_brings_them_back(cloud: Cloud, client: Any) -> None:
    """What was deleted since is there again, what was imported since is gone, and a reset leaves none."""
    imported(client, CSV)
    moment = cloud.snapshot()
    client.delete_terminology(Name="brands")
    imported(client, CSV, name="later")

    cloud.restore(moment)
    assert [each["Name"] for each in client.list_terminologies()["TerminologyPropertiesList"]] == ["brands"]
    cloud.reset()
    assert client.list_terminologies()["TerminologyPropertiesList"] == []
