"""Supporting operations: what a run calls beside those that it asks, since they make what those ask for."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.contract import Operation


def supporting(
    operations: Sequence[Operation], wanted: Sequence[Operation], blocked: set[str | None]
) -> tuple[Operation, ...]:
    """The operations that make what a wanted one asks for, by their links or, as the engine infers them, by paths."""
    names = {each.name for each in wanted}
    known = {each.name: each for each in operations}
    found: list[Operation] = []
    size = -1
    while size != len(found):
        size = len(found)
        for operation in operations:
            if operation.name in names | blocked:
                continue
            if _linked(operation) & names or any(_makes(operation, known[name]) for name in names):
                names.add(operation.name)
                found.append(operation)
    return tuple(found)


def _makes(operation: Operation, wanted: Operation) -> bool:
    """Whether it may make what the other's path names: a POST to the path above, a PUT to the same."""
    above, _, last = wanted.path.rpartition("/")
    if "{" not in last:
        return False
    return (operation.method, operation.path.rstrip("/")) in (("POST", above), ("PUT", wanted.path))


def _linked(operation: Operation) -> set[str]:
    links = [link for response in operation.responses.values() for link in response.links.values()]
    return {str(link.get("operationId")) for link in links}
