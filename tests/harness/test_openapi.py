"""openapi: a document becomes a contract, or says with line and cure why it cannot."""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import dedent, indent
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts import export, openapi
from contracts.contract import Contract, Operation
from contracts.errors import ContractError, ContractsError, DocumentError, Location
from contracts.stack import Unresolved

HEAD = "openapi: 3.0.1\ninfo: {title: Notes, version: '1'}\n"
ROOT = Path(__file__).parents[2]


def load(folder: Path, text: str, *, files: dict[str, str] | None = None, **options: Any) -> Contract:
    """The contract with this text, beside these files."""
    for name, content in {"openapi.yaml": dedent(text), **(files or {})}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    return openapi.load(str(folder / "openapi.yaml"), **options)


def one(folder: Path, operation: str, *, path: str = "/notes", components: str = "", **options: Any) -> Operation:
    """The only operation of a contract: `get` on a path, with this in it."""
    text = f"{HEAD}paths:\n  {path}:\n    get:\n{indent(dedent(operation), '      ')}\n{dedent(components)}"
    return load(folder, text, **options).operations[0]


def refused(folder: Path, text: str, **options: Any) -> ContractsError:
    """The error that a contract is refused with."""
    with pytest.raises(DocumentError) as caught:
        load(folder, text, **options)
    return caught.value


def test_an_operation_has_what_its_document_says(tmp_path: Path) -> None:
    """Parameters, body, responses, headers, links and extensions arrive as values, references resolved."""
    contract = load(
        tmp_path,
        """\
        openapi: 3.0.1
        info: {title: Notes, version: "1"}
        x-contract-server-fields: [id]
        paths:
          /notes/{id}:
            parameters:
              - $ref: "#/components/parameters/Id"
              - {name: limit, in: query, schema: {type: string}}
            put:
              operationId: putNote
              x-contract-fault-map: {"dynamodb:X": 503}
              parameters:
                - name: limit
                  in: query
                  required: true
                  x-contract-opaque: true
                  schema: {$ref: "#/components/schemas/Limit"}
              requestBody: {$ref: "#/components/requestBodies/Note"}
              responses:
                200:
                  description: Put.
                  x-contract-owner: handler
                  headers:
                    Location: {required: true, schema: {type: string}}
                    Content-Type: {schema: {type: string}}
                  content: {application/json: {schema: {$ref: "#/components/schemas/Note"}}, text/plain: {}}
                  links: {self: {operationId: putNote}}
                4xx: {$ref: "#/components/responses/Problem"}
        components:
          parameters:
            Id: {name: id, in: path, required: true, schema: {type: string}}
          requestBodies:
            Note: {required: true, content: {application/json: {schema: {$ref: "#/components/schemas/Note"}}}}
          responses:
            Problem: {description: No., x-contract-unreachable: Never asked.}
          schemas:
            Limit: {type: integer, x-contract-max-bytes: 3}
            Note: {type: object}
        """,
    )
    operation = contract.operations[0]

    assert (operation.name, operation.method, operation.path) == ("putNote", "PUT", "/notes/{id}")
    assert operation.location == Location(str(tmp_path / "openapi.yaml"), 9)
    path_id, limit = operation.parameters
    assert (path_id.name, path_id.place, path_id.required, path_id.location.line) == ("id", "path", True, 31)
    assert (limit.required, limit.schema) == (True, {"$ref": "#/components/schemas/Limit"})
    assert limit.extensions == {"x-contract-opaque": True, "x-contract-max-bytes": 3}
    assert operation.request_body is not None
    assert operation.request_body.required
    assert operation.request_body.content == {"application/json": {"$ref": "#/components/schemas/Note"}}
    assert list(operation.responses) == ["200", "4XX"]
    ok = operation.responses["200"]
    assert (ok.owner, [header.name for header in ok.headers], ok.links) == (
        "handler",
        ["Location"],
        {"self": {"operationId": "putNote"}},
    )
    assert ok.content == {"application/json": {"$ref": "#/components/schemas/Note"}, "text/plain": None}
    documented = operation.documented(404)
    assert documented is not None
    assert documented.unreachable == "Never asked."
    assert operation.extensions == {"x-contract-fault-map": {"dynamodb:X": 503}}
    assert (contract.title, contract.extensions) == ("Notes", {"x-contract-server-fields": ["id"]})


