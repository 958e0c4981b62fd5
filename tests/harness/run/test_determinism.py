"""A run depends on the contract, the template, the handlers and the seed, and leaves the process as it found it."""

from __future__ import annotations

import json
import logging
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
import warnings
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import botocore.endpoint
import pytest
import schemathesis.engine.context
import yaml
from botocore.client import BaseClient
from botocore.httpsession import URLLib3Session
from botocore.signers import RequestSigner
from moto import mock_aws
from moto.core.botocore_stubber import BotocoreStubber

from contracts.exchange import Exchange
from contracts.finding import Verdict
from contracts.reports import json as json_report
from contracts.run import Settings, run
from contracts.run.watching import Nobody

pytestmark = pytest.mark.service

NOTES = Path(__file__).parents[2] / "apps" / "notes"
PHASES = ("examples", "fuzzing", "stateful")
ASKED = Settings(NOTES / "openapi.yaml", NOTES / "template.yaml", phases=PHASES, examples=4, scenarios=4, steps=3)
BREAK = ('"priority": int(item["priority"])}', '"priority": "high"}')


@pytest.fixture
def app(tmp_path: Path) -> Callable[..., Settings]:
    """The notes service with some of its text replaced, or its contract changed."""

    def changed(
        *changes: tuple[str, str], contract: Callable[[dict[str, Any]], dict[str, Any]] | None = None
    ) -> Settings:
        folder = tmp_path / f"app-{len(list(tmp_path.iterdir()))}"
        shutil.copytree(NOTES, folder)
        source = folder / "src" / "app.py"
        for old, new in changes:
            text = source.read_text(encoding="utf-8")
            assert text.count(old) == 1, old
            source.write_text(text.replace(old, new), encoding="utf-8")
        document = folder / "openapi.yaml"
        if contract is not None:
            # JSON is YAML, and its order is that of the members.
            document.write_text(json.dumps(contract(yaml.safe_load(document.read_bytes()))), encoding="utf-8")
        return replace(ASKED, contract=document, template=folder / "template.yaml")

    return changed


@pytest.fixture(scope="module")
def once() -> Verdict:
    """The verdict over the notes service."""
    return run(ASKED)


def told(verdict: Verdict) -> str:
    """Everything that a verdict says, but for how long it took."""
    return json_report.text(replace(verdict, duration_seconds=0.0))


def test_a_second_run_in_the_process_is_the_same(once: Verdict) -> None:
    """With one seed every request, answer and conclusion is the same."""
    assert once.standing == "kept"
    assert told(run(ASKED)) == told(once)


def test_what_ran_before_in_the_process_does_not_matter(once: Verdict, app: Callable[..., Settings]) -> None:
    """Neither another service, whose module has the same name, nor what it left in libraries shows."""
    other = run(
        app(BREAK, ("import uuid", "import uuid\nimport random\nrandom.seed(7)\nos.environ['TABLE'] = 'other'"))
    )
    random.seed(99)

    assert other.standing == "broken"
    assert told(run(ASKED)) == told(once)


@pytest.mark.service
def test_the_order_of_operations_does_not_decide_the_verdict(once: Verdict, app: Callable[..., Settings]) -> None:
    """
    With the paths and methods of the contract in another order, the same is kept and the same is broken.

    The fingerprint may differ: it is taken over the requests in the order in which they were made, the engine goes
    through the operations in the order of the document, and the values that earlier answers gave are used in later
    requests.
    """

    def turned(document: dict[str, Any]) -> dict[str, Any]:
        paths = {path: dict(reversed(item.items())) for path, item in reversed(document["paths"].items())}
        return {**document, "paths": paths}

    kept = run(app(contract=turned))
    broken, other = run(app(BREAK)), run(app(BREAK, contract=turned))

    assert (standings(kept), bugs(kept)) == (standings(once), set())
    assert (standings(other), bugs(other)) == (standings(broken), bugs(broken))
    assert (kept.standing, other.standing) == ("kept", "broken")
    assert [row.operation for row in kept.operations] != [row.operation for row in once.operations]


def standings(verdict: Verdict) -> dict[str, Mapping[str, str]]:
    """Where each promise of each operation stands."""
    return {row.operation: row.standings for row in verdict.operations}


def bugs(verdict: Verdict) -> set[tuple[str, str, str]]:
    """What is broken, without the requests that show it."""
    return {(each.finding.promise, each.finding.check, each.finding.operation) for each in verdict.failures}


def test_the_users_aws_and_proxies_do_not_matter(
    once: Verdict, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Profiles, keys, regions, endpoints and proxies of the environment, and of AWS's own files, change nothing."""
    (tmp_path / "config").write_text("[profile mine]\nregion = eu-north-1\nendpoint_url = http://203.0.113.1\n")
    surroundings = {
        "AWS_PROFILE": "mine",
        "AWS_CONFIG_FILE": str(tmp_path / "config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "missing"),
        "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_SESSION_TOKEN": "token",
        "AWS_REGION": "ap-southeast-2",
        "AWS_DEFAULT_REGION": "ap-southeast-2",
        "AWS_ENDPOINT_URL": "http://203.0.113.1:9",
        "AWS_ENDPOINT_URL_DYNAMODB": "http://203.0.113.1:9",
        "HTTPS_PROXY": "http://203.0.113.1:3128",
        "http_proxy": "http://203.0.113.1:3128",
    }
    for name, value in surroundings.items():
        monkeypatch.setenv(name, value)

    assert told(run(ASKED)) == told(once)
    assert {name: os.environ[name] for name in surroundings} == surroundings


@pytest.mark.service
def test_hash_randomisation_does_not_matter(once: Verdict, tmp_path: Path) -> None:
    """Other processes, whose sets and dictionaries of texts are in another order, make the same run."""
    code = (
        "import sys; from pathlib import Path; from contracts import Settings, verify\n"
        "files, phases = map(Path, sys.argv[1:3]), tuple(sys.argv[3:])\n"
        "asked = Settings(*files, promises=('payloads',), phases=phases, examples=4, scenarios=4, steps=3)\n"
        "print(verify(asked).fingerprint)\n"
    )
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(ASKED.contract), str(ASKED.template), *PHASES],
            cwd=tmp_path,
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            stdout=subprocess.PIPE,
            text=True,
        )
        for hash_seed in ("0", "1")
    ]

    assert [process.communicate()[0].strip() for process in processes] == [once.fingerprint] * 2


