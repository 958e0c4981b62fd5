"""Mocks: MOCK integrations, as far as preflights and health checks use them.

* The request template of the request's media type says the status, in JSON or in something like it:
  `{statusCode: 200}` works (LS). No status is 500 (C).
* The first response whose pattern matches the status answers, else `default` (D).
* A template may put in `$context` and `$stageVariables`; one with VTL in it is not supported, see `problem`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from contracts.contract import Integration
from contracts.gateway.calls import Call
from contracts.gateway.media_types import DEFAULT_MEDIA_TYPE, essence
from contracts.gateway.refusals import MISCONFIGURED, UNSUPPORTED_MEDIA_TYPE, VARIABLE, Refusal, Variables
from contracts.gateway.responses import Line, line, response
from contracts.http import Response

STATUS = re.compile(r"""["']?statusCode["']?\s*:\s*["']?([2-5][0-9][0-9])(?![0-9])""")
HEADER_PREFIX = "method.response.header."
_VTL = re.compile(r"#(?:set|if|else|end|foreach|macro|\{|\*|#)|\$")


@dataclass(frozen=True, slots=True)
class MockResponse:
    """
    One entry of `responses`.

    Attributes:
        pattern: None for `default`.
        status: None where the document has none that can be sent.
    """

    pattern: re.Pattern[str] | None
    status: int | None
    headers: tuple[tuple[str, str], ...]
    template: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class Mock:
    """
    A MOCK integration.

    Attributes:
        passthrough: `WHEN_NO_MATCH`, `WHEN_NO_TEMPLATES` or `NEVER`.
        templates: By media type.
        problem: What of it is not supported here, or None.
    """

    passthrough: str
    templates: Mapping[str, str]
    responses: tuple[MockResponse, ...]
    problem: str | None = None

    def answer(self, call: Call) -> Response | Refusal:
        """The mock's response; it has no trace id (LS)."""
        variables = Variables(call)
        template = self.templates.get(essence(call.request.headers.get("Content-Type")) or DEFAULT_MEDIA_TYPE)
        if template is None:
            if self.passthrough == "NEVER" or (self.passthrough == "WHEN_NO_TEMPLATES" and self.templates):
                return Refusal(UNSUPPORTED_MEDIA_TYPE)  # MS; D
            said = (call.request.body or b"").decode("utf-8", "replace")
        else:
            said = variables.filled(template)
        status = STATUS.search(said)
        chosen = None if status is None else self._response(status[1])
        if chosen is None or chosen.status is None:
            return Refusal(MISCONFIGURED)
        media_type, text = chosen.template or (DEFAULT_MEDIA_TYPE, "")
        lines = [each for name, said in chosen.headers if (each := _line(name, variables.value(said)))]
        body = variables.filled(text).encode("utf-8", "replace")
        return response(call, chosen.status, media_type=media_type, lines=lines, body=body)

    def _response(self, status: str) -> MockResponse | None:
        for each in self.responses:
            if each.pattern is not None and each.pattern.fullmatch(status):
                return each
        return next((each for each in self.responses if each.pattern is None), None)


def mock_of(integration: Integration) -> Mock:
    """The mock that an integration of type `mock` describes."""
    settings = integration.settings
    templates = {essence(name): text for name, text in _texts(settings.get("requestTemplates")).items()}
    responses = settings.get("responses")
    entries = responses.items() if isinstance(responses, Mapping) else ()
    made = [_response(str(name), each) for name, each in entries if isinstance(each, Mapping)]
    mock = Mock(
        passthrough=str(settings.get("passthroughBehavior") or "WHEN_NO_MATCH").upper(),
        templates=templates,
        responses=tuple(each for each in made if each is not None),
    )
    texts = [*templates.values(), *(each.template[1] for each in mock.responses if each.template is not None)]
    if None in made:
        return Mock(mock.passthrough, templates, mock.responses, "a response pattern is no regular expression")
    if any(map(is_program, texts)):
        return Mock(
            mock.passthrough, templates, mock.responses, "its template is written in VTL, which is not run here"
        )
    return mock


def _response(name: str, document: Mapping[str, Any]) -> MockResponse | None:
    """An entry, or None where its pattern is no regular expression."""
    try:
        pattern = None if name == "default" else re.compile(name)
    except re.error:
        return None
    status = str(document.get("statusCode") or "")
    return MockResponse(
        pattern=pattern,
        status=int(status) if re.fullmatch(r"[2-5][0-9][0-9]", status) else None,
        headers=tuple(
            (header.removeprefix(HEADER_PREFIX), value)
            for header, value in _texts(document.get("responseParameters")).items()
            if header.startswith(HEADER_PREFIX)
        ),
        template=template_of(document),
    )


def template_of(document: Mapping[str, Any]) -> tuple[str, str] | None:
    """The media type and the template of an integration's response; the JSON one where there are several."""
    templates = _texts(document.get("responseTemplates"))
    chosen = DEFAULT_MEDIA_TYPE if DEFAULT_MEDIA_TYPE in templates else next(iter(templates), None)
    return None if chosen is None else (chosen, templates[chosen])


def is_program(template: str) -> bool:
    """Whether a template is written in VTL, and does more than put in variables."""
    return _VTL.search(VARIABLE.sub("", template)) is not None


def _line(name: str, value: str | None) -> Line | None:
    return None if value is None else line(name, value)


def _texts(value: Any) -> dict[str, str]:
    pairs = value.items() if isinstance(value, Mapping) else ()
    return {str(key): member for key, member in pairs if isinstance(member, str)}
