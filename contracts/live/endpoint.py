"""The endpoint as a `Lab`, as far as a service of which nobody has the inside can be one."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from contracts.errors import ConfigurationError
from contracts.exchange import Case, Change, Conduct, Exchange, FaultPlan, Rendering, Snapshot


@dataclass(frozen=True, slots=True)
class Endpoint:
    """
    A lab whose world is the one that it has: what was made stays, and nobody else's state is seen.

    Attributes:
        send: Makes a request over the wire.
    """

    send: Conduct

    def conduct(self, case: Case) -> Exchange:
        """Make the request; nothing of the inside is seen."""
        return self.send(case)

    def snapshot(self) -> Snapshot:
        """No state can be taken: this one stands for whatever it is."""
        return _WhateverItIs()

    def restore(self, snapshot: Snapshot, *, warm: bool = False) -> None:
        """No state can be brought back: checks are made so that they say nothing where that matters."""

    def difference(self, before: Snapshot, after: Snapshot) -> Change:
        """
        No difference can be seen.

        Raises:
            ConfigurationError: Always.
        """
        raise _needs_the_inside(f"tell {before} from {after}")

    def interleaved(self, first: Case, second: Case, *, call: int | None) -> tuple[Exchange, Exchange] | None:
        """
        Nobody can make a function wait.

        Raises:
            ConfigurationError: Always.
        """
        raise _needs_the_inside(f"make {first.id} wait for {second.id} before its call {call}")

    def faults(self, plan: FaultPlan) -> AbstractContextManager[None]:
        """
        AWS does not fail because somebody wants it to.

        Raises:
            ConfigurationError: Always.
        """
        raise _needs_the_inside(f"make AWS fail in {len(plan.faults)} ways")

    def rendering(self, rendering: Rendering) -> AbstractContextManager[None]:
        """
        API Gateway renders events as it does.

        Raises:
            ConfigurationError: Always.
        """
        raise _needs_the_inside(f"render events by {rendering}")

    def set_clock(self, moment: datetime) -> None:
        """
        Time is what it is.

        Raises:
            ConfigurationError: Always.
        """
        raise _needs_the_inside(f"make it {moment}")


def _needs_the_inside(what: str) -> ConfigurationError:
    return ConfigurationError(f"nobody can {what} behind a live endpoint", cure="Use `contracts run`.")


class _WhateverItIs:
    """The state of a service that nobody sees."""
