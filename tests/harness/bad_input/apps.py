"""A tiny app that is right, changes of its text, and what the command line says of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

Files = Mapping[str, str | bytes | None]

CONTRACT = """\
openapi: 3.0.1
info: {title: Pings, version: "1"}
paths:
  /pings/{id}:
    get:
      operationId: getPing
      parameters:
        - {name: id, in: path, required: true, schema: {type: string}}
      responses:
        "200":
          description: It is there.
          content:
            application/json:
              schema: {type: object, required: [id], properties: {id: {type: string}}}
"""

# What the parameter and the answer of the right contract are described by.
PARAMETER = "schema: {type: string}}\n"
SCHEMA = "schema: {type: object, required: [id], properties: {id: {type: string}}}"

TEMPLATE = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  GetPing:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      Handler: app.handler
      CodeUri: src
      Events:
        Get: {Type: Api, Properties: {Path: "/pings/{id}", Method: get}}
"""

HANDLER = """\
import json


def handler(event, context):
    body = json.dumps({"id": event["pathParameters"]["id"]})
    return {"statusCode": 200, "headers": {"Content-Type": "application/json"}, "body": body}
"""

# As little as shows that the app runs.
CONFIGURATION = """\
seed = 1

[budgets]
examples = 2
scenarios = 1
steps = 2
"""

RIGHT: Files = {
    "openapi.yaml": CONTRACT,
    "template.yaml": TEMPLATE,
    "src/app.py": HANDLER,
    "contracts.toml": CONFIGURATION,
}


@dataclass(frozen=True)
class Case:
    """
    One kind of bad input.

    Attributes:
        what: What is wrong, in words.
        files: What differs from the right app; None where a file is missing.
        error: How the message begins: place, colon, what is wrong.
        cure: Words of the line below it.
    """

    what: str
    files: Files
    error: str
    cure: str
    arguments: tuple[str, ...] = ("run",)

    def __str__(self) -> str:
        return self.what


@dataclass(frozen=True)
class Printed:
    """What a command line left behind."""

    status: int
    out: str
    err: str

    @property
    def errors(self) -> list[str]:
        """The messages among what tells how far a slow run has come."""
        return [line for line in self.err.splitlines() if line.startswith("contracts: ")]

    @property
    def title(self) -> str:
        """The first line, which names the files."""
        return self.out.partition("\n")[0]

    @property
    def rows(self) -> dict[str, set[str]]:
        """How the promises of each operation stand, by its name."""
        table = self.out.partition("\noperation ")[2].partition("\n\n")[0].splitlines()[1:]
        rows = (re.split(" {2,}", line.strip()) for line in table)
        return {name: {each for each in standings if not each.isdecimal()} for name, _, *standings in rows}


def written(folder: Path, files: Files) -> None:
    """Write the right app with these files in the place of its own."""
    for name, content in {**RIGHT, **files}.items():
        if content is not None:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())


def in_contract(old: str, new: str) -> Files:
    """The right contract with one thing changed."""
    return {"openapi.yaml": changed(CONTRACT, old, new)}


def parameter(schema: str) -> Files:
    """The right contract with another schema for its parameter."""
    return in_contract(PARAMETER, f"schema: {schema}}}\n")


def answer(schema: str, components: str = "") -> Files:
    """The right contract with another schema for its answer, and text behind it."""
    return {"openapi.yaml": changed(CONTRACT, SCHEMA, f"schema: {schema}") + components}


def link(written_as: str) -> Files:
    """The right contract with a link from its answer."""
    return in_contract("          content:\n", f"          links: {{next: {written_as}}}\n          content:\n")


def in_template(old: str, new: str) -> Files:
    """The right template with one thing changed."""
    return {"template.yaml": changed(TEMPLATE, old, new)}


def with_resource(resource: str) -> Files:
    """The right template with one resource more, in one line."""
    return {"template.yaml": f"{TEMPLATE}  {resource}\n"}


def changed(text: str, old: str, new: str) -> str:
    """The text with the one place of `old` replaced."""
    assert text.count(old) == 1, old
    return text.replace(old, new)
