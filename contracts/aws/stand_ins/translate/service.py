"""The operations of Amazon Translate that are emulated, and the state behind them."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from contracts.aws.stand_ins.translate.documents import document
from contracts.aws.stand_ins.translate.languages import document_pair, languages, text_pair
from contracts.aws.stand_ins.translate.refused import RefusedError
from contracts.aws.stand_ins.translate.terminologies import MOST_TERMINOLOGIES, Terminology, terms
from contracts.aws.stand_ins.translate.texts import Manner
from contracts.aws.wire import Answer, json_answer

Place = tuple[str, str]
"""An account and a region: a terminology belongs to one of them, and its name to one terminology there."""

State = Mapping[Place, Mapping[str, Terminology]]
"""All terminologies, by place and name. It is replaced and never changed: whoever holds it holds a snapshot."""

# https://docs.aws.amazon.com/translate/latest/dg/what-is-limits.html and API_TranslateText.html
_TEXT_BYTES = 10_000
_PAGE = 500
_MOST_TAGS = 50
# https://docs.aws.amazon.com/translate/latest/APIReference/API_ImportTerminology.html
_NAME = re.compile(r"([A-Za-z0-9-]_?)+")
_LONGEST_NAME = _LONGEST_DESCRIPTION = 256

Members = Mapping[str, Any]


class Translate:
    """
    The service in all accounts and regions.

    Args:
        clock: Seconds since 1970.
    """

    def __init__(self, *, clock: Callable[[], float]) -> None:
        self.state: State = {}
        self._clock = clock

    def answer(self, operation: str, body: bytes, *, account: str, region: str) -> Answer | None:
        """
        The service's answer, or None for an operation that is not emulated.

        Args:
            operation: For example `TranslateText`.
            body: The wire request, JSON.
            account: Whose terminologies.
            region: Where.
        """
        act = _OPERATIONS.get(operation)
        if act is None:
            return None
        try:
            return json_answer(act(_Caller(self, (account, region), self._clock), json.loads(body or b"{}")))
        except RefusedError as error:
            return json_answer({"__type": error.code, "Message": error.text, **error.members}, status=400)


class _Caller:
    """The service as one account sees it in one region."""

    def __init__(self, service: Translate, place: Place, clock: Callable[[], float]) -> None:
        self._service = service
        self._place = place
        self._clock = clock

    def translate_text(self, request: Members) -> Members:
        text = request["Text"]
        if not text:
            raise RefusedError("InvalidRequestException", "The text is empty.")
        size = len(text.encode("utf-8", "surrogatepass"))
        if size > _TEXT_BYTES:
            raise RefusedError(
                "TextSizeLimitExceededException",
                f"Input text size exceeds limit. Max length of request text allowed is {_TEXT_BYTES} bytes "
                f"while in this request the text size is {size} bytes",
            )
        source, target = text_pair(request["SourceLanguageCode"], request["TargetLanguageCode"], text)
        applied = _applied(request, source, target)
        manner, named = self._manner(request, source, target, applied)
        return {"TranslatedText": manner.translated(text), **_described(manner, named, applied)}

    def translate_document(self, request: Members) -> Members:
        given = request["Document"]
        found = document(_decoded(given["Content"]), given["ContentType"])
        source, target = document_pair(request["SourceLanguageCode"], request["TargetLanguageCode"], found.text)
        applied = _applied(request, source, target)
        applied.pop("Brevity", None)
        if "Formality" in (request.get("Settings") or {}) and "Formality" not in applied:
            # For documents, and for them alone: API_TranslateDocument.html
            raise RefusedError("InvalidRequestException", f"Formality is not supported for {target}.")
        manner, named = self._manner(request, source, target, applied)
        content = base64.b64encode(found.translated(manner)).decode()
        return {"TranslatedDocument": {"Content": content}, **_described(manner, named, applied)}

    def list_languages(self, request: Members) -> Members:
        display = request.get("DisplayLanguageCode", "en")
        names = languages().shown.get(display)
        if names is None:
            raise RefusedError(
                "UnsupportedDisplayLanguageCodeException",
                f"{display} is no display language.",
                DisplayLanguageCode=display,
            )
        page, more = _page(request, list(names))
        listed = [{"LanguageCode": code, "LanguageName": names[code]} for code in page]
        return {"DisplayLanguageCode": display, "Languages": listed, **more}

    def import_terminology(self, request: Members) -> Members:
        name = _checked_name(request["Name"])
        if request["MergeStrategy"] != "OVERWRITE":
            raise _invalid("The merge strategy is OVERWRITE; there is no other.")
        if len(request.get("Description") or "") > _LONGEST_DESCRIPTION:
            raise _invalid("The description is too long.")
        if len(request.get("Tags") or ()) > _MOST_TAGS:
            raise RefusedError("TooManyTagsException", f"A resource has at most {_MOST_TAGS} tags.")
        data, known, now = request["TerminologyData"], self._terminologies, self._clock()
        for member, values in (("Format", {"CSV", "TSV", "TMX"}), ("Directionality", {None, "UNI", "MULTI"})):
            if data.get(member) not in values:
                raise _invalid(f"{member} {data.get(member)} is not known.")
        if name not in known and len(known) >= MOST_TERMINOLOGIES:
            raise RefusedError("LimitExceededException", f"The account has {MOST_TERMINOLOGIES} terminologies.")
        content = _decoded(data["File"])
        imported = Terminology(
            name=name,
            terms=terms(content, data["Format"]),
            size=len(content),
            file_format=data["Format"],
            directionality=data.get("Directionality"),
            description=request.get("Description"),
            encryption_key=request.get("EncryptionKey"),
            created=known[name].created if name in known else now,
            updated=now,
        )
        self._keep({**known, name: imported})
        return {"TerminologyProperties": self._properties(imported)}

    def get_terminology(self, request: Members) -> Members:
        found = self._terminology(_checked_name(request["Name"]))
        if request.get("TerminologyDataFormat", found.file_format) not in {"CSV", "TSV", "TMX"}:
            raise _invalid("The data format is CSV, TSV or TMX.")
        # Nothing leaves this machine, so nothing is behind the location.
        location = f"https://terminology-data.s3.{self._place[1]}.amazonaws.com/{found.name}"
        return {
            "TerminologyProperties": self._properties(found),
            "TerminologyDataLocation": {"RepositoryType": "S3", "Location": location},
        }

    def list_terminologies(self, request: Members) -> Members:
        known = self._terminologies
        page, more = _page(request, sorted(known))
        return {"TerminologyPropertiesList": [self._properties(known[name]) for name in page], **more}

    def delete_terminology(self, request: Members) -> Members:
        gone = self._terminology(_checked_name(request["Name"]))
        self._keep({name: each for name, each in self._terminologies.items() if name != gone.name})
        return {}

    @property
    def _terminologies(self) -> Mapping[str, Terminology]:
        return self._service.state.get(self._place, {})

    def _keep(self, terminologies: Mapping[str, Terminology]) -> None:
        self._service.state = {**self._service.state, self._place: terminologies}

    def _terminology(self, name: str) -> Terminology:
        found = self._terminologies.get(name)
        if found is None:
            raise RefusedError("ResourceNotFoundException", f"The terminology {name} does not exist.")
        return found

    def _properties(self, terminology: Terminology) -> Members:
        account, region = self._place
        return terminology.properties(f"arn:aws:translate:{region}:{account}:terminology/{terminology.name}/LATEST")

    def _manner(
        self, request: Members, source: str, target: str, applied: Members
    ) -> tuple[Manner, Terminology | None]:
        """How the request wants its text translated, and the terminology that it names."""
        names: Sequence[str] = request.get("TerminologyNames") or ()
        if len(names) > 1:
            raise RefusedError("InvalidRequestException", "A request has at most one terminology.")
        named = self._terminology(names[0]) if names else None
        return (
            Manner(
                source,
                target,
                terms=named.between(source, target) if named else {},
                mask="Profanity" in applied,
                brief="Brevity" in applied,
            ),
            named,
        )


_OPERATIONS: Mapping[str, Callable[[_Caller, Members], Members]] = {
    "DeleteTerminology": _Caller.delete_terminology,
    "GetTerminology": _Caller.get_terminology,
    "ImportTerminology": _Caller.import_terminology,
    "ListLanguages": _Caller.list_languages,
    "ListTerminologies": _Caller.list_terminologies,
    "TranslateDocument": _Caller.translate_document,
    "TranslateText": _Caller.translate_text,
}


def _described(manner: Manner, named: Terminology | None, applied: Members) -> dict[str, Any]:
    """What an answer says beside the translation: the languages, and what took effect."""
    described: dict[str, Any] = {"SourceLanguageCode": manner.source, "TargetLanguageCode": manner.target}
    if named:
        used = [{"SourceText": term, "TargetText": translation} for term, translation in manner.applied.items()]
        described["AppliedTerminologies"] = [{"Name": named.name, "Terms": used}]
    return described | ({"AppliedSettings": applied} if applied else {})


def _applied(request: Members, source: str, target: str) -> dict[str, str]:
    """
    The settings that take effect; one that the languages do not know is ignored, not refused.

    https://docs.aws.amazon.com/translate/latest/APIReference/API_TranslationSettings.html
    https://docs.aws.amazon.com/translate/latest/dg/customizing-translations-brevity.html
    https://docs.aws.amazon.com/translate/latest/dg/customizing-translations-profanity.html
    """
    asked: Mapping[str, str] = request.get("Settings") or {}
    for name, values in (("Formality", {"FORMAL", "INFORMAL"}), ("Profanity", {"MASK"}), ("Brevity", {"ON"})):
        if name in asked and asked[name] not in values:
            raise RefusedError("InvalidRequestException", f"{name} {asked[name]} is not one of {sorted(values)}.")
    known = languages()
    takes_effect = {
        "Formality": target in known.formality,
        "Profanity": source != target and target not in known.unmasked,
        "Brevity": target in known.brevity or (target == "en" and source in known.brevity),
    }
    return {name: value for name, value in asked.items() if takes_effect.get(name)}


def _page(request: Members, listed: list[str]) -> tuple[list[str], dict[str, str]]:
    """A page of names, and the token of the next one unless it is the last."""
    size = request.get("MaxResults", _PAGE)
    if not 1 <= size <= _PAGE:
        raise _invalid(f"MaxResults is 1 to {_PAGE}.")
    start = _start(request.get("NextToken"), len(listed))
    more = {}
    if start + size < len(listed):
        more["NextToken"] = base64.urlsafe_b64encode(str(start + size).encode()).decode()
    return listed[start : start + size], more


def _start(token: str | None, count: int) -> int:
    if token is None:
        return 0
    try:
        start = int(base64.urlsafe_b64decode(token.encode()))
    except (ValueError, binascii.Error):
        start = -1
    if not 0 < start < count:
        raise _invalid("NextToken is not one that this service gave.")
    return start


def _checked_name(name: str) -> str:
    if len(name) > _LONGEST_NAME or not _NAME.fullmatch(name):
        raise _invalid(f"The name {name} is not allowed.")
    return name


def _decoded(content: str) -> bytes:
    try:
        return base64.b64decode(content, validate=True)
    except binascii.Error:
        raise RefusedError("InvalidRequestException", "The content is not base64.") from None


def _invalid(message: str) -> RefusedError:
    return RefusedError("InvalidParameterValueException", message)
