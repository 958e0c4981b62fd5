"""openapi: an OpenAPI 3.0 or Swagger 2.0 document, with API Gateway's extensions and ours, becomes a `Contract`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from contracts.contract import Contract, RequestValidator
from contracts.documents import Document, Documents
from contracts.errors import ContractError
from contracts.openapi import swagger
from contracts.openapi.any_method import spelled_out, spelled_out_document
from contracts.openapi.bundling import Bundle, bundled
from contracts.openapi.examples import check_examples
from contracts.openapi.extensions import check_extensions
from contracts.openapi.importing import OPEN, Imported, ImportedMethod, ImportRefusal, imported
from contracts.openapi.links import settle_links
from contracts.openapi.operations import Reader, Resolve, extensions_of, requirements, validator_name
from contracts.openapi.rules import check_operation_ids, check_path_parameters, check_schemas

__all__ = [
    "OPEN",
    "ImportRefusal",
    "Imported",
    "ImportedMethod",
    "imported",
    "load",
    "spelled_out",
    "spelled_out_document",
]

VALIDATORS = "x-amazon-apigateway-request-validators"
GATEWAY_RESPONSES = "x-amazon-apigateway-gateway-responses"
BINARY_MEDIA_TYPES = "x-amazon-apigateway-binary-media-types"
POLICY = "x-amazon-apigateway-policy"
SUPPORTED = re.compile(r"3\.0(\.[0-9]+.*)?")
# API Gateway imports 3.0.1; a document that says `3.0` means no more than that.
PLAIN_VERSION, FULL_VERSION = "3.0", "3.0.1"


def load(path: str | PurePath, *, resolve: Resolve | None = None, documents: Documents | None = None) -> Contract:
    """
    Read a contract.

    Args:
        path: The file, YAML or JSON; what it refers to is relative to it.
        resolve: The template's answer to an intrinsic function in the contract: its value, or
            `contracts.stack.Unresolved`; without it, intrinsic functions stay unresolved.
        documents: Files that were read already.

    Raises:
        DocumentError: A file cannot be read, or a reference leads nowhere.
        ContractError: The document is no usable OpenAPI 3.0 or Swagger 2.0 contract; the message says where and what
            to do.
    """
    documents = documents or Documents()
    document = documents.read(path)
    _check_kind(document)
    bundle = bundled(document, documents)
    if swagger.MEMBER in bundle.document:
        bundle = swagger.converted(bundle)
    if str(bundle.document["openapi"]) == PLAIN_VERSION:
        bundle.document["openapi"] = FULL_VERSION
    settle_links(bundle)
    contract = _contract(bundle, resolve)
    check_operation_ids(contract.operations)
    check_path_parameters(contract.operations)
    return contract


def _check_kind(document: Document) -> None:
    """
    The document is of OpenAPI 3.0 or Swagger 2.0 and has paths.

    Raises:
        ContractError: It is or has not.
    """
    value = document.value
    if not isinstance(value, Mapping):
        raise ContractError(
            "this is not an OpenAPI document: it is no object",
            location=document.location(),
            cure="Give the file that begins with `openapi: 3.0.1`.",
        )
    _check_version(document, value)
    paths = value.get("paths")
    if paths is not None and not isinstance(paths, Mapping):
        raise ContractError(
            "`paths` must be an object", location=document.location("/paths"), cure="Correct it, or its indentation."
        )
    if not any(str(path).startswith("/") or not str(path).startswith("x-") for path in paths or {}):
        raise ContractError(
            "the contract has no paths: it promises nothing",
            location=document.location("/paths"),
            cure="Add `paths` with at least one path and method.",
        )


def _check_version(document: Document, value: Mapping[str, Any]) -> None:
    if swagger.MEMBER in value:
        if str(value[swagger.MEMBER]) not in swagger.VERSIONS:
            raise ContractError(
                f"this is Swagger {value[swagger.MEMBER]}; Swagger 2.0 and OpenAPI 3.0 are supported",
                location=document.location("/swagger"),
                cure='Write the version as "2.0", if that is what it is, or convert the document.',
            )
        return
    if "openapi" not in value:
        is_template = "Resources" in value or "AWSTemplateFormatVersion" in value
        raise ContractError(
            "this is a template, not an OpenAPI document"
            if is_template
            else "this is not an OpenAPI document: it has no `openapi`",
            location=document.location(),
            cure="Give it as the template, and the OpenAPI document as the contract."
            if is_template
            else "Add `openapi: 3.0.1` at the top, or give the file that has it.",
        )
    if not isinstance(value["openapi"], (str, float)):
        raise ContractError(
            "`openapi` must be the version as text",
            location=document.location("/openapi"),
            cure="Write `openapi: 3.0.1`, if that is what it is.",
        )
    version = str(value["openapi"])
    if SUPPORTED.fullmatch(version) is None:
        newer = version.startswith("3.")
        raise ContractError(
            f"this is OpenAPI {version}; OpenAPI 3.0 is supported, as API Gateway imports it",
            location=document.location("/openapi"),
            cure="Write it as OpenAPI 3.0.1: `nullable: true` instead of the type null, `example` in schemas."
            if newer
            else "Write the version as 3.0.1, if that is what it is.",
        )


def _contract(bundle: Bundle, resolve: Resolve | None) -> Contract:
    document = bundle.document
    check_extensions(bundle)
    validators = _validators(bundle)
    reader = Reader(
        bundle,
        resolve=resolve,
        validators=validators,
        security=requirements(bundle, document),
        validator=validator_name(bundle, document, validators),
    )
    operations = tuple(reader.operations())
    if not operations:
        raise ContractError(
            "the contract has no operations: it promises nothing",
            location=bundle.place(document, "paths"),
            cure="Add a method below a path, for example `get`.",
        )
    check_schemas(bundle)
    check_examples(bundle)
    components = document.get("components", {})
    title = document.get("info", {}).get("title")
    return Contract(
        title=title if isinstance(title, str) else PurePath(bundle.source.path).stem,
        path=bundle.source.path,
        document=document,
        operations=operations,
        location=bundle.place(document),
        schemas=components.get("schemas", {}),
        security_schemes={
            name: reader.value(bundle.resolved(scheme))
            for name, scheme in components.get("securitySchemes", {}).items()
        },
        validators=validators,
        gateway_responses=_objects_by_name(bundle, GATEWAY_RESPONSES),
        binary_media_types=_binary_media_types(bundle),
        extensions={
            name: reader.value(member) if name == POLICY else member for name, member in extensions_of(document).items()
        },
    )


def _validators(bundle: Bundle) -> dict[str, RequestValidator]:
    # The names of its members are API Gateway's:
    # https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-request-validators.html
    return {
        name: RequestValidator(
            name,
            parameters=each.get("validateRequestParameters") is True,
            body=each.get("validateRequestBody") is True,
        )
        for name, each in _objects_by_name(bundle, VALIDATORS).items()
    }


def _objects_by_name(bundle: Bundle, member: str) -> dict[str, Mapping[str, Any]]:
    value = bundle.document.get(member) or {}
    if not isinstance(value, Mapping) or not all(isinstance(each, Mapping) for each in value.values()):
        raise ContractError(
            f"`{member}` must be an object of objects",
            location=bundle.place(bundle.document, member),
            cure="Correct it, or its indentation.",
        )
    return dict(value)


def _binary_media_types(bundle: Bundle) -> tuple[str, ...]:
    value = bundle.document.get(BINARY_MEDIA_TYPES) or []
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise ContractError(
            f"`{BINARY_MEDIA_TYPES}` must be a list of media types",
            location=bundle.place(bundle.document, BINARY_MEDIA_TYPES),
            cure="Write it as `- image/png`.",
        )
    return tuple(value)