def test_operations_stand_in_the_order_of_the_document(tmp_path: Path) -> None:
    """Paths and methods keep their order; API Gateway's any-method is ANY."""
    text = f"{HEAD}paths:\n  /b:\n    post: {{}}\n    get: {{}}\n  /a:\n    x-amazon-apigateway-any-method: {{}}\n"

    names = [operation.name for operation in load(tmp_path, text).operations]
    assert names == ["POST /b", "GET /b", "ANY /a"]


def test_the_documents_security_and_validator_hold_where_an_operation_says_nothing(tmp_path: Path) -> None:
    """An operation's own requirements win, and an empty list means none."""
    contract = load(
        tmp_path,
        HEAD
        + dedent("""\
        security: [{key: []}]
        x-amazon-apigateway-request-validators:
          all: {validateRequestBody: true, validateRequestParameters: true}
          body: {validateRequestBody: true, validateRequestParameters: false}
        x-amazon-apigateway-request-validator: all
        x-amazon-apigateway-binary-media-types: [image/png]
        x-amazon-apigateway-gateway-responses: {DEFAULT_4XX: {statusCode: 400}}
        paths:
          /a:
            get: {}
            put: {security: [], x-amazon-apigateway-request-validator: body}
            post: {security: [{key: [], other: [write]}]}
        components: {securitySchemes: {key: {type: apiKey, name: x-api-key, in: header}}}
        """),
    )
    get, put, post = contract.operations

    assert [operation.security for operation in (get, put, post)] == [
        ({"key": ()},),
        (),
        ({"key": (), "other": ("write",)},),
    ]
    assert (get.validator, put.validator) == ("all", "body")
    assert (contract.validators["body"].body, contract.validators["body"].parameters) == (True, False)
    assert contract.binary_media_types == ("image/png",)
    assert contract.gateway_responses == {"DEFAULT_4XX": {"statusCode": 400}}
    assert list(contract.security_schemes) == ["key"]


INTEGRATION = """\
x-amazon-apigateway-integration:
  type: AWS_PROXY
  httpMethod: POST
  timeoutInMillis: 1000
  uri: {Fn::Sub: "arn:${Create.Arn}"}
"""


def test_an_integration_is_resolved_by_the_template(tmp_path: Path) -> None:
    """The function that resolves is asked for the uri, and its answer is the uri."""
    integration = one(
        tmp_path, INTEGRATION, resolve=lambda it: "arn:x" if it == {"Fn::Sub": "arn:${Create.Arn}"} else it
    )

    found = integration.integration
    assert found is not None
    assert (found.kind, found.uri, found.http_method, found.timeout_milliseconds, found.problem) == (
        "aws_proxy",
        "arn:x",
        "POST",
        1000,
        None,
    )
    assert found.location.line == 6


def test_an_integration_that_cannot_be_resolved_says_why(tmp_path: Path) -> None:
    """What is not known stays None, with the reason beside it."""
    unresolved = Unresolved("!Sub arn:${Create.Arn}", 'the template has no "Create"', Location("t.yaml", 3))

    found = one(tmp_path, INTEGRATION, resolve=lambda it: unresolved if isinstance(it, dict) else it).integration
    without = one(tmp_path, INTEGRATION).integration

    assert found is not None
    assert without is not None
    assert (found.uri, found.problem) == (None, '!Sub arn:${Create.Arn}: the template has no "Create"')
    assert without.uri is None
    assert "there is no template" in str(without.problem)


