"""The service under test, as tests of a user's own have it in their hands."""

from __future__ import annotations

import os
import socket
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import botocore.client
import botocore.endpoint
import botocore.httpsession
import pytest
from moto import mock_aws
from moto.core.botocore_stubber import BotocoreStubber

from contracts import ContractsError, ServiceUnderTest
from contracts.errors import ConfigurationError
from contracts.exchange import Exchange

NOTES = Path(__file__).parents[2] / "apps" / "notes"
FILES = Path(__file__).parents[2] / "apps" / "files"
TENANTS = NOTES.parent / "tenants"
NOON = datetime(2030, 6, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def elsewhere(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder without a configuration: what our own service is asked with is nothing to others."""
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))


@pytest.fixture(scope="module")
def notes() -> ServiceUnderTest:
    """The notes service, read once; it does not stand yet."""
    return ServiceUnderTest(NOTES / "openapi.yaml", NOTES / "template.yaml", seed=3)


@pytest.fixture
def service(notes: ServiceUnderTest) -> Iterator[ServiceUnderTest]:
    """The notes service, standing."""
    with notes:
        yield notes


@pytest.fixture
def files() -> Iterator[ServiceUnderTest]:
    """A service with a bucket, whose function also says what its clocks read, standing."""
    with ServiceUnderTest(FILES / "openapi.yaml", FILES / "template.yaml") as files:
        yield files


def created(service: ServiceUnderTest, text: str = "bread") -> str:
    """The id of a new note."""
    exchange = service.call("createNote", json={"text": text})
    assert exchange.response.status == 201
    return str(exchange.response.json()["note_id"])


def clocks(files: ServiceUnderTest, sleep: float = 0) -> dict[str, Any]:
    """What the clocks of the function read."""
    read: dict[str, Any] = files.call("readClocks", query={"sleep": sleep}).response.json()
    return read


def test_an_exchange_tells_what_happened_inside(service: ServiceUnderTest) -> None:
    """The answer, the event, the calls and the change of state are there to look at."""
    exchange = service.call("createNote", json={"text": "brød"})

    assert exchange.response.json()["text"] == "brød"
    assert exchange.case.operation is service.contract.operations[0]
    assert exchange.invocations is not None
    assert exchange.invocations[0].event["body"] == '{"text": "brød"}'
    assert [call.action for call in exchange.calls] == ["dynamodb:PutItem"]
    assert exchange.change is not None
    assert [each.after["text"] for each in exchange.change.gained if each.after] == [{"S": "brød"}]


def test_send_makes_any_request(service: ServiceUnderTest) -> None:
    """A request by method and path goes out as it is, whether the contract knows it or not."""
    location = service.call("createNote", json={"text": "x"}).response.headers.get("Location")
    assert location is not None

    assert service.send("GET", location).response.json()["text"] == "x"
    assert service.send("PATCH", f"{service.base_path}/notes").response.status == 403
    assert service.send("POST", "/Prod/notes", body=b"\xff").response.status == 400


def test_items_are_found_by_the_logical_id(service: ServiceUnderTest) -> None:
    """The items of a table have Python's types."""
    note_id = created(service)

    assert service.items("Notes") == [{"note_id": note_id, "text": "bread", "priority": 3}]


def test_boto3_reaches_the_same_account(service: ServiceUnderTest) -> None:
    """What a test puts into a table with boto3 is there for the functions."""
    table = boto3.resource("dynamodb").Table(service.stack.tables["Notes"].name)
    table.put_item(Item={"note_id": "n", "text": "older", "priority": 1})

    assert service.call("getNote", path={"note_id": "n"}).response.json()["text"] == "older"


def test_objects_are_found_by_the_logical_id(files: ServiceUnderTest) -> None:
    """The objects of a bucket are their bodies by key; calls that look are not the service's."""
    exchange = files.call("putFile", path={"key": "a/b c"}, body=b"\x00\xff", headers={"Content-Type": "image/png"})

    assert exchange.response.status == 204
    assert files.objects("Files") == {"a/b c": b"\x00\xff"}
    assert exchange.change is not None
    assert [each.key for each in exchange.change.gained] == [{"Key": "a/b c"}]


def test_a_snapshot_comes_back(service: ServiceUnderTest) -> None:
    """State goes back to a snapshot or to the beginning, and what differs can be asked for."""
    kept = created(service)
    snapshot = service.snapshot()
    service.call("deleteNote", path={"note_id": kept})
    lost = service.change_since(snapshot).lost

    assert [each.key for each in lost] == [{"note_id": {"S": kept}}]
    service.restore(snapshot)
    assert [each["note_id"] for each in service.items("Notes")] == [kept]
    service.restore()
    assert service.items("Notes") == []


def test_the_beginning_is_the_same_every_time(notes: ServiceUnderTest) -> None:
    """Ids are drawn from the seed, after `restore` and each time that the service is opened; another seed's differ."""
    ids = []
    for _ in range(2):
        with notes as service:
            ids.append(created(service))
            service.restore()
            ids.append(created(service))
    with ServiceUnderTest(NOTES / "openapi.yaml", NOTES / "template.yaml", seed=4) as other:
        assert created(other) not in ids

    assert len(set(ids)) == 1


def test_aws_fails_on_request(service: ServiceUnderTest) -> None:
    """A call is refused while the context is open, with the status of the service's model, and not afterwards."""
    with service.failing("dynamodb:PutItem", "InternalServerError", message="secret") as fault:
        exchange = service.call("createNote", json={"text": "x"})

    assert fault.status == 500
    assert exchange.response.status == 502
    [call] = exchange.calls
    assert call.error is not None
    assert (call.error.code, call.error.message, call.error.injected) == ("InternalServerError", "secret", True)
    assert not exchange.change
    created(service)


def test_failures_add_up(service: ServiceUnderTest) -> None:
    """Several calls fail at once when contexts are nested; one that names a number strikes that call alone."""
    with service.failing("dynamodb:GetItem", "timeout"), service.failing("dynamodb:PutItem", "X", nth=2):
        note_id = created(service)
        exchange = service.call("getNote", path={"note_id": note_id})

    assert exchange.calls[0].error is not None
    assert exchange.calls[0].error.code == "ReadTimeoutError"


@pytest.mark.parametrize(
    ("error", "status"),
    [("ResourceNotFoundException", 400), ("InternalServerError", 500), ("ServiceUnavailable", 503), ("Made.Up", 400)],
)
def test_an_error_has_the_status_that_aws_gives_it(service: ServiceUnderTest, error: str, status: int) -> None:
    """What all services have in common says so where the service's model does not; `status` overrides both."""
    with service.failing("dynamodb:*", error) as fault, service.failing("dynamodb", error, status=418) as other:
        assert (fault.status, other.status) == (status, 418)
        assert (fault.operation, other.operation) == (None, None)


def test_time_passes(files: ServiceUnderTest) -> None:
    """An hour passes on every clock that a function has."""
    before = clocks(files)
    files.pass_time(timedelta(hours=1))
    after = clocks(files)

    assert all(3600 <= after[name] - before[name] < 3630 for name in ("time", "monotonic", "perf_counter"))


def test_the_clock_can_be_set(files: ServiceUnderTest) -> None:
    """A clock that is set back reads an earlier time; a duration that is measured does not become negative."""
    before = clocks(files)
    files.set_clock(NOON - timedelta(days=3650))
    after = clocks(files)

    assert after["time"] < before["time"]
    assert 0 < after["perf_counter"] - before["perf_counter"] < 1


def test_time_stands_still(files: ServiceUnderTest) -> None:
    """Two invocations read the same time while the clock is frozen; a duration is still more than nothing."""
    with files.frozen_clock(NOON):
        one, two = clocks(files), clocks(files)
        assert one["time"] == two["time"] == NOON.timestamp()
        assert two["perf_counter"] > one["perf_counter"]
        assert files.now == NOON

    assert clocks(files)["time"] > NOON.timestamp()


def test_what_a_function_sleeps_passes(files: ServiceUnderTest) -> None:
    """A function that sleeps on a frozen clock wakes later: its time limit still means something."""
    with files.frozen_clock(NOON):
        assert clocks(files, sleep=2)["time"] == NOON.timestamp() + 2
        assert files.call("readClocks", query={"sleep": 10}).response.status == 502


def test_a_function_can_be_made_cold(files: ServiceUnderTest) -> None:
    """What a module keeps between invocations is gone after a cold start, of one function or of all."""
    assert [clocks(files)["invocation"] for _ in range(2)] == [1, 2]
    files.cool("putFile")
    assert clocks(files)["invocation"] == 3
    files.cool("readClocks")
    assert clocks(files)["invocation"] == 1
    files.cool()
    assert clocks(files)["invocation"] == 1


def test_findings_judge_an_exchange(service: ServiceUnderTest) -> None:
    """An exchange is judged as a run judges it: undocumented statuses and shapes are found, right answers are not."""
    exchange = service.call("createNote", json={"text": "x"})
    with service.failing("dynamodb:Scan", "ThrottlingException"):
        crashed = service.call("listNotes")

    assert service.findings(exchange) == ()
    assert [each.check for each in service.findings(crashed)] == ["status-documented"]


@pytest.mark.parametrize(
    ("ask", "said", "cure"),
    [
        (lambda service: service.call("getNotes"), "there is no operation `getNotes`", "`getNote`"),
        (lambda service: service.call("getNote"), "getNote needs a value for `note_id`", "path={'note_id': ...}"),
        (lambda service: service.call("getNote", path={"note_id": ""}), "`note_id` is empty", "`send`"),
        (lambda service: service.call("getNote", path={"note": 1}), "no path variable of getNote `note`", "`note_id`"),
        (lambda service: service.call("listNotes", query={"q": 1}), "no query parameter of listNotes `q`", "none"),
        (lambda service: service.call("createNote", json=1, body=b""), "a request has one body", "json"),
        (lambda service: service.items("Note"), "there is no table `Note`", "`Notes`"),
        (lambda service: service.objects("Notes"), "there is no bucket `Notes`", "none"),
        (lambda service: service.cool("getNotes"), "there is no operation `getNotes`", "`getNote`"),
        (
            lambda service: service.failing("dynamdb", "X").__enter__(),
            "there is no AWS service `dynamdb`",
            "`dynamodb`",
        ),
        (lambda service: service.failing("s3:PutObjet", "X").__enter__(), "no operation of s3", "`PutObject`"),
        (lambda service: service.pass_time(timedelta(-1)), "time does not go back", "set_clock"),
        (lambda service: service.set_clock(datetime(2030, 1, 1)), "has no time zone", "UTC"),  # noqa: DTZ001
    ],
)
def test_what_means_nothing_is_refused(service: ServiceUnderTest, ask: Any, said: str, cure: str) -> None:
    """One clear message with a cure, and the service goes on."""
    with pytest.raises(ConfigurationError) as refused:
        ask(service)

    assert said in refused.value.message
    assert cure in (refused.value.cure or "")
    created(service)


def test_two_cannot_stand_at_once(service: ServiceUnderTest) -> None:
    """The second of two services, or the same one again, is one clear error, and the first goes on."""
    with pytest.raises(ContractsError, match="a mocked cloud is active in this process already"):
        ServiceUnderTest(NOTES / "openapi.yaml", NOTES / "template.yaml").__enter__()
    with pytest.raises(ContractsError, match="this service stands already"):
        service.__enter__()

    created(service)


def test_what_does_not_stand_cannot_be_used() -> None:
    """A service that was closed says so."""
    with ServiceUnderTest(NOTES / "openapi.yaml", NOTES / "template.yaml") as service:
        pass

    assert not service.stands
    for use in (service.snapshot, service.restore, lambda: service.call("listNotes"), lambda: service.items("Notes")):
        with pytest.raises(ContractsError, match="the service does not stand"):
            use()


def test_an_operation_that_cannot_run_says_why(tmp_path: Path) -> None:
    """A function that cannot be loaded is an error with its reason, not an answer; the others answer."""
    for name in ("openapi.yaml", "template.yaml"):
        (tmp_path / name).write_text((NOTES / name).read_text().replace("app.get_note", "app.get_nothing"))
    (tmp_path / "src").symlink_to(NOTES / "src")

    with ServiceUnderTest(tmp_path / "openapi.yaml", tmp_path / "template.yaml") as service:
        with pytest.raises(ContractsError, match="get_nothing"):
            service.call("getNote", path={"note_id": "x"})
        created(service)


def test_what_the_mocked_cloud_cannot_do_is_no_answer(files: ServiceUnderTest) -> None:
    """Where nothing emulates what a function asks of AWS, there is an error and no answer to judge."""
    with pytest.raises(ContractsError, match="translate:ListParallelData cannot be emulated"):
        files.call("listTerms")

    assert clocks(files)["invocation"] == 1


def test_a_call_can_be_failed_by_its_number(service: ServiceUnderTest) -> None:
    """Only the call of that number in an invocation is refused."""
    for number, status in ((1, 502), (2, 201)):
        with service.failing("dynamodb:PutItem", "ThrottlingException", nth=number):
            assert service.call("createNote", json={"text": "x"}).response.status == status


def test_a_missing_file_is_one_clear_error(tmp_path: Path) -> None:
    """A contract that is not there is said when the service is opened, and nothing stands."""
    with pytest.raises(ConfigurationError, match="the contract does not exist"):
        ServiceUnderTest(tmp_path / "openapi.yaml", NOTES / "template.yaml").__enter__()


def process() -> dict[str, Any]:
    """What a service takes into its hands while it stands."""
    return {
        "environment": dict(os.environ),
        "path": list(sys.path),
        "modules": {name for name in sys.modules if name in {"app", "files"}},
        "threads": set(threading.enumerate()),
        "patched": [
            vars(botocore.client.BaseClient)["_make_api_call"],
            vars(botocore.httpsession.URLLib3Session)["send"],
            vars(BotocoreStubber)["process_request"],
            vars(botocore.endpoint)["time"],
            socket.socket.connect,
        ],
    }


def test_the_process_is_as_it_was(notes: ServiceUnderTest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Afterwards environment, modules, threads and botocore are those of before, and a plain `mock_aws` test works."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.setenv("AWS_PROFILE", "mine")
    before = process()
    for _ in range(2):
        with notes as service:
            created(service)
            assert process() != before

    assert process() == before
    monkeypatch.delenv("AWS_PROFILE")
    with mock_aws():
        client = boto3.client("s3")
        assert client.meta.region_name == "eu-west-1"
        assert client.list_buckets()["Buckets"] == []


def test_an_exception_closes_it(notes: ServiceUnderTest) -> None:
    """A test that fails leaves nothing behind either."""
    before = process()

    def fail() -> None:
        with notes:
            created(notes)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert process() == before
    assert not notes.stands


def test_it_is_configured_like_a_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without arguments, the nearest configuration says what to read; an argument overrides it."""
    (tmp_path / "contracts.toml").write_text(
        f'contract = "{NOTES / "openapi.yaml"}"\ntemplate = "{NOTES / "template.yaml"}"\nseed = 3\n'
    )
    monkeypatch.chdir(tmp_path)
    exchanges: list[Exchange] = []
    for service in (ServiceUnderTest(), ServiceUnderTest(seed=3), ServiceUnderTest(seed=4)):
        with service:
            exchanges.append(service.call("createNote", json={"text": "x"}))
    one, same, other = (each.response.json()["note_id"] for each in exchanges)

    assert one == same != other


def test_an_operation_is_called_as_whom_the_configuration_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """Headers of the test's own count instead, and without the identity's the gateway lets nobody in."""
    monkeypatch.chdir(TENANTS)
    with ServiceUnderTest() as service:
        created = service.call("createTask", json={"title": "Buy bread"})

        assert created.response.status == 201
        assert [each.function.logical_id for each in created.invocations or ()] == ["Authorize", "CreateTask"]
        assert service.call("createTask", headers={"X-Tenant-Token": None}, json={"title": "a"}).response.status == 401
        assert service.call("createTask", headers={"x-api-key": "another"}, json={"title": "a"}).response.status == 403
        assert service.send("GET", "/v1/tasks/1", headers={"X-Tenant-Token": "tok-other"}).response.status == 401
