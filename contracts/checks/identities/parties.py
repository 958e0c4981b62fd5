"""Parties: who made a thing, and the stranger who asks for it.

Two identities are strangers when they have different owners (`owner` in the configuration), or when the contract says
that things belong to whoever made them (`x-contract-ownership: caller`). `shared` says that they are everybody's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from contracts.checks.scope import Scope
from contracts.checks.things import Workshop
from contracts.contract import Operation
from contracts.exchange import Exchange
from contracts.finding import Finding
from contracts.http import Request
from contracts.identities import Identity

OWNERSHIP = "x-contract-ownership"
CALLER, SHARED = "caller", "shared"


def stranger_of(scope: Scope, operation: Operation, maker: Identity) -> Identity | None:
    """The first identity that can call an operation and must not see what another made; None when there is none."""
    ownership = operation.extensions.get(OWNERSHIP, scope.contract.extensions.get(OWNERSHIP))
    if ownership == SHARED:
        return None

    def owner(identity: Identity) -> str | None:
        return identity.owner or (identity.name if ownership == CALLER else None)

    mine = owner(maker)
    able = scope.callers.able.get(operation.name, ())
    return next((each for each in able if mine and owner(each) not in (None, mine)), None)


@dataclass(frozen=True, slots=True)
class Parties:
    """
    What is asked about the things of one resource.

    Attributes:
        maker: Who makes them.
    """

    scope: Scope
    workshop: Workshop
    maker: Identity
    promise: ClassVar[str] = "sequences"
    name: ClassVar[str] = "things-of-others-are-out-of-reach"

    def stranger(self, operation: Operation) -> Identity | None:
        """Who can call an operation and must not see the maker's things; None also where the run does not ask it."""
        asked = any(each is operation for each in self.scope.operations)
        return stranger_of(self.scope, operation, self.maker) if asked else None

    def ask(self, stranger: Identity, operation: Operation, request: Request) -> Exchange:
        """A request of the maker, made by a stranger."""
        made = self.scope.callers.made_by(stranger, operation, request)
        return self.workshop.replayer.conduct(operation, made)

    def found(self, operation: Operation, message: str, root: str, *exchanges: Exchange) -> Finding:
        """What a stranger did or learnt, with its evidence."""
        return Finding(self.promise, self.name, operation.name, message, self.workshop.evidence(*exchanges), root)


def accepted_status(status: int) -> bool:
    """Whether a status says that a request was accepted."""
    return 200 <= status < 300 or status == 304