def test_a_pseudo_parameter_without_sub_is_understood(tmp_path: Path) -> None:
    """Many public files write `${AWS::Region}` in plain text; what no template knows stays as it is."""

    def resolve(it: Any) -> Any:
        known = isinstance(it, dict) and "AWS::" in it["Fn::Sub"]
        return "arn:eu" if known else Unresolved("", "", Location("")) if isinstance(it, dict) else it

    uris = [
        one(
            tmp_path, f"x-amazon-apigateway-integration: {{type: aws_proxy, uri: '{uri}'}}", resolve=resolve
        ).integration
        for uri in ("arn:${AWS::Region}", "arn:${stageVariables.f}")
    ]
    assert [it.uri for it in uris if it is not None] == ["arn:eu", "arn:${stageVariables.f}"]


def test_schemas_of_other_files_are_brought_in_under_free_names(tmp_path: Path) -> None:
    """The document needs no other file: schemas get names that are free, other objects take their reference's place."""
    contract = load(
        tmp_path,
        HEAD
        + dedent("""\
        paths:
          /a: {$ref: "parts/a.yaml"}
        components: {schemas: {Note: {type: string}, Local: {$ref: "#/x-schemas/Deep"}}}
        x-schemas: {Deep: {type: integer}}
        """),
        files={
            "parts/a.yaml": dedent("""\
            get:
              parameters: [{$ref: "more.yaml#/Limit"}]
              responses:
                "200":
                  description: ""
                  content: {application/json: {schema: {$ref: "more.yaml#/Note"}}}
            """),
            "parts/more.yaml": dedent("""\
            Limit: {name: limit, in: query, schema: {$ref: whole.json}}
            Note:
              type: object
              properties: {next: {$ref: "#/Note"}, old: {$ref: "../openapi.yaml#/components/schemas/Note"}}
            """),
            "parts/whole.json": '{"type": "integer"}',
        },
    )
    operation = contract.operations[0]

    assert dict(contract.schemas) == {
        "Note": {"type": "string"},
        "Local": {"$ref": "#/components/schemas/Deep"},
        "Deep": {"type": "integer"},
        "whole": {"type": "integer"},
        "Note2": {
            "type": "object",
            "properties": {
                "next": {"$ref": "#/components/schemas/Note2"},
                "old": {"$ref": "#/components/schemas/Note"},
            },
        },
    }
    assert operation.parameters[0].schema == {"$ref": "#/components/schemas/whole"}
    assert operation.parameters[0].location == Location(str(tmp_path / "parts/more.yaml"), 1)
    assert operation.responses["200"].content == {"application/json": {"$ref": "#/components/schemas/Note2"}}
    assert contract.document["components"]["schemas"] == contract.schemas
    assert "parts" not in json.dumps(contract.document)


def test_recursive_schemas_are_legal(tmp_path: Path) -> None:
    """A tree may refer to itself."""
    tree = (
        "components: {schemas: {Tree: {properties: {left: {$ref: '#/components/schemas/Tree'}}, example: {left: {}}}}}"
    )

    one(tmp_path, "{}", components=tree)


def test_swagger_2_parameters_are_understood(tmp_path: Path) -> None:
    """What Swagger 2.0 writes beside the name belongs to the schema; the document that others read has it there too."""
    operation = one(
        tmp_path,
        """\
        parameters:
          - {name: tags, in: query, required: "false", type: array, items: {type: string}, collectionFormat: multi}
          - {name: id, in: path, type: string}
          - {name: body, in: body, required: "true", schema: {type: object}}
        responses: {}
        """,
        path="/notes/{id}",
    )
    tags, path_id = operation.parameters

    assert (tags.required, tags.schema) == (False, {"type": "array", "items": {"type": "string"}})
    assert (path_id.required, path_id.schema) == (True, {"type": "string"})
    assert operation.request_body is not None
    assert (operation.request_body.required, operation.request_body.content) == (
        True,
        {"application/json": {"type": "object"}},
    )
    assert operation.responses == {}


@pytest.mark.parametrize("version", ["3.0", "'3.0'", "3.0.0", "3.0.3"])
def test_every_3_0_is_read(tmp_path: Path, version: str) -> None:
    """A version without its patch number is one that API Gateway imports."""
    contract = load(tmp_path, f"openapi: {version}\nservers: [{{url: 'https://${{Api}}.x'}}]\npaths: {{/a: {{get: }}}}")

    assert contract.document["openapi"] == ("3.0.1" if len(version.strip("'")) == 3 else version)
    assert contract.title == "openapi"


