"""The environment in which AWS's SDK finds nothing of the user's own."""

from __future__ import annotations

import os

import botocore.session
import pytest

from contracts.aws.environment import environment, masked, masked_environment


@pytest.mark.parametrize("name", ["AWS_PROFILE", "AWS_ENDPOINT_URL_S3", "https_proxy", "NO_PROXY", "MOTO_ACCOUNT_ID"])
def test_what_would_reach_the_sdk_is_masked(name: str) -> None:
    """AWS's variables, moto's and those of proxies are masked."""
    assert masked(name)


@pytest.mark.parametrize("name", ["PATH", "HOME", "TABLE_NAME", "AWSOME"])
def test_what_is_nobodys_business_stays(name: str) -> None:
    """Other variables stay."""
    assert not masked(name)


def test_everything_comes_back_and_nothing_else_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was masked is there again, what was set meanwhile by others stays."""
    monkeypatch.setenv("AWS_PROFILE", "mine")
    monkeypatch.delenv("LATER", raising=False)
    with masked_environment("eu-west-3"):
        assert "AWS_PROFILE" not in os.environ
        os.environ["LATER"] = "kept"
    later = os.environ.pop("LATER")

    assert (later, os.environ["AWS_PROFILE"]) == ("kept", "mine")
    assert "AWS_EC2_METADATA_DISABLED" not in os.environ


def test_a_session_needs_nothing_more() -> None:
    """In this environment a session has the region, made-up keys, and no configuration from a file."""
    with masked_environment("eu-west-3"):
        session = botocore.session.Session()
        credentials = session.get_credentials()

        assert session.get_config_variable("region") == "eu-west-3"
        assert credentials is not None
        assert credentials.access_key == environment("eu-west-3")["AWS_ACCESS_KEY_ID"]
        assert session.full_config["profiles"] == {}
