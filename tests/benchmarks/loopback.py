"""Our own service on a loopback socket: `python -m tests.benchmarks.loopback CONTRACT TEMPLATE`.

It says its URL in the first line, serves until its standard input ends, and then says how many requests there were.
"""

from __future__ import annotations

import sys
from pathlib import Path

from contracts.run import Settings
from contracts.run.serving import served


def main() -> None:
    """Serve the contract and the template that are named on the command line."""
    contract, template = map(Path, sys.argv[1:])
    answered: list[float] = []
    with served(Settings(contract, template), port=0, told=lambda _, seconds: answered.append(seconds)) as place:
        _say(place.url)
        sys.stdin.read()
    _say(str(len(answered)))


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