@pytest.mark.parametrize(
    ("text", "line", "message", "cure"),
    [
        (
            "openapi: 3.1.0\npaths: {}",
            1,
            "this is OpenAPI 3.1.0; OpenAPI 3.0 is supported",
            "Write it as OpenAPI 3.0.1",
        ),
        ("swagger: '1.2'\npaths: {}", 1, "this is Swagger 1.2", "convert the document"),
        ("swagger: '2.0'\npaths: {}", 2, "the contract has no paths", "Add `paths`"),
        ("a: 1\nResources: {}", 1, "this is a template", "Give it as the template"),
        ("a: 1", 1, "it has no `openapi`", "Add `openapi: 3.0.1`"),
        ("[a]", 1, "it is no object", "Give the file"),
        ("openapi: 3.0.1\n", 1, "the contract has no paths", "Add `paths`"),
        ("openapi: 3.0.1\npaths: {}", 2, "the contract has no paths", "Add `paths`"),
        ("openapi: 3.0.1\npaths: []", 2, "`paths` must be an object", "indentation"),
        ("openapi: 3.0.1\npaths:\n  /a: {}", 2, "no operations", "Add a method"),
        ("openapi: 3.0.1\npaths:\n  a: {get: {}}", 3, "the path `a` does not begin with /", "`/a`"),
        ("openapi: 3.0.1\npaths:\n  /a:\n    gte: {}", 4, "no member `gte`", "Did you mean `get`?"),
        ("openapi: 3.0.1\npaths:\n  /a:\n    GET: {}", 4, "no member `GET`", "Did you mean `get`?"),
        ("openapi: 3.0.1\ninfo: x\npaths: {/a: {get: }}", 2, "`info` must be an object, not text", "indentation"),
    ],
)
def test_a_document_that_is_no_contract_is_refused(
    tmp_path: Path, text: str, line: int, message: str, cure: str
) -> None:
    """What is given instead of an OpenAPI 3.0 document is named, with what to do."""
    error = refused(tmp_path, text)

    assert isinstance(error, ContractError)
    assert message in error.message
    assert cure in str(error.cure)
    assert error.location == Location(str(tmp_path / "openapi.yaml"), line)


@pytest.mark.parametrize(
    ("operation", "line", "message", "cure"),
    [
        ("operationId: 7", 6, "`operationId` must be text, not a number", "Correct it"),
        ("parameters: {name: a}", 6, "`parameters` must be a list, not an object", "Correct it"),
        ("parameters: [x]", 6, "this parameter object must be an object, not text", "Correct it"),
        ("parameters: [{name: a}]", 6, "a parameter has no `in`", "Add it"),
        ("parameters: [{name: a, in: qeury}]", 6, "a parameter cannot be in `qeury`", "path, query"),
        ("parameters: [{name: a, in: formData}]", 6, "cannot be in `formData`", "Use requestBody"),
        ("parameters: [{name: a, in: query}, {name: a, in: query}]", 6, "`a` stands twice", "Remove"),
        ("parameters: [{name: id, in: path}]", 6, "path parameter `id`, which /notes does not have", "`{id}`"),
        ("responses: [200]", 6, "`responses` must be an object, not a list", "Correct it"),
        ("responses:\n  OK: {}", 7, "`OK` is no status", "as 200"),
        (
            "responses:\n  200:\n    links:\n      x: {operationId: getNoet}",
            9,
            "`getNoet`, which does not exist",
            "There are",
        ),
        ("responses:\n  200:\n    $ref: '#/components/responses/X'", 8, "leads nowhere", "There are"),
        ("responses:\n  200:\n    x-contract-owner: me", 8, "must be one of gateway, handler and both", "Correct"),
        (
            "responses:\n  200:\n    x-contract-onwer: gateway",
            8,
            "no extension `x-contract-onwer`",
            "`x-contract-owner`?",
        ),
        ("x-contract-safe: maybe", 6, "`x-contract-safe` must be true or false", "Correct"),
        ("x-contract-page: {limits: limit}", 6, "must be an object with names for limit", "Correct"),
        ("x-contract-fault-map: {a: many}", 6, "HTTP statuses", "Correct"),
        ("x-amazon-apigateway-request-validator: all", 6, "no request validator `all`", "has: none"),
        ("x-amazon-apigateway-integration: x", 6, "must be an object", "indentation"),
        ("x-amazon-apigateway-integration: {timeoutInMillis: 1}", 6, "cannot be 1", "50 or more"),
        ("security: [key]", 6, "must be an object of lists", "Write it as"),
        ("requestBody:\n  content: {a/b: {schema: {type: strng}}}", 7, "`strng` is no type of a schema", "`string`"),
        (
            "requestBody:\n  content: {a/b: {schema: {items: {pattern: '('}}}}",
            7,
            "the pattern `(` is no regular expression",
            "Correct",
        ),
    ],
)
def test_an_operation_that_means_nothing_is_refused(
    tmp_path: Path, operation: str, line: int, message: str, cure: str
) -> None:
    """Each mistake is one message with the line that has it and what to do."""
    with pytest.raises(DocumentError) as caught:
        one(tmp_path, operation)

    assert message in caught.value.message
    assert cure in str(caught.value.cure)
    assert caught.value.location == Location(str(tmp_path / "openapi.yaml"), line)


