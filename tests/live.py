"""
Schemathesis with our hooks over our contract, against a live endpoint: `tox -e live -- URL`.

Without a URL it is `contracts serve`'s: the service of this repository on a loopback socket, for as long as it takes.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from contracts import configuration
from contracts.run import Settings
from contracts.run.serving import served

ROOT = Path(__file__).parent.parent


Test = Callable[[str, Sequence[str]], int]


def tested(environment: Mapping[str, str], url: str, options: Sequence[str]) -> int:
    """
    The exit status of Schemathesis with the configuration in `deploy/`.

    Args:
        environment: Without what serving adds to it for the functions: that would be credentials of callers here.
    """
    configured = [sys.executable, "-m", "schemathesis.cli", "--config-file", "deploy/schemathesis.toml"]
    return subprocess.run(
        [*configured, "run", "openapi.yaml", "--url", url, *options], cwd=ROOT, env=environment, check=False
    ).returncode


def main(arguments: Sequence[str], *, test: Test | None = None) -> int:
    """
    Test an endpoint.

    Args:
        arguments: Its URL, stage included, unless it is to be ours; then options of `schemathesis run`.
        test: Called with the URL and the options; Schemathesis when None.
    """
    test = test or partial(tested, dict(os.environ))
    if arguments and not arguments[0].startswith("-"):
        return test(arguments[0], arguments[1:])
    with served(Settings.of(configuration.find(ROOT)), port=0) as service:
        return test(service.url, arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
