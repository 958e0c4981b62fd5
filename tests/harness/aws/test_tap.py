"""The one seam: every call is seen, none reaches a network, and everything is as before afterwards."""

from __future__ import annotations

import io
import os
import threading
from collections.abc import Callable
from typing import Any

import boto3
import botocore.awsrequest
import botocore.credentials
import botocore.endpoint
import botocore.session
import pytest
from botocore.client import BaseClient
from botocore.config import Config
from botocore.exceptions import ClientError, ParamValidationError
from botocore.httpsession import URLLib3Session
from botocore.retries.quota import RetryQuota
from botocore.signers import RequestSigner
from moto import mock_aws
from moto.core.botocore_stubber import BotocoreStubber
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType

from contracts.aws.cloud import Cloud
from contracts.errors import EmulationError
from contracts.exchange import Fault, FaultPlan
from contracts.stack import Stack

REGION = "eu-west-3"
Stacks = Callable[..., Stack]


def note() -> dict[str, Any]:
    """An item of the table `notes`, which is its key as well."""
    return {"owner": {"S": "ann"}, "id": {"S": "1"}}


def untouched() -> list[object]:
    """What a cloud patches."""
    return [
        vars(BaseClient)["_make_api_call"],
        BotocoreStubber.process_request,
        URLLib3Session.send,
        vars(botocore.endpoint)["time"],
        RetryQuota.acquire,
        getattr(RequestSigner, "_credentials", None),
        dict(os.environ),
    ]


def test_a_call_is_recorded_with_everything_about_it(cloud: Cloud) -> None:
    """A call is recorded with its parameters, result, attempts, action, ARN and access level."""
    with cloud.recording() as calls:
        boto3.client("dynamodb").put_item(TableName="notes", Item=note())

    (call,) = calls
    assert (call.service, call.operation, call.attempts) == ("dynamodb", "PutItem", 1)
    assert call.parameters == {"TableName": "notes", "Item": note()}
    assert call.result == {}
    assert call.action == "dynamodb:PutItem"
    assert call.resources == (f"arn:aws:dynamodb:{REGION}:123456789012:table/notes",)
    assert call.writes


def test_what_is_recorded_is_not_changed_afterwards(cloud: Cloud) -> None:
    """A handler that changes its parameters or its result after the call changes nothing in the record."""
    item = note()
    client = boto3.client("dynamodb")
    with cloud.recording() as calls:
        client.put_item(TableName="notes", Item=item)
        got = client.get_item(TableName="notes", Key=note())
    item["id"]["S"] = got["Item"]["id"]["S"] = "other"

    assert calls[0].parameters["Item"] == note()
    assert calls[1].result is not None
    assert calls[1].result["Item"] == note()


def test_a_call_that_fails_is_recorded_with_its_error(cloud: Cloud) -> None:
    """AWS's error has its code, message and status; botocore's own has the name of its class and no attempt."""
    client = boto3.client("dynamodb")
    with cloud.recording() as calls:
        with pytest.raises(ClientError):
            client.get_item(TableName="nowhere", Key=note())
        with pytest.raises(ParamValidationError):
            client.get_item(TableName="notes")

    first, second = (call.error for call in calls)
    assert first is not None
    assert (first.code, first.status, first.injected) == ("ResourceNotFoundException", 400, False)
    assert second is not None
    assert (second.code, calls[1].attempts) == ("ParamValidationError", 0)


def test_bodies_are_recorded_by_their_length_and_stay_readable(cloud: Cloud) -> None:
    """A body that is sent or received is not consumed by the recorder."""
    client = boto3.client("s3")
    with cloud.recording() as calls:
        client.put_object(Bucket="files", Key="a", Body=io.BytesIO(b"four"))
        body = client.get_object(Bucket="files", Key="a")["Body"]

    assert body.read() == b"four"
    assert calls[0].parameters["Body"] == {"bytes": 4}
    assert calls[1].result is not None
    assert calls[1].result["Body"] == {"bytes": 4}


def test_every_page_of_a_paginator_is_a_call(cloud: Cloud) -> None:
    """Two pages are two calls."""
    client = boto3.client("s3")
    for key in "abc":
        client.put_object(Bucket="files", Key=key)
    with cloud.recording() as calls:
        pages = client.get_paginator("list_objects_v2").paginate(Bucket="files", PaginationConfig={"PageSize": 2})
        assert [each["Key"] for page in pages for each in page["Contents"]] == ["a", "b", "c"]

    assert [call.operation for call in calls] == ["ListObjectsV2"] * 2


def test_resources_and_threads_are_seen(cloud: Cloud) -> None:
    """A call of a resource, made in a thread of the handler's own, belongs to the recording that is open."""
    with cloud.recording() as calls:
        table = boto3.resource("dynamodb").Table("notes")
        thread = threading.Thread(target=lambda: table.put_item(Item={"owner": "ann", "id": "1"}))
        thread.start()
        thread.join()

    assert [call.operation for call in calls] == ["PutItem"]