def test_an_operation_id_stands_once(tmp_path: Path) -> None:
    """The second of two operations with one id is where the error is, and the first is named."""
    error = refused(tmp_path, f"{HEAD}paths:\n  /a:\n    get: {{operationId: x}}\n  /b:\n    get: {{operationId: x}}\n")

    assert f"`x` stands twice, first at {tmp_path / 'openapi.yaml'}:5" in error.message
    assert error.location == Location(str(tmp_path / "openapi.yaml"), 7)


def test_a_variable_of_a_path_is_declared(tmp_path: Path) -> None:
    """A variable without a parameter is refused, but for a greedy one, which only API Gateway has."""
    with pytest.raises(ContractError, match=r"does not declare the path parameter `id` of /notes/\{id\}"):
        one(tmp_path, "{}", path="/notes/{id}")

    assert one(tmp_path, "{}", path="/{proxy+}").parameters == ()


BODY = """\
requestBody:
  content:
    application/json:
      schema: {$ref: "#/components/schemas/Note"}
      examples:
        right: {value: {text: a}}
        wrong:
          value:
            text: 5
"""
NOTE = """\
components:
  schemas:
    Note:
      type: object
      required: [id, text]
      properties: {id: {type: string, readOnly: true}, text: {type: string}, at: {type: string, nullable: true}}
"""


def test_an_example_satisfies_its_schema(tmp_path: Path) -> None:
    """The example's name, the place inside of it, and its line are said."""
    with pytest.raises(ContractError) as caught:
        one(tmp_path, BODY, components=NOTE)

    assert caught.value.message == 'the example `wrong` breaks its schema at /text: 5 is not of type "string"'
    assert caught.value.location is not None
    assert caught.value.location.line == 14


@pytest.mark.parametrize(
    "operation",
    [
        "parameters: [{name: a, in: query, schema: {type: integer}, example: x}]",
        "parameters: [{name: a, in: query, schema: {type: integer}, examples: {a: {value: x}}}]",
        "responses: {200: {content: {application/json: {schema: {$ref: '#/components/schemas/Note'}, "
        "example: {text: a}}}}}",
        "responses: {200: {headers: {A: {schema: {type: integer}, example: x}}}}",
        "responses: {200: {content: {text/plain: {schema: {type: string, maxLength: 1}, example: xx}}}}",
        "requestBody: {content: {application/json: {schema: {properties: {a: {type: integer, example: x}}}}}}",
    ],
)
def test_every_kind_of_example_is_judged(tmp_path: Path, operation: str) -> None:
    """Examples of parameters, headers, media types and schemas; a response needs what a request must not have."""
    with pytest.raises(ContractError, match="breaks its schema"):
        one(tmp_path, operation, components=NOTE)


