"""The roles: each function may do what it does, and nothing that it never does."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from fnmatch import fnmatchcase
from typing import Any

import pytest

from contracts import ServiceUnderTest
from contracts.aws.actions import actions_of, describe
from contracts.exchange import AwsCall
from contracts.stack import Role, Statement

NEW = {"text": "hello", "source_language": "en", "target_language": "ko"}
GLOSSARY = {"source_language": "en", "target_language": "ko", "terms": [{"source": "key", "target": "열쇠"}]}
FILE: Mapping[str, Any] = {"query": {"target_language": "ko", "file_name": "letter.txt"}, "body": b"hello"}
USAGE: Mapping[str, Any] = {
    "path": {"tenant_id": "01JGFJJZ00ACMEACMEACMEACME"},
    "query": {"from": "2025-01-01", "to": "2025-01-31"},
}
UNSEEN = {
    # Amazon Translate asks it in the caller's name, where a text's language is to be found out.
    ("CreateTranslation", "comprehend:DetectDominantLanguage"),
    ("CreateDocument", "comprehend:DetectDominantLanguage"),
    # Amazon S3 asks for it before it says that there is nothing.
    ("DocumentContentsReader", "s3:ListBucket"),
}
"""What is needed and is no call."""

Did = dict[str, set[tuple[str, str]]]
"""Actions and ARNs by the logical id of the function; all that a transaction does, part by part."""


def parts(call: AwsCall) -> Iterator[tuple[str, str]]:
    """The actions of a call, each with what it is done to; `*` where that has no ARN."""
    items = call.parameters.get("TransactItems") if call.operation == "TransactWriteItems" else None
    if items is None:
        for action in actions_of(call.service, call.operation, call.parameters):
            yield from ((action, resource) for resource in call.resources or ("*",))
        return
    account = call.resources[0].split(":")
    for item in items:
        for part, written in item.items():
            action, resources, _ = describe(
                "dynamodb", f"{part}Item", {"TableName": written["TableName"]}, region=account[3], account=account[4]
            )
            yield from ((action, resource) for resource in resources)


@pytest.fixture(scope="module")
def did(contract_service: ServiceUnderTest) -> Did:
    """What the functions do in the life of everything that there is, and when AWS fails half-way."""
    contract_service.restore()
    contract_service.cool("listLanguages")
    found: Did = defaultdict(set)

    def ask(operation: str, *, failing: str | None = None, status: int, **options: Any) -> Any:
        with ExitStack() as faults:
            if failing is not None:
                faults.enter_context(contract_service.failing(failing, "ValidationException"))
            exchange = contract_service.call(operation, **options)
        assert exchange.response.status == status, operation
        for invocation in exchange.invocations or ():
            for call in invocation.calls:
                found[invocation.function.logical_id].update(parts(call))
        found["DocumentContentsReader"].update(each for call in exchange.gateway_calls for each in parts(call))
        return exchange.response.json() if status == 201 else None

    key = {"Idempotency-Key": "a-key-for-this-request"}
    ask("createTranslation", json=NEW, headers=key, failing="dynamodb:TransactWriteItems", status=500)
    translation = {"translation_id": ask("createTranslation", json=NEW, headers=key, status=201)["translation_id"]}
    ask("listTranslations", status=200)
    ask("listTranslations", query={"target_language": "ko"}, status=200)
    ask("getTranslation", path=translation, status=200)
    replacement: Mapping[str, Any] = {"json": {"translated_text": "안녕"}, "headers": {"If-Match": "*"}}
    ask("replaceTranslation", path=translation, status=200, **replacement)
    ask("deleteTranslation", path=translation, status=204)
    glossary = {"glossary_name": "products"}
    ask("putGlossary", path=glossary, json=GLOSSARY, failing="dynamodb:PutItem", status=500)
    ask("putGlossary", path=glossary, json=GLOSSARY, status=201)
    ask("getGlossary", path=glossary, status=200)
    ask("listGlossaries", status=200)
    ask("deleteGlossary", path=glossary, failing="dynamodb:DeleteItem", status=500)
    ask("deleteGlossary", path=glossary, status=204)
    ask("createDocument", failing="dynamodb:PutItem", status=500, **FILE)
    document = {"document_id": ask("createDocument", status=201, **FILE)["document_id"]}
    ask("getDocument", path=document, status=200)
    ask("getDocumentContent", path=document, status=200)
    ask("deleteDocument", path=document, status=204)
    ask("listLanguages", status=200)
    ask("getUsage", status=200, **USAGE)
    return found


def roles(service: ServiceUnderTest) -> dict[str, Role]:
    """The role of each function, and that of the gateway, by whose it is."""
    functions = {each.logical_id: service.stack.roles[str(each.role)] for each in service.stack.functions.values()}
    return {**functions, "DocumentContentsReader": service.stack.roles["DocumentContentsReader"]}


def allows(statement: Statement, action: str, resource: str) -> bool:
    """Whether a statement, none of which here has conditions or exceptions, allows it."""
    return action in statement.actions and any(fnmatchcase(resource, str(each)) for each in statement.resources)


def test_no_two_functions_share_a_role(contract_service: ServiceUnderTest) -> None:
    """Each has one of its own."""
    found = [each.logical_id for each in roles(contract_service).values()]

    assert len(set(found)) == len(found)


def test_a_function_may_do_what_it_does(contract_service: ServiceUnderTest, did: Did) -> None:
    """Each call, to the table, index, object or terminology."""
    missing = [
        (name, *done)
        for name, each in did.items()
        for done in sorted(each)
        if not any(allows(statement, *done) for statement in roles(contract_service)[name].statements)
    ]

    assert missing == []


def test_a_function_may_do_nothing_else(contract_service: ServiceUnderTest, did: Did) -> None:
    """Each action of each statement is needed, for each resource that the statement names."""
    unneeded = [
        (name, action, str(resource))
        for name, role in roles(contract_service).items()
        for statement in role.statements
        for action in statement.actions
        for resource in statement.resources
        if (name, action) not in UNSEEN
        and not any(done == action and fnmatchcase(to, str(resource)) for done, to in did.get(name, ()))
    ]

    assert unneeded == []


def test_no_service_touches_the_store_of_another(contract_service: ServiceUnderTest, did: Did) -> None:
    """Each table and bucket is one service's, by the folder that its function's code is in."""
    functions = {each.logical_id: each.handler.partition(".")[0] for each in contract_service.stack.functions.values()}
    functions["DocumentContentsReader"] = "documents"
    owners: dict[str, set[str]] = defaultdict(set)
    for name, each in did.items():
        for _, resource in each:
            if resource.startswith(("arn:aws:dynamodb:", "arn:aws:s3:")):
                owners[resource.split(":")[5].split("/")[1 if "dynamodb" in resource else 0]].add(functions[name])

    assert {store for store, services in owners.items() if len(services) > 1} == set()
    assert len(owners) == 6


def test_what_is_not_there_is_not_forbidden(contract_service: ServiceUnderTest) -> None:
    """Amazon S3 says AccessDenied of a missing object to whoever may not list the bucket: the gateway may."""
    bucket = f"arn:aws:s3:::{contract_service.stack.buckets['DocumentContents'].name}"
    reader = roles(contract_service)["DocumentContentsReader"]

    assert any(allows(statement, "s3:ListBucket", bucket) for statement in reader.statements)
