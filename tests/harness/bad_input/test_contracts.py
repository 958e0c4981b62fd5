"""Contracts that cannot be used, each with one message: file, line, what is wrong, what to do."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.harness.bad_input.apps import (
    CONTRACT,
    PARAMETER,
    TEMPLATE,
    Case,
    Files,
    answer,
    changed,
    in_contract,
    link,
    parameter,
)

AGAIN = changed(CONTRACT.partition("paths:\n")[2], "/pings/", "/pongs/")


def as_json(text: str) -> Files:
    """A contract in JSON."""
    return {"openapi.yaml": None, "openapi.json": text}


NOT_A_DOCUMENT = [
    Case(
        "invalid YAML", in_contract("info: {", "info: {{"), "openapi.yaml:3: this is not YAML: ", "Correct the syntax"
    ),
    Case("never closed", {"openapi.yaml": "a: 1\nb: ["}, "openapi.yaml:2: this is not YAML: ", "Correct the syntax"),
    Case(
        "a tab in YAML",
        in_contract("  /pings/{id}:", "\t/pings/{id}:"),
        "openapi.yaml:4: this is not YAML: ",
        "Indent with spaces",
    ),
    Case(
        "a key that stands twice",
        in_contract("    get:\n", "    get: {}\n    get:\n"),
        'openapi.yaml:6: the key "get" stands twice in one mapping, first at line 5',
        "Remove or rename",
    ),
    Case(
        "a key that is a list",
        in_contract("info:", "? [a, b]\n: c\ninfo:"),
        "openapi.yaml:2: a key is a list or a mapping",
        "Keys are text",
    ),
    Case(
        "a tag that nobody knows",
        in_contract('version: "1"', "version: !python/object:os.system 1"),
        "openapi.yaml:2: the tag !python/object:os.system is not known",
        "Remove it",
    ),
    Case(
        "an alias of nothing",
        answer("*nothing"),
        "openapi.yaml:14: this is not YAML: found undefined alias",
        "Correct the syntax",
    ),
    Case(
        "an alias inside of itself",
        in_contract("info: {", "info: &info {x-again: *info, "),
        "openapi.yaml:2: an alias stands inside of what it repeats",
        "Write the repeated part out",
    ),
    Case(
        "two documents in a file",
        {"openapi.yaml": f"{CONTRACT}---\na: 1\n"},
        "openapi.yaml:16: the file has more than one YAML document",
        "Keep one document",
    ),
    Case(
        "a number beyond all numbers",
        parameter("{type: number, maximum: 1e999}"),
        "openapi.yaml:8: 1e999 is not a number that JSON can carry",
        "in quotes",
    ),
    Case(
        "absurd nesting",
        {"openapi.yaml": f"{CONTRACT}x-deep: {'[' * 5000}{']' * 5000}\n"},
        "openapi.yaml: the file is nested too deeply",
        "Give the file that you meant",
    ),
    Case(
        "invalid JSON", as_json('{"openapi": "3.0.1",\n "paths": {,}}'), "openapi.json:2: this is not JSON: ", "commas"
    ),
    Case(
        "a key that stands twice in JSON",
        as_json('{"openapi": "3.0.1",\n "openapi": "3.0.1"}'),
        'openapi.json:2: the key "openapi" stands twice in one object, first at line 1',
        "Remove or rename",
    ),
    Case(
        "half a surrogate pair",
        as_json('{"openapi": "3.0.1",\n "info": {"title": "\\ud800"}}'),
        "openapi.json:2: a \\u escape is half of a surrogate pair",
        "both halves",
    ),
    Case("an empty file", {"openapi.yaml": ""}, "openapi.yaml: the file is empty", "Give the file that you meant"),
    Case("a comment alone", {"openapi.yaml": "# later\n"}, "openapi.yaml: the file is empty", "Give the file"),
    Case(
        "UTF-16",
        {"openapi.yaml": CONTRACT.encode("utf-16")},
        "openapi.yaml:1: the file is UTF-16, not UTF-8",
        "Save the file as UTF-8",
    ),
    Case(
        "UTF-32",
        {"openapi.yaml": CONTRACT.encode("utf-32")},
        "openapi.yaml:1: the file is UTF-32, not UTF-8",
        "Save the file as UTF-8",
    ),
    Case(
        "UTF-16 without a mark",
        {"openapi.yaml": CONTRACT.encode("utf-16-le")},
        "openapi.yaml: the file is binary, or text in another encoding than UTF-8",
        "save it as UTF-8",
    ),
    Case(
        "Latin-1",
        {"openapi.yaml": changed(CONTRACT, "Pings", "Pingé").encode("latin-1")},
        "openapi.yaml:2: the file is not UTF-8: the byte 0xe9 cannot stand there",
        "Save the file as UTF-8",
    ),
    Case(
        "a picture",
        {"openapi.yaml": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"},
        "openapi.yaml: the file is binary",
        "Give the file that you meant",
    ),
]

NOT_A_CONTRACT = [
    Case("a text", {"openapi.yaml": "hello\n"}, "openapi.yaml:1: this is not an OpenAPI document", "`openapi: 3.0.1`"),
    Case(
        "no version",
        in_contract("openapi: 3.0.1\n", ""),
        "openapi.yaml:1: this is not an OpenAPI document: it has no `openapi`",
        "Add `openapi: 3.0.1`",
    ),
    Case(
        "an empty version",
        in_contract("openapi: 3.0.1\n", "openapi:\n"),
        "openapi.yaml:1: `openapi` must be the version as text",
        "Write `openapi: 3.0.1`",
    ),
    Case(
        "OpenAPI 3.1",
        in_contract("3.0.1", "3.1.0"),
        "openapi.yaml:1: this is OpenAPI 3.1.0; OpenAPI 3.0 is supported, as API Gateway imports it",
        "Write it as OpenAPI 3.0.1: `nullable: true` instead of the type null",
    ),
    Case(
        "Swagger 1.2",
        in_contract("openapi: 3.0.1", "swagger: '1.2'"),
        "openapi.yaml:1: this is Swagger 1.2; Swagger 2.0 and OpenAPI 3.0 are supported",
        "convert the document",
    ),
    Case(
        "the template",
        {"openapi.yaml": TEMPLATE},
        "openapi.yaml:1: this is a template, not an OpenAPI document",
        "Give it as the template",
    ),
    Case(
        "no paths",
        {"openapi.yaml": "openapi: 3.0.1\n"},
        "openapi.yaml:1: the contract has no paths: it promises nothing",
        "Add `paths`",
    ),
    Case(
        "empty paths",
        {"openapi.yaml": "openapi: 3.0.1\ninfo: {}\npaths: {}\n"},
        "openapi.yaml:3: the contract has no paths: it promises nothing",
        "Add `paths`",
    ),
    Case(
        "paths that are a list",
        {"openapi.yaml": "openapi: 3.0.1\npaths: [a]\n"},
        "openapi.yaml:2: `paths` must be an object",
        "indentation",
    ),
    Case(
        "a path without a method",
        {"openapi.yaml": "openapi: 3.0.1\npaths: {/pings: }\n"},
        "openapi.yaml:2: the contract has no operations: it promises nothing",
        "Add a method",
    ),
]

OPERATIONS = [
    Case(
        "an operationId that stands twice",
        {"openapi.yaml": CONTRACT + AGAIN},
        "openapi.yaml:16: the operationId `getPing` stands twice, first at openapi.yaml:5",
        "Give each operation its own",
    ),
    Case(
        "a path parameter that is not declared",
        in_contract(f"        - {{name: id, in: path, required: true, {PARAMETER}", "        []\n"),
        "openapi.yaml:5: getPing does not declare the path parameter `id` of /pings/{id}",
        "Add it: `- {name: id, in: path",
    ),
    Case(
        "a path parameter that the path lacks",
        in_contract("{name: id,", "{name: idd,"),
        "openapi.yaml:8: getPing declares the path parameter `idd`, which /pings/{id} does not have",
        "Did you mean `id`?",
    ),
    Case(
        "a parameter that stands twice",
        in_contract("      responses:\n", "        - {name: id, in: path}\n      responses:\n"),
        "openapi.yaml:9: the path parameter `id` stands twice",
        "Remove or rename",
    ),
    Case("a nameless parameter", in_contract("name: id, ", ""), "openapi.yaml:8: a parameter has no `name`", "Add it"),
    Case(
        "a parameter in no place",
        in_contract("in: path", "in: pth"),
        "openapi.yaml:8: a parameter cannot be in `pth`",
        "path, query, header, cookie",
    ),
    Case(
        "a method that does not exist",
        in_contract("    get:\n", "    gett:\n"),
        "openapi.yaml:5: a path has no member `gett`",
        "Did you mean `get`?",
    ),
    Case(
        "a path without its slash",
        in_contract("  /pings/{id}:", "  pings/{id}:"),
        "openapi.yaml:4: the path `pings/{id}` does not begin with /",
        "Write it as `/pings/{id}`",
    ),
    Case(
        "a path with a query",
        in_contract("  /pings/{id}:", "  /pings/{id}?all=true:"),
        "openapi.yaml:4: the path `/pings/{id}?all=true` holds more than a path",
        "Write it as `/pings/{id}`",
    ),
    Case(
        "a status that is none",
        in_contract('"200":', "OK:"),
        "openapi.yaml:10: `OK` is no status of a response",
        "Write a status as 200",
    ),
    Case(
        "an operation that is text",
        {"openapi.yaml": "openapi: 3.0.1\npaths: {/pings: {get: hello}}\n"},
        "openapi.yaml:2: `get` must be an object, not text",
        "indentation",
    ),
    Case(
        "a link to an operation that does not exist",
        link("{operationId: getPong}"),
        "openapi.yaml:12: a link leads to the operation `getPong`, which does not exist",
        "Did you mean `getPing`?",
    ),
    Case(
        "a link to a place without an operation",
        link("{operationRef: '#/paths/~1pings~1{ids}/get'}"),
        "openapi.yaml:12: a link leads to `#/paths/~1pings~1{ids}/get`, where no operation is",
        "Did you mean `#/paths/~1pings~1{id}/get`?",
    ),
    Case(
        "a link without a target",
        link("{parameters: {id: $response.body#/id}}"),
        "openapi.yaml:12: a link has neither `operationId` nor `operationRef`: it leads nowhere",
        "Add the operationId",
    ),
    Case(
        "an extension of ours that does not exist",
        in_contract("operationId: getPing\n", "operationId: getPing\n      x-contract-saef: true\n"),
        "openapi.yaml:7: there is no extension `x-contract-saef`",
        "Did you mean `x-contract-safe`?",
    ),
]

SCHEMAS = [
    Case("an unknown type", parameter("{type: strng}"), "openapi.yaml:8: `strng` is no type of a schema", "`string`?"),
    Case(
        "an unknown type inside of a schema",
        answer("\n                items: {properties: {id:\n                  {type: strng}}}"),
        "openapi.yaml:16: `strng` is no type of a schema",
        "Did you mean `string`?",
    ),
    Case(
        "a pattern that is none",
        parameter("{type: string, pattern: '[a-'}"),
        "openapi.yaml:8: the pattern `[a-` is no regular expression of ECMA 262",
        "Correct it",
    ),
    Case(
        "a pattern of another dialect",
        parameter("{type: string, pattern: '[[:alpha:]]a++'}"),
        "openapi.yaml:8: the pattern `[[:alpha:]]a++` is no regular expression of ECMA 262",
        "belong to other dialects",
    ),
    Case(
        "bounds that exclude each other",
        parameter("{type: integer, minimum: 5, maximum: 1}"),
        "openapi.yaml:8: nothing satisfies this schema: its minimum 5 is above its maximum 1",
        "Correct one of the two",
    ),
    Case(
        "an enum of nothing",
        parameter("{type: string, enum: []}"),
        "openapi.yaml:8: nothing satisfies this schema: its enum is empty",
        "Add a value",
    ),
    Case(
        "a negative length",
        parameter("{type: string, maxLength: -1}"),
        "openapi.yaml:8: this schema cannot be used: -1 is less than the minimum of 0",
        "Schema Object",
    ),
    Case(
        "properties that are a list",
        answer("{properties: [id]}"),
        "openapi.yaml:14: `properties` must be an object, not a list",
        "indentation",
    ),
    Case("a schema that is text", parameter("text"), "openapi.yaml:8: `schema` must be an object, not text", "Correct"),
    Case(
        "an example that breaks its schema",
        in_contract(PARAMETER, "schema: {type: string, maxLength: 2}, example: abc}\n"),
        'openapi.yaml:8: the example breaks its schema: "abc" is longer than 2 characters',
        "Correct the example, or the schema",
    ),
]

REFERENCES = [
    Case(
        "a reference to nowhere",
        answer("{$ref: '#/components/schemas/Po'}", "components: {schemas: {Pong: {type: object}}}\n"),
        "openapi.yaml:14: the reference `#/components/schemas/Po` leads nowhere: `#/components/schemas` has no `Po`",
        "Did you mean `#/components/schemas/Pong`?",
    ),
    Case(
        "a reference to itself",
        answer(
            "{$ref: '#/components/schemas/Ping'}",
            "components:\n  schemas: {Ping: {$ref: '#/components/schemas/Ping'}}\n",
        ),
        "openapi.yaml:14: the reference `#/components/schemas/Ping` leads in a circle and to nothing",
        "Write out what is meant at openapi.yaml:16",
    ),
    Case(
        "references that lead to each other",
        answer(
            "{$ref: '#/components/schemas/A'}",
            "components: {schemas: {A: {$ref: '#/components/schemas/B'}, B: {$ref: '#/components/schemas/A'}}}\n",
        ),
        "openapi.yaml:14: the reference `#/components/schemas/A` leads in a circle and to nothing",
        "Write out what is meant",
    ),
    Case(
        "a path item that refers to itself",
        {"openapi.yaml": CONTRACT + "  /loop: {$ref: '#/paths/~1loop'}\n"},
        "openapi.yaml:15: the reference `#/paths/~1loop` leads in a circle and to nothing",
        "Write out what is meant",
    ),
    Case(
        "a reference without its slash",
        answer("{$ref: '#components'}"),
        "openapi.yaml:14: `#components` is not a reference: what follows # must begin with /",
        "Write it as a JSON pointer, for example `#/components`",
    ),
    Case(
        "a reference that is only a name",
        answer("{$ref: Ping}"),
        "openapi.yaml:14: there is no file Ping",
        "`#/components/schemas/Ping`",
    ),
    Case(
        "a reference into the network",
        answer("{$ref: 'https://example.com/ping.yaml'}"),
        "openapi.yaml:14: the reference `https://example.com/ping.yaml` leads into the network",
        "Save that file beside this one",
    ),
    Case(
        "a reference to a file that is missing",
        answer("{$ref: ping.yaml}"),
        "openapi.yaml:14: there is no file ping.yaml",
        "Correct the path",
    ),
    Case("a reference to a folder", answer("{$ref: src}"), "openapi.yaml:14: src is a folder", "Name a file in it"),
    Case(
        "a reference to a name that no file can have",
        answer(f"{{$ref: {'a' * 300}}}"),
        f"openapi.yaml:14: there is no file {'a' * 300}",
        "Correct the path",
    ),
    Case(
        "a reference to a file that is no YAML",
        {**answer("{$ref: ping.yaml}"), "ping.yaml": "a: 1\nb: ["},
        "ping.yaml:2: this is not YAML: ",
        "Correct the syntax",
    ),
    Case(
        "a reference to a file with a wrong schema",
        {**answer("{$ref: 'ping.yaml#/Ping'}"), "ping.yaml": "Ping:\n  type: objct\n"},
        "ping.yaml:2: `objct` is no type of a schema",
        "Did you mean `object`?",
    ),
    Case(
        "a reference to another kind of thing",
        {
            "openapi.yaml": changed(
                CONTRACT, f"{{name: id, in: path, required: true, {PARAMETER}", "{$ref: '#/components/schemas/Id'}\n"
            )
            + "components: {schemas: {Id: {type: string}}}\n"
        },
        "openapi.yaml:15: a parameter has no `name`",
        "Add it",
    ),
]


@pytest.mark.parametrize("case", [*NOT_A_DOCUMENT, *NOT_A_CONTRACT, *OPERATIONS, *SCHEMAS, *REFERENCES], ids=str)
def test_a_contract_that_cannot_be_used_is_one_message(case: Case, refused: Callable[..., None]) -> None:
    """The file, the line, what is wrong and what to do about it, with exit status 2 and nothing else."""
    refused(case.files, case.error, case.cure)
