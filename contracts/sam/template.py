"""A template as it was written: its sections, its includes inlined, and the line of everything in it."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from contracts.documents import Document
from contracts.errors import Location, TemplateError

Read = Callable[[str], Document]
Keys = tuple[str | int, ...]

SERVERLESS = "AWS::Serverless-2016-10-31"
INCLUDE = "AWS::Include"
LANGUAGE_EXTENSIONS = "AWS::LanguageExtensions"
TRANSFORMS = (SERVERLESS, INCLUDE, LANGUAGE_EXTENSIONS)
# Beside Resources; each an object. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
SECTIONS = ("Parameters", "Mappings", "Conditions", "Globals", "Outputs")
# What the SAM transform calls the members that it moves.
RENAMED_MEMBERS = {"Body": "DefinitionBody", "Content": "ContentUri", "Code": "CodeUri"}


@dataclass(frozen=True, slots=True)
class Template:
    """
    A template as it was written.

    Attributes:
        body: The whole template as plain JSON values.
        included: The documents that were included, by the keys below which they are in `body`.
        transforms: The names of its transforms.
    """

    document: Document
    body: Mapping[str, Any]
    transforms: tuple[str, ...]
    included: Mapping[Keys, Document] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """The file, as the user named it."""
        return self.document.path

    @property
    def resources(self) -> Mapping[str, Mapping[str, Any]]:
        """The resources as they were written."""
        resources: Mapping[str, Mapping[str, Any]] = self.body["Resources"]
        return resources

    def beside(self, relative: str) -> Path:
        """The absolute path of a file or folder that the template names relative to itself."""
        return (Path(self.path).parent / relative.replace("\0", "\N{REPLACEMENT CHARACTER}")).resolve()

    def origin(self, logical_id: str) -> str | None:
        """The authored resource that a transformed one comes from: `Create` of `CreateRole`; None for implicit APIs."""
        if logical_id in self.resources:
            return logical_id
        # The SAM transform appends to the logical id of what it expands.
        prefixes = (name for name in self.resources if logical_id.startswith(name))
        return max(prefixes, key=len, default=None)

    def locate(self, keys: Keys) -> Location:
        """
        The place of a value, or of the nearest thing around it that was written.

        Args:
            keys: From the top of the transformed template; `()` is the template itself.
        """
        keys = self._as_written(keys)
        for start in sorted(self.included, key=len, reverse=True):
            inner = keys[len(start) :]
            if keys[: len(start)] == start and (not inner or _existing(self.included[start].value, inner)):
                return located(self.included[start], inner)
        return located(self.document, keys)

    def written(self, keys: Keys) -> Location | None:
        """
        The place of exactly this value; None where nobody wrote it, since a transform made it.

        Args:
            keys: As those of `locate`.
        """
        known = self._as_written(keys)
        if len(known) < len(keys):
            return None
        for start in sorted(self.included, key=len, reverse=True):
            inner = known[len(start) :]
            if known[: len(start)] == start and _existing(self.included[start].value, inner) == inner:
                return located(self.included[start], inner)
        return located(self.document, known) if _existing(self.document.value, known) == known else None

    def _as_written(self, keys: Keys) -> Keys:
        if len(keys) < 2 or keys[0] != "Resources":
            return keys
        origin = self.origin(str(keys[1])) or self._implicit_origin()
        keys = ("Resources", origin, *keys[2:])
        properties = self.resources[origin].get("Properties")
        if len(keys) > 3 and isinstance(properties, Mapping) and keys[3] not in properties:
            written = RENAMED_MEMBERS.get(str(keys[3]))
            keys = (*keys[:3], written, *keys[4:]) if written and written in properties else keys[:2]
        return keys

    def _implicit_origin(self) -> str:
        """The first resource with events: the implicit APIs (ServerlessRestApi, ServerlessHttpApi) begin there."""
        with_events = (
            name
            for name, resource in self.resources.items()
            if isinstance(resource.get("Properties"), Mapping) and "Events" in resource["Properties"]
        )
        return next(with_events, next(iter(self.resources)))


def located(document: Document, keys: Keys) -> Location:
    """The place of a value in a document, or of the nearest thing around it that exists."""
    existing = _existing(document.value, keys)
    return document.location("".join(f"/{_escaped(key)}" for key in existing))


def _existing(value: Any, keys: Keys) -> Keys:
    """The longest beginning of the keys that leads somewhere."""
    for index, key in enumerate(keys):
        members = dict(enumerate(value)) if isinstance(value, list) else value
        if not isinstance(members, Mapping) or key not in members:
            return keys[:index]
        value = members[key]
    return keys


def _escaped(key: str | int) -> str:
    # RFC 6901, section 3
    return str(key).replace("~", "~0").replace("/", "~1")


def read_template(path: str, read: Read) -> Template:
    """
    Read a template and check that it is one; nothing in it is expanded yet.

    Raises:
        DocumentError: The file is missing, or not YAML or JSON.
        TemplateError: It is not a SAM or CloudFormation template, or has a transform that runs in AWS alone.
    """
    document = read(path)
    if not isinstance(document.value, Mapping) or not isinstance(document.value.get("Resources"), Mapping):
        raise _not_a_template(document)
    if not document.value["Resources"]:
        raise TemplateError("the template has no Resources", location=located(document, ("Resources",)), cure=ADD_ONE)
    for section in SECTIONS:
        if not isinstance(document.value.get(section) or {}, Mapping):
            raise TemplateError(
                f"{section} is not an object", location=located(document, (section,)), cure="Check its indentation."
            )
    for logical_id, resource in document.value["Resources"].items():
        _check_resource(document, str(logical_id), resource)
    return Template(document, body=plain(document.value), transforms=_transforms(document))


GIVE_PROCESSED = "Give the processed template: aws cloudformation get-template --template-stage Processed."
ADD_ONE = "Add at least one resource, for example of the type AWS::Serverless::Function."


def _not_a_template(document: Document) -> TemplateError:
    value = document.value
    if isinstance(value, Mapping) and ("openapi" in value or "swagger" in value):
        return TemplateError(
            "this is an OpenAPI document, not a template",
            location=located(document, ()),
            cure="Give it as the contract, and the SAM or CloudFormation template as the template.",
        )
    cure = "Give the file that has `Resources`."
    if not isinstance(value, Mapping):
        problem = "this is not a SAM or CloudFormation template: it is no object"
    elif value.get("Resources") is not None:
        problem, cure = "Resources is not an object", "Check its indentation: a logical id, and below it Type."
    else:
        problem = "this is not a SAM or CloudFormation template: it has no Resources"
        near = [key for key in value if key != "Resources" and difflib.get_close_matches(key.title(), ["Resources"])]
        cure = f"Write `{near[0]}` as `Resources`." if near else ADD_ONE
    return TemplateError(problem, location=located(document, ("Resources",)), cure=cure)


def _check_resource(document: Document, logical_id: str, resource: Any) -> None:
    if logical_id.startswith("Fn::"):
        return
    if not isinstance(resource, Mapping):
        raise TemplateError(
            f"the resource {logical_id} is not an object",
            location=located(document, ("Resources", logical_id)),
            cure="Check its indentation: Type and Properties belong below it.",
        )
    if not isinstance(resource.get("Type"), str):
        raise TemplateError(
            f"the resource {logical_id} has no Type",
            location=located(document, ("Resources", logical_id)),
            cure="Add one, for example AWS::Serverless::Function.",
        )


def _transforms(document: Document) -> tuple[str, ...]:
    written = document.value.get("Transform") or []
    entries = written if isinstance(written, list) else [written]
    names = tuple(str(entry.get("Name")) if isinstance(entry, Mapping) else str(entry) for entry in entries)
    unknown = next((name for name in names if name not in TRANSFORMS), None)
    if unknown is not None:
        nearest = difflib.get_close_matches(unknown, TRANSFORMS, 1, cutoff=0.9)
        raise TemplateError(
            f"the transform {unknown} does not exist" if nearest else f"the transform {unknown} runs in AWS alone",
            location=located(document, ("Transform",)),
            cure=f"Did you mean {nearest[0]}?" if nearest else GIVE_PROCESSED,
        )
    return names


def plain(value: Any) -> Any:
    """
    A copy of plain JSON values.

    YAML reads a response's `200:` as a number, and the SAM transform has texts and objects of types of its own.
    """
    if isinstance(value, Mapping):
        return {str(key): plain(member) for key, member in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return str(value) if isinstance(value, str) else value
