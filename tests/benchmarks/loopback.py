"""Our own service on a loopback socket: `python -m tests.benchmarks.loopback`.

It says its URL in the first line, serves until its standard input ends, and then says how many requests there were.
"""

from __future__ import annotations

import sys

from contracts.run.serving import served
from tests.ours import settings


def main() -> None:
    """Serve our service as it is configured."""
    answered: list[float] = []
    with served(settings(), port=0, told=lambda _, seconds: answered.append(seconds)) as place:
        _say(place.url)
        sys.stdin.read()
    _say(str(len(answered)))


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
