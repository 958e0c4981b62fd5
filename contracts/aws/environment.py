"""The environment in which AWS's SDK finds made-up credentials and nothing of the user's own."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

ACCESS_KEY = "TESTACCESSKEY"
SECRET_KEY = "testsecretkey"  # noqa: S105 - made up, so that requests can be signed

# What leads a request elsewhere: botocore reads both spellings.
# https://docs.python.org/3/library/urllib.request.html#urllib.request.getproxies
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
_MASKED = frozenset({*_PROXIES, *(name.lower() for name in _PROXIES), "BOTO_CONFIG", "REQUESTS_CA_BUNDLE"})
_KEPT = frozenset({"AWS_XRAY_SDK_ENABLED", "AWS_XRAY_CONTEXT_MISSING"})


def masked(name: str) -> bool:
    """Whether a variable of the user's environment would reach AWS's SDK."""
    return name in _MASKED or (name.startswith(("AWS_", "MOTO_")) and name not in _KEPT)


def environment(region: str) -> dict[str, str]:
    """
    The variables that every function needs, whatever else its environment holds.

    Without the two files, the user's own configuration would be read from the home folder; without
    the switch, credentials would be asked of an instance's metadata service.
    https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html
    """
    return {
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


@contextmanager
def masked_environment(region: str) -> Iterator[Mapping[str, str]]:
    """While it is open, the process has `environment(region)` and no other variable of AWS's or of a proxy."""
    hidden = {name: value for name, value in os.environ.items() if masked(name)}
    for name in hidden:
        del os.environ[name]
    added = environment(region)
    os.environ.update(added)
    try:
        yield added
    finally:
        for name in added:
            os.environ.pop(name, None)
        os.environ.update(hidden)
