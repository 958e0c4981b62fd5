"""Identifying: as whom each operation is called, by what stands before it and by the identities that are configured."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from contracts import gateway
from contracts.contract import Operation
from contracts.credentials import Signer, shown
from contracts.errors import ConfigurationError, Location
from contracts.finding import Unavailable
from contracts.http import Request
from contracts.identities import AUTHORIZATION, Identity

TABLE = "[[tool.contracts.identities]]"


@dataclass(frozen=True, slots=True)
class Callers:
    """
    Who calls which operation.

    Attributes:
        by_operation: By `Operation.name`; an operation that nothing stands before is called by nobody in particular.
        signing: The names of the operations whose calls are signed.
        missing: The operations that nobody who is configured can call.
    """

    identities: tuple[Identity, ...]
    by_operation: Mapping[str, Identity]
    signing: frozenset[str]
    signer: Signer
    missing: tuple[Unavailable, ...] = ()

    def showing(self, operation: Operation | None, request: Request, milliseconds: int) -> Request:
        """A request with the credentials of the operation's caller."""
        identity = None if operation is None else self.by_operation.get(operation.name)
        if operation is None or identity is None:
            return request
        request = shown(request, identity)
        return self.signer.signed(request, identity, milliseconds) if operation.name in self.signing else request

    def renewed(self, request: Request, milliseconds: int) -> Request:
        """A request with a signature that is good now, where it has one."""
        return self.signer.renewed(request, self.identities, milliseconds)


def callers_of(
    operations: Sequence[Operation],
    shown: Mapping[str, gateway.Needs],
    identities: Sequence[Identity],
    signer: Signer,
    *,
    key_set: Path | None,
) -> tuple[Callers, tuple[Unavailable, ...]]:
    """
    Who calls which operation, and the operations that cannot tell who calls, for want of keys.

    Args:
        shown: What a call of each operation must show, by `Operation.name`.
    """
    found: dict[str, Identity] = {}
    signing: set[str] = set()
    problems: list[Unavailable] = []
    missing: list[Unavailable] = []
    for operation in operations:
        needs = shown.get(operation.name, gateway.Needs())
        if needs.verified and key_set is None:
            problems.append(_without_keys(operation))
            continue
        identity = next((each for each in identities if not _lacking(each, needs)), None)
        if identity is not None and (needs or operation.security):
            found[operation.name] = identity
            if needs.signature:
                signing.add(operation.name)
        elif identity is None and needs:
            missing.append(_without_identity(operation, needs, identities))
    return Callers(tuple(identities), found, frozenset(signing), signer, tuple(missing)), tuple(problems)


def _lacking(identity: Identity, needs: gateway.Needs) -> list[str]:
    """What an operation needs and an identity does not have, as the configuration calls it."""
    found = []
    if needs.api_key and identity.api_key is None:
        found.append("`api-key`")
    if needs.signature and identity.access_key is None:
        found.append("`access-key` and `secret-key`")
    headers = {name.lower() for name in identity.shown()}
    missing = [name for name in needs.headers if name.lower() not in headers]
    found += ["`bearer`" if name == AUTHORIZATION else f"`headers` with {name}" for name in missing]
    found += [f"`query` with {name}" for name in needs.query if name not in identity.query]
    return found


def _without_identity(operation: Operation, needs: gateway.Needs, identities: Sequence[Identity]) -> Unavailable:
    wanted = [
        *(["an API key"] if needs.api_key else ()),
        *(["a signature"] if needs.signature else ()),
        *(f"the header {name}" for name in needs.headers),
        *(f"the query parameter {name}" for name in needs.query),
    ]
    nearest = min(identities, key=lambda each: len(_lacking(each, needs)), default=Identity(""))
    members = " and ".join(_lacking(nearest, needs))
    cure = (
        f"Add {members} to the identity `{nearest.name}` in {TABLE}."
        if identities
        else f"Add a table {TABLE} with a `name`, and {members}."
    )
    them = "it" if len(wanted) == 1 else "them"
    return Unavailable(
        f"a call of it needs {' and '.join(wanted)}, and no identity is configured that has {them}",
        operation=operation.name,
        location=operation.location,
        cure=cure,
    )


def _without_keys(operation: Operation) -> Unavailable:
    return Unavailable(
        "its authorizer verifies tokens, and nobody said which keys sign them",
        operation=operation.name,
        location=operation.location,
        cure="Name a JSON Web Key Set as `key-set` under [tool.contracts].",
    )


def verifier(key_set: Path | None) -> gateway.Verifier:
    """
    Who verifies tokens against the keys of a file; without one, no token is good.

    Raises:
        ConfigurationError: The file cannot be read, or is no key set.
    """
    if key_set is None:
        return gateway.NO_KEYS
    try:
        return gateway.KeySet.of(json.loads(key_set.read_text(encoding="utf-8")))
    except (OSError, ValueError, AttributeError) as error:
        raise ConfigurationError(
            f"the key set cannot be used: {error}",
            location=Location(str(key_set)),
            cure="Give a JSON Web Key Set (RFC 7517) with the public keys that sign the tokens.",
        ) from error


def api_keys(identities: Sequence[Identity]) -> tuple[gateway.ApiKey, ...]:
    """The keys of the usage plan: those of the identities."""
    return tuple(gateway.ApiKey(each.name, each.api_key) for each in identities if each.api_key is not None)


def access_keys(identities: Sequence[Identity]) -> tuple[gateway.AccessKey, ...]:
    """The credentials whose signatures are good: those of the identities."""
    return tuple(
        gateway.AccessKey(each.access_key, each.secret_key, each.name)
        for each in identities
        if each.access_key is not None and each.secret_key is not None
    )