def process() -> dict[str, Any]:
    """What of this process a run replaces, or a handler could change."""
    root = logging.getLogger()
    return {
        "botocore": [
            vars(BaseClient)["_make_api_call"],
            URLLib3Session.send,
            vars(botocore.endpoint)["time"],
            getattr(RequestSigner, "_credentials", None),
            BotocoreStubber.process_request,
        ],
        "default session": boto3.DEFAULT_SESSION,
        "environment": dict(os.environ),
        "folder": Path.cwd(),
        "sockets": {name: vars(socket.socket).get(name) for name in ("connect", "connect_ex", "sendto", "send")},
        "names": [socket.getaddrinfo, socket.create_connection, socket.gethostbyname],
        "clocks": [time.time, time.time_ns, time.sleep, time.monotonic, time.perf_counter],
        "chance": [os.urandom, uuid.uuid4, uuid.getnode, random.SystemRandom, random.getstate()],
        "threads": [threading.Thread.start, threading.main_thread],
        "warnings": (list(warnings.filters), warnings.showwarning),
        "logging": (root.level, root.handlers[:], logging.Logger.manager.disable),
        "path": sys.path[:],
        "finders": sys.meta_path[:],
        "modules": [name for name in sys.modules if name == "app" or name.startswith("app.")],
        "streams": [sys.stdin, sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__],
        "exit": [sys.exit, os._exit],
        "signals": [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)],
        "schemathesis": schemathesis.engine.context.make_session,
    }


MEDDLING = """
import logging, random, sys, warnings
sys.path.insert(0, "/nowhere")
os.environ["MEDDLED"] = "yes"
os.chdir("/")
random.seed(1)
warnings.simplefilter("always")
logging.getLogger().setLevel(logging.DEBUG)
logging.getLogger().addHandler(logging.StreamHandler())
"""


def test_the_process_is_afterwards_as_before(once: Verdict, app: Callable[..., Settings]) -> None:
    """Botocore, sockets, clocks, chance, environment, modules, logging and warnings, though the service meddles."""
    settings = app(("import uuid\n", f"import uuid\n{MEDDLING}"))
    before = process()
    verdict = run(replace(settings, phases=("fuzzing",)))

    after = process()
    assert verdict.exchanges > 0
    assert {name: value for name, value in after.items() if value != before[name]} == {}


def test_plain_mock_aws_works_afterwards(once: Verdict, monkeypatch: pytest.MonkeyPatch) -> None:
    """A test of somebody else's, within `mock_aws`, finds an empty world and a botocore that nobody watches."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    with mock_aws():
        client = boto3.client("dynamodb")
        assert client.list_tables()["TableNames"] == []
        client.create_table(
            TableName="t",
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        )
        client.put_item(TableName="t", Item={"id": {"S": "1"}})

        assert client.get_item(TableName="t", Key={"id": {"S": "1"}})["Item"] == {"id": {"S": "1"}}


REACHING = """def list_notes(event, context):
    import urllib.request, requests
    tried = []
    for reach in (urllib.request.urlopen, requests.get):
        try:
            reach("http://{place}/")
            tried.append("reached")
        except OSError as error:
            tried.append(type(error).__name__ + ": " + str(error))
    tried.append("tables " + str(len(boto3.made_before.list_tables()["TableNames"])))
    return reply(200, {{"items": [], "tried": tried}})

"""


def test_nothing_is_reached_beyond_this_machine(app: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch) -> None:
    """Not by urllib, nor requests, nor a client of AWS's that was made before the run with keys and an endpoint."""
    with socket.create_server(("0.0.0.0", 0)) as server:
        server.setblocking(False)
        place = f"{own_address()}:{server.getsockname()[1]}"
        before = boto3.client(
            "dynamodb",
            region_name="us-east-1",
            endpoint_url=f"http://{place}",
            aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
            aws_secret_access_key="secret",
        )
        monkeypatch.setattr(boto3, "made_before", before, raising=False)
        answers: list[list[str]] = []

        class Watching(Nobody):
            def exchange(self, exchange: Exchange) -> None:
                if exchange.case.operation and exchange.case.operation.name == "listNotes":
                    answers.append(json.loads(exchange.response.body).get("tried"))

        head = "def list_notes(event, context):"
        settings = app((head, f"{REACHING.format(place=place)}\ndef unused(event, context):"))
        run(replace(settings, operations=("listNotes",), phases=("coverage",)), watch=Watching())

        assert [words.partition(":")[0] for words in answers[0]] == ["URLError", "ConnectionError", "tables 1"]
        assert all("beyond this machine" in words for words in answers[0][:2])
        with pytest.raises(BlockingIOError):  # nobody has knocked
            server.accept()


def own_address() -> str:
    """An address of this machine that is not loopback, if it has one: what is sent there would arrive."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        try:
            sock.connect(("203.0.113.1", 9))  # a datagram's connect sends nothing
        except OSError:
            return "203.0.113.1"
        return str(sock.getsockname()[0])