def test_the_transfer_manager_is_seen(cloud: Cloud) -> None:
    """An upload in parts is recorded call by call, though S3's transfer manager works in threads."""
    with cloud.recording() as calls:
        boto3.client("s3").upload_fileobj(io.BytesIO(b"x" * 9_000_000), "files", "large")

    assert sorted(call.operation for call in calls) == [
        "CompleteMultipartUpload",
        "CreateMultipartUpload",
        "UploadPart",
        "UploadPart",
    ]


def test_a_client_made_before_is_caught_with_credentials_of_nobody(start: Callable[..., Cloud]) -> None:
    """A client made before the cloud started is answered by it, signed with made-up keys if it has none."""
    client = boto3.Session(botocore_session=_bare_session()).client("dynamodb", region_name=REGION)
    cloud = start()
    with cloud.recording() as calls:
        client.put_item(TableName="notes", Item=note())

    assert [call.error for call in calls] == [None]


def _bare_session() -> Any:
    session = botocore.session.Session()
    session.register_component("credential_provider", botocore.credentials.CredentialResolver([]))
    return session


def test_a_handlers_own_endpoint_is_answered_here(cloud: Cloud) -> None:
    """A client of `http://localhost:8000`, as for DynamoDB Local, reaches the mocked cloud."""
    for endpoint in ("http://localhost:8000", "http://dynamodb.internal:8000"):
        boto3.client("dynamodb", endpoint_url=endpoint).put_item(TableName="notes", Item=note())
        boto3.client("s3", endpoint_url=endpoint).put_object(Bucket="files", Key="a/b", Body=b"")

    assert [each["Key"] for each in boto3.client("s3").list_objects_v2(Bucket="files")["Contents"]] == ["a/b"]


def test_what_nothing_emulates_could_not_run(cloud: Cloud) -> None:
    """An operation that nothing emulates is an emulation error that names it, even if the handler swallows it."""
    with cloud.recording() as calls, pytest.raises(EmulationError, match="translate:ListParallelData"):
        boto3.client("translate").list_parallel_data()

    assert cloud.unavailable is not None
    assert "translate:ListParallelData" in cloud.unavailable
    assert calls[0].error is not None
    assert calls[0].error.code == "EmulationError"


def test_a_function_that_calls_a_function_could_not_run(cloud: Cloud) -> None:
    """Nothing of the stack's functions is known here, which is not the caller's fault."""
    with cloud.recording(), pytest.raises(EmulationError, match="lambda:Invoke"):
        boto3.client("lambda").invoke(FunctionName="worker", Payload=b"{}")

    assert cloud.unavailable is not None
    assert "functions that functions call are not run here" in cloud.unavailable


def test_an_exception_of_motos_own_could_not_run(cloud: Cloud) -> None:
    """An exception out of moto is an artefact of the emulation, and the next recording knows nothing of it."""
    client = boto3.client("comprehend")
    with cloud.recording(), pytest.raises(NotImplementedError):
        client.detect_dominant_language(Text="Hello")
    assert [each.operation for each in cloud.artefacts] == ["DetectDominantLanguage"]

    with cloud.recording():
        assert cloud.unavailable is None


def test_an_answer_of_no_shape_could_not_run(cloud: Cloud) -> None:
    """An answer that botocore cannot read was not AWS's, whatever the handler makes of the exception."""
    client = boto3.client("dynamodb")
    client.put_item(TableName="notes", Item=note())
    notes = dynamodb_backends["123456789012"][REGION].tables["notes"]
    item = notes.get_item(DynamoType({"S": "ann"}), DynamoType({"S": "1"}))
    assert item is not None
    item.attrs["text"] = DynamoType({"M": {"": {"S": "x"}}})

    with cloud.recording(), pytest.raises(AttributeError):
        client.get_item(TableName="notes", Key=note())

    assert cloud.unavailable is not None
    assert "dynamodb:GetItem cannot be emulated: moto's answer" in cloud.unavailable


def test_a_request_of_no_client_does_not_leave(cloud: Cloud) -> None:
    """What botocore would send beside its clients (instance metadata) is an error that says where it was going."""
    request = botocore.awsrequest.AWSRequest("GET", "http://169.254.169.254/latest").prepare()

    with pytest.raises(EmulationError, match=r"169\.254\.169\.254"):
        URLLib3Session().send(request)


def test_a_presigned_url_is_no_call(cloud: Cloud) -> None:
    """Signing a URL makes no call."""
    with cloud.recording() as calls:
        url = boto3.client("s3").generate_presigned_url("get_object", Params={"Bucket": "files", "Key": "a"})

    assert "Signature=" in url
    assert calls == []


def test_nested_recordings_both_hear(cloud: Cloud) -> None:
    """An outer recording hears what an inner one hears."""
    client = boto3.client("dynamodb")
    with cloud.recording() as outer:
        with cloud.recording() as inner:
            client.get_item(TableName="notes", Key=note())
        client.get_item(TableName="notes", Key=note())

    assert (len(outer), len(inner)) == (2, 1)


