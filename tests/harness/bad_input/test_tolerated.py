"""No false refusals: what public apps write and API Gateway accepts, runs."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests.harness.bad_input.apps import (
    CONTRACT,
    HANDLER,
    PARAMETER,
    SCHEMA,
    TEMPLATE,
    Files,
    Printed,
    answer,
    changed,
    in_contract,
    link,
    parameter,
    written,
)

RECURSIVE = (
    "{type: object, required: [id], properties: {id: {type: string}, next: {$ref: '#/components/schemas/Ping'}}}"
)

DOCUMENTS: dict[str, Files] = {
    "a version without its patch number": in_contract("3.0.1", "3.0"),
    "a byte order mark": {"openapi.yaml": b"\xef\xbb\xbf" + CONTRACT.encode()},
    "line ends of Windows": {"openapi.yaml": CONTRACT.replace("\n", "\r\n")},
    "JSON": {"openapi.yaml": None, "openapi.json": json.dumps(yaml.safe_load(CONTRACT))},
    "a YAML directive": {"openapi.yaml": f"%YAML 1.1\n---\n{CONTRACT}"},
    "anchors and aliases": in_contract(
        SCHEMA, f"{SCHEMA.replace('schema: ', 'schema: &ping ')}\n            a/b: {{schema: *ping}}"
    ),
    "merge keys": {
        "openapi.yaml": changed(
            changed(CONTRACT, "info:", "x-base: &base {operationId: getPing}\ninfo:"),
            "      operationId: getPing\n",
            "      <<: *base\n",
        )
    },
    "statuses that are numbers": in_contract('"200":', "200:"),
    "members that YAML 1.1 reads as truths": answer(
        "{type: object, required: [id], properties: {id: {type: string}, on: {type: boolean}, 1: {}, ~: {}}}"
    ),
    "intrinsic functions": in_contract("title: Pings", "title: !Sub '${AWS::StackName} pings'"),
    "variables in the servers": in_contract(
        "paths:", "servers: [{url: 'https://${ApiId}.execute-api.${AWS::Region}.amazonaws.com/{stage}'}]\npaths:"
    ),
    "no info": in_contract('info: {title: Pings, version: "1"}\n', ""),
    "empty sections": in_contract("paths:", "servers:\ntags:\nsecurity:\ncomponents:\npaths:"),
    "extensions of others": in_contract("operationId: getPing\n", "operationId: getPing\n      x-codegen: {a: 1}\n"),
}

OBJECTS: dict[str, Files] = {
    "flags that are text": in_contract("required: true", "required: 'false'"),
    "nullable that is text": answer(SCHEMA.removeprefix("schema: ").replace("string}", "string, nullable: 'true'}")),
    "a required of draft 3": answer("{type: object, required: true, properties: {id: {type: string}}}"),
    "a parameter of Swagger 2.0": in_contract(PARAMETER, "type: string}\n"),
    "a parameter without a schema": in_contract(f", {PARAMETER}", "}\n"),
    "a parameter with an empty schema": in_contract(PARAMETER, "schema: }\n"),
    "a parameter of the path and again of the operation": in_contract(
        "    get:\n", "    parameters: [{name: id, in: path, schema: {type: integer}}]\n    get:\n"
    ),
    "no operationId": in_contract("      operationId: getPing\n", ""),
    "an empty description": in_contract("description: It is there.", "description:"),
    "a media type with parameters": in_contract("application/json:", "application/json; charset=utf-8:"),
    "a link to another contract": link("{operationRef: 'https://example.com/api.yaml#/paths/~1x/get'}"),
    "a link by a place": link("{operationRef: '#/paths/~1pings~1%7Bid%7D/get', parameters: {id: $response.body#/id}}"),
    "a link by a place of the file that names itself": link("{operationRef: 'openapi.yaml#/paths/~1pings~1{id}/get'}"),
}

SCHEMAS: dict[str, Files] = {
    "a recursive schema": answer(
        "{$ref: '#/components/schemas/Ping'}", f"components: {{schemas: {{Ping: {RECURSIVE}}}}}\n"
    ),
    "a schema of itself": answer(
        "{$ref: '#/components/schemas/Ping'}",
        "components: {schemas: {Ping: {allOf: [{$ref: '#/components/schemas/Ping'}]}}}\n",
    ),
    "a schema in a file out of the folder": {
        **answer("{$ref: '../shared/ping.yaml'}"),
        "../shared/ping.yaml": "type: object\nrequired: [id]\n",
    },
    "a list of types": answer("{type: [object, 'null'], required: [id]}"),
    "an unknown format": parameter("{type: string, format: ping-id}"),
    "an unknown word": parameter("{type: string, shape: round}"),
    "a huge number": parameter("{type: string, maxLength: 99999999999999999999}"),
    "a dash beside a class": answer("{properties: {id: {type: string, pattern: '^[\\w-.%]*$'}}}"),
    "a pattern that ignores case": answer("{properties: {id: {type: string, pattern: '(?i)^[^_]|_'}}}"),
    "anchors of Java": answer("{properties: {id: {type: string, pattern: '\\A.*\\Z'}}}"),
}

APPS: dict[str, Files] = {
    "a number of seconds as text": {"template.yaml": changed(TEMPLATE, "CodeUri", "Timeout: '5'\n      CodeUri")},
    "a parameter that nothing needs": {"template.yaml": f"Parameters: {{Other: {{Type: String}}}}\n{TEMPLATE}"},
    "a role from elsewhere": {"template.yaml": changed(TEMPLATE, "CodeUri", "Role: !ImportValue Role\n      CodeUri")},
    "a layer from elsewhere": {
        "template.yaml": changed(
            TEMPLATE, "CodeUri", "Layers: ['arn:aws:lambda:eu-west-1:1:layer:tools:1']\n      CodeUri"
        )
    },
    "a nested application": {
        "template.yaml": TEMPLATE + "  A: {Type: AWS::Serverless::Application, Properties: {Location: app.yaml}}\n"
    },
    "a bucket with a name that nobody knows": {
        "template.yaml": f"{TEMPLATE}  B: {{Type: AWS::S3::Bucket, Properties: {{BucketName: !Ref Nobodys}}}}\n"
    },
    "a call of AWS at import": {"src/app.py": f"import boto3\nboto3.client('sts').get_caller_identity()\n{HANDLER}"},
    "code in Latin-1 that says so": {"src/app.py": b"# -*- coding: latin-1 -*-\nname = '\xe9'\n" + HANDLER.encode()},
}


@pytest.mark.parametrize(
    "files",
    [*DOCUMENTS.values(), *OBJECTS.values(), *SCHEMAS.values(), *APPS.values()],
    ids=[*DOCUMENTS, *OBJECTS, *SCHEMAS, *APPS],
)
def test_what_public_apps_do_runs(files: Files, command: Callable[..., Printed]) -> None:
    """The app is asked and keeps its promises."""
    printed = command(files)

    assert (printed.status, printed.errors) == (0, [])
    assert list(printed.rows.values()) == [{"kept"}]


def test_a_contract_of_5_megabytes(command: Callable[..., Printed]) -> None:
    """Nothing here grows faster than the contract."""
    members = {"id": {"type": "string"}, "text": {"type": "string", "description": "All about it. " * 150}}
    schemas = {f"Ping{number}": {"type": "object", "properties": members} for number in range(2400)}
    document = {**yaml.safe_load(CONTRACT), "components": {"schemas": schemas}}
    text = json.dumps(document, indent=1)
    assert len(text) > 5_000_000

    printed = command({"openapi.yaml": None, "openapi.json": text})

    assert (printed.status, printed.errors) == (0, [])
    assert list(printed.rows.values()) == [{"kept"}]


def test_a_folder_with_spaces_behind_a_link(command: Callable[..., Printed], tmp_path: Path) -> None:
    """The files may be anywhere, and are told as they were named."""
    written(tmp_path / "my app", {})
    (tmp_path / "link").symlink_to(tmp_path / "my app")
    named = ("--contract", "link/openapi.yaml", "--template", "my app/template.yaml")

    printed = command({"openapi.yaml": None, "template.yaml": None, "src/app.py": None}, "run", *named)

    assert printed.status == 0
    assert printed.title == "Pings  link/openapi.yaml and my app/template.yaml"


def test_a_file_name_that_is_no_text(command: Callable[..., Printed], tmp_path: Path) -> None:
    """A name of bytes that are no UTF-8 is written as an escape, in every report."""
    name = os.fsdecode(b"pings-\xff.yaml")
    (tmp_path / name).write_text(CONTRACT, encoding="utf-8")

    printed = command({"openapi.yaml": None}, "run", "--contract", name, "--report", "a.json", "--report", "a.xml")

    assert printed.status == 0
    assert printed.title == "Pings  pings-\\udcff.yaml and template.yaml"
    assert json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))["contract"] == name
    assert (tmp_path / "a.xml").is_file()
