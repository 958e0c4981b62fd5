"""Identifying: as whom each operation is called, by what stands before it and by the identities that are configured."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from contracts import gateway
from contracts.contract import Operation
from contracts.credentials import Callers, Signer
from contracts.errors import ConfigurationError, Location
from contracts.finding import Unavailable
from contracts.identities import AUTHORIZATION, Identity, Needs

TABLE = "[[tool.contracts.identities]]"


def callers_of(
    operations: Sequence[Operation],
    shown: Mapping[str, Needs],
    identities: Sequence[Identity],
    signer: Signer,
    *,
    key_set: Path | None,
    secured: Collection[str] = (),
) -> tuple[Callers, tuple[Unavailable, ...], tuple[Unavailable, ...]]:
    """
    Who calls which operation; the operations that nobody who is configured can call; and those that cannot tell who
    calls, for want of keys.

    Args:
        shown: What a call of each operation must show, by `Operation.name`.
        secured: The names of those whose contract lets nobody in who shows nothing.
    """
    able: dict[str, tuple[Identity, ...]] = {}
    problems: list[Unavailable] = []
    missing: list[Unavailable] = []
    for operation in operations:
        needs = shown.get(operation.name, Needs())
        if needs.verified and key_set is None:
            problems.append(_without_keys(operation))
            continue
        having = tuple(each for each in identities if not _lacking(each, needs))
        if having and (needs or operation.security):
            able[operation.name] = having
        elif not having and needs:
            missing.append(_without_identity(operation, needs, identities))
    callers = Callers(tuple(identities), able, shown, frozenset(secured), signer)
    return callers, tuple(missing), tuple(problems)


def _lacking(identity: Identity, needs: Needs) -> list[str]:
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


def _without_identity(operation: Operation, needs: Needs, identities: Sequence[Identity]) -> Unavailable:
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