def test_a_recording_waits_before_one_of_its_calls(cloud: Cloud) -> None:
    """What is done meanwhile has a recording, counts of faults and artefacts of its own, and happens once."""
    client = boto3.client("dynamodb")
    meanwhile: list[list[str]] = []

    def look() -> None:
        with cloud.recording() as inner:
            client.scan(TableName="notes")
            client.get_item(TableName="notes", Key=note())
        meanwhile.append([call.operation for call in inner])

    plan = FaultPlan((Fault("dynamodb", "GetItem", "ThrottlingException", call=2),))
    with cloud.faults(plan), cloud.recording() as outer, cloud.pausing(2, look):
        client.get_item(TableName="notes", Key=note())
        client.put_item(TableName="notes", Item=note())
        with pytest.raises(ClientError):
            client.get_item(TableName="notes", Key=note())

    assert [call.operation for call in outer] == ["GetItem", "PutItem", "GetItem"]
    assert meanwhile == [["Scan", "GetItem"]]


def test_nothing_is_done_before_a_call_that_never_comes(cloud: Cloud) -> None:
    """Calls that nobody records, and our own, do not count."""
    client, done = boto3.client("dynamodb"), []
    with cloud.pausing(2, lambda: done.append(1)):
        client.scan(TableName="notes")
        with cloud.recording():
            client.scan(TableName="notes")
            cloud.items("notes")

    assert done == []


def test_the_users_environment_changes_nothing_and_comes_back(
    stack: Stacks, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    """Profile, keys, region, endpoint, proxies and configuration of the user's own are out of sight meanwhile."""
    config = tmp_path / "config"
    config.write_text("[profile mine]\nregion = ap-south-1\nendpoint_url = http://127.0.0.1:9\n")
    theirs = {
        "AWS_PROFILE": "mine",
        "AWS_CONFIG_FILE": str(config),
        "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "theirs",
        "AWS_DEFAULT_REGION": "ap-south-1",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        "https_proxy": "http://127.0.0.1:9",
    }
    for name, value in theirs.items():
        monkeypatch.setenv(name, value)
    before = untouched()

    with Cloud(stack()) as cloud:
        client = boto3.client("dynamodb")
        with cloud.recording() as calls:
            client.put_item(TableName="notes", Item=note())
        assert client.meta.region_name == REGION
        assert calls[0].error is None
        assert not theirs.items() & os.environ.items()

    assert untouched() == before


def test_everything_is_restored(stack: Stacks) -> None:
    """After a cloud, a plain `mock_aws` works on an empty world, and botocore is untouched."""
    before = untouched()
    with Cloud(stack()):
        boto3.client("dynamodb").put_item(TableName="notes", Item=note())

    assert untouched() == before
    with mock_aws():
        assert boto3.client("dynamodb", region_name=REGION).list_tables()["TableNames"] == []


def test_a_world_around_the_cloud_survives(stack: Stacks) -> None:
    """What a test had within its own `mock_aws` is not seen by a cloud, and is there again afterwards."""
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket="theirs")
        with Cloud(stack()):
            assert [each["Name"] for each in client.list_buckets()["Buckets"]] == ["files"]

        assert [each["Name"] for each in client.list_buckets()["Buckets"]] == ["theirs"]


def test_one_cloud_at_a_time(cloud: Cloud, stack: Stacks) -> None:
    """A second cloud in the process is refused, and the first goes on."""
    with pytest.raises(EmulationError, match="active in this process"), Cloud(stack()):
        pass

    assert sorted(boto3.client("dynamodb").list_tables()["TableNames"]) == ["counters", "notes"]


@pytest.mark.parametrize("mode", ["legacy", "standard", "adaptive"])
def test_retries_do_not_depend_on_what_happened_before(cloud: Cloud, mode: str) -> None:
    """However many calls failed before, a call has as many attempts as the first."""
    retries: Any = {"mode": mode, "total_max_attempts": 3}
    client: Any = boto3.client("s3", config=Config(retries=retries))
    plan = FaultPlan((Fault("s3", None, "SlowDown", call=None, status=503),))
    with cloud.faults(plan), cloud.recording() as calls:
        for _ in range(60):
            with pytest.raises(ClientError):
                client.list_objects_v2(Bucket="files")

    assert {call.attempts for call in calls} == {3}


def test_many_threads_are_one_after_the_other(cloud: Cloud) -> None:
    """Calls of many threads at once, made with one client, all take effect and are all recorded."""
    client = boto3.client("dynamodb")

    def write(worker: int) -> None:
        for number in range(10):
            item = {"owner": {"S": str(worker)}, "id": {"S": str(number)}}
            client.put_item(TableName="notes", Item=item)

    threads = [threading.Thread(target=write, args=(worker,)) for worker in range(8)]
    with cloud.recording() as calls, cloud.watching() as watch:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert len(calls) == len(watch.change().gained) == 80
    assert all(call.error is None for call in calls)