@pytest.mark.parametrize(
    "operation",
    [
        "requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Note'}, example: {text: a}}}}",
        "responses: {200: {content: {application/json: {schema: {$ref: '#/components/schemas/Note'}, "
        "example: {id: a, text: a, at: null}}}}}",
        "responses: {200: {content: {application/xml: {schema: {type: object}, example: <a/>}}}}",
        "parameters: [{name: a, in: query, schema: {type: integer, example: }}]",
        "parameters: [{name: a, in: query, schema: {properties: {example: {type: string}}}, example: {example: x}}]",
    ],
)
def test_right_examples_pass(tmp_path: Path, operation: str) -> None:
    """`readOnly` members are not asked of a request, null is allowed where `nullable` says so, XML is not judged."""
    one(tmp_path, operation, components=NOTE)


SMALL = """\
openapi: 3.0.1
info: {title: a}
security: [{k: []}]
x-amazon-apigateway-request-validators: {all: {validateRequestBody: true, validateRequestParameters: true}}
x-amazon-apigateway-request-validator: all
paths:
  /a/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string, example: x}}]
    post:
      operationId: a
      x-amazon-apigateway-integration: {type: aws_proxy, uri: {Fn::Sub: x}, timeoutInMillis: 100}
      requestBody:
        content: {application/json: {schema: {$ref: "#/components/schemas/A"}, examples: {x: {value: {a: 1}}}}}
      responses:
        200:
          headers: {L: {required: true, schema: {type: string}, example: a}}
          content: {application/json: {schema: {allOf: [{$ref: "#/components/schemas/A"}], nullable: true}}}
          links: {l: {operationId: a, parameters: {id: $response.body#/a}}}
        default: {$ref: "#/components/responses/E"}
components:
  schemas:
    A:
      required: [a]
      properties: {a: {type: integer, minimum: 0, exclusiveMinimum: true}, n: {$ref: "#/components/schemas/A"}}
      additionalProperties: false
  responses: {E: {description: e}}
  securitySchemes: {k: {type: apiKey, name: x, in: header}}
"""
JUNK: tuple[Any, ...] = (
    None, True, 0, 1.5, "", "a", [], {}, ["a"], {"a": 1}, [{}], [None], {"$ref": "#/components/schemas/A"},
    {"$ref": "#/nope"}, {"$ref": 3}, {"$ref": ""}, {"$ref": "\0"}, {"": {}}, {"type": "object"},
    {"Fn::Sub": "a"}, {"~": {"/": 1}},
)  # fmt: skip


def spots(value: Any, *keys: str | int) -> list[tuple[str | int, ...]]:
    """The keys of everything inside of a value."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [spot for key, member in inside for spot in ((*keys, key), *spots(member, *keys, key))]


@given(st.data())
@settings(derandomize=True, database=None, deadline=None, max_examples=200)
def test_any_mistake_is_a_contract_or_a_clear_error(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Whatever stands in the wrong place: a contract that can be exported, or an error with its place and cure."""
    document = yaml.safe_load(SMALL)
    for _ in range(data.draw(st.integers(1, 2))):
        *before, last = data.draw(st.sampled_from(spots(document)))
        holder: Any = document
        for key in before:
            holder = holder[key]
        holder[last] = data.draw(st.sampled_from(JUNK))
    file = tmp_path_factory.getbasetemp() / "mistake.json"
    file.write_text(json.dumps(document))
    assert outcome(file) in ("exported", "refused with place and cure")


def outcome(file: Path) -> str:
    """What becomes of a contract."""
    try:
        contract = openapi.load(str(file))
    except ContractsError as error:
        return "refused with place and cure" if error.location and error.cure else f"refused: {error}"
    export.to_json(export.for_api_gateway(contract))
    export.to_json(export.compiled(contract))
    return "exported"


def test_the_contract_of_this_repository_is_read() -> None:
    """Our own service's contract is one, and every one of its operations has an id."""
    contract = openapi.load(str(ROOT / "openapi.yaml"))

    assert all(operation.operation_id for operation in contract.operations)
