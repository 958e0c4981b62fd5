"""Extensions: the `x-contract-*` names that a contract may use, and what each may say."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from contracts.documents import Keys
from contracts.errors import ContractError
from contracts.openapi.bundling import Bundle
from contracts.schemas import children

PREFIX = "x-contract-"
OWNERS = ("gateway", "handler", "both")
PAYLOAD_FORMATS = ("1.0", "2.0")
OWNERSHIPS = ("caller", "shared")
PAGE_MEMBERS = ("limit", "cursor", "items", "next", "bound")


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _is_owner(value: Any) -> bool:
    return value in OWNERS


def _is_size(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_page(value: Any) -> bool:
    return isinstance(value, Mapping) and all(
        key in PAGE_MEMBERS and (_is_names(member) if key == "bound" else isinstance(member, str))
        for key, member in value.items()
    )


def _is_names(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(name, str) for name in value)


def _is_order(value: Any) -> bool:
    return _is_text(value) or (_is_names(value) and bool(value))


def _is_fault_map(value: Any) -> bool:
    return isinstance(value, Mapping) and all(
        _is_status(status)
        for statuses in value.values()
        for status in (statuses if isinstance(statuses, list) else [statuses])
    )


def _is_status(value: Any) -> bool:
    return not isinstance(value, bool) and str(value).isdecimal() and 100 <= int(value) <= 599


def _is_formats(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(str(each) in PAYLOAD_FORMATS for each in value)


def _is_ownership(value: Any) -> bool:
    return value in OWNERSHIPS


# Each with the test of its value, and the words for what that is.
KNOWN: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "x-contract-owner": (_is_owner, "one of gateway, handler and both"),
    "x-contract-unreachable": (_is_text, "the reason, as text"),
    "x-contract-opaque": (_is_flag, "true or false"),
    "x-contract-max-bytes": (_is_size, "a number of bytes"),
    "x-contract-page": (_is_page, f"an object with names for {', '.join(PAGE_MEMBERS)}"),
    "x-contract-server-fields": (_is_names, "a list of member names"),
    "x-contract-fault-map": (_is_fault_map, "an object from AWS errors (`service:Code`) to HTTP statuses"),
    "x-contract-safe": (_is_flag, "true or false"),
    "x-contract-idempotent": (_is_flag, "true or false"),
    "x-contract-payload-formats": (_is_formats, "a list of the payload format versions 1.0 and 2.0"),
    "x-contract-ownership": (_is_ownership, "caller or shared"),
    "x-contract-order": (_is_order, "the name of a member, `-` before it where it goes down, or a list of such"),
    "x-contract-idempotency-key": (_is_text, "the name of a header"),
}


def check_extensions(bundle: Bundle) -> None:
    """
    Refuse `x-contract-*` names that mean nothing and values that their names do not allow.

    Raises:
        ContractError: The first of them.
    """
    for value in objects(bundle.document, "document"):
        for name, said in value[0].items():
            if name.startswith(PREFIX):
                _check(bundle, value[0], name, said)


def _check(bundle: Bundle, value: Mapping[str, Any], name: str, said: Any) -> None:
    if name not in KNOWN:
        nearest = difflib.get_close_matches(name, KNOWN, 1, cutoff=0)
        raise ContractError(
            f"there is no extension `{name}`", location=bundle.place(value, name), cure=f"Did you mean `{nearest[0]}`?"
        )
    holds, words = KNOWN[name]
    if not holds(said):
        written = repr(said) if len(repr(said)) <= 60 else "something else"
        raise ContractError(
            f"`{name}` must be {words}, not {written}", location=bundle.place(value, name), cure="Correct its value."
        )


def objects(value: Any, kind: str, keys: Keys = ()) -> Iterator[tuple[Mapping[str, Any], str, Keys]]:
    """All objects of a document, at any depth, with their kinds and keys, in the document's order."""
    waiting = [(value, kind, keys)]
    while waiting:
        here, kind, keys = waiting.pop()
        if isinstance(here, Mapping):
            yield here, kind, keys
            inside = [(child, name, (*keys, *more)) for child, name, more in children(here, kind)]
            waiting.extend(reversed(inside))
